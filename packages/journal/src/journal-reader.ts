import path from 'node:path';
import { encodeHex } from '@adit/primitives';
import { isAbsent } from './is-absent.ts';
import { type NetworksOfChains, smallest, type WorkGroup } from './journal-file.ts';
import { ascending } from './journal-store.ts';
import { journalFolder } from './new-journal.ts';
import { OpenJournals } from './open-journals.ts';
import { groupKey, journalNames, shareKey } from './other-journals.ts';
import type { JournaledShare, WeightAlarm } from './share-record.ts';

/** Which journals the reader reads. */
export interface JournalReaderOptions {
  readonly dataFolder: string;
  /** Further data folders, such as that of a machine whose backup was restored: a share in several counts once. */
  readonly also?: readonly string[];
  /** The networks of chains by their names, for journals of version 1. */
  readonly networks?: NetworksOfChains;
}

/** Why the reader does not count a row. */
export type LeftOutBecause =
  /** A second file has the same row of the same instance. */
  | 'copy'
  /** Another instance has the same share. */
  | 'other_instance'
  /** The same instance has the same share under another name of the chain. */
  | 'other_chain'
  /** The miner was told that its share is not kept: the row lies behind the end of its journal. */
  | 'refused';

/** A row that the reader does not count, and why. */
export interface LeftOut {
  readonly file: string;
  readonly instance: string;
  readonly sequence: number;
  readonly because: LeftOutBecause;
}

/** All shares of one group of work, each once. */
export interface CountedGroup extends WorkGroup {
  /** In the order of instance and sequence. Each has the smallest weight with which it came. */
  readonly shares: readonly JournaledShare[];
  readonly leftOut: readonly LeftOut[];
  readonly alarms: readonly WeightAlarm[];
}

interface Place {
  readonly file: string;
  readonly instance: string;
  readonly isMisnamed: boolean;
  /** True if it held nothing at the first look: its process may remove it at any time. */
  readonly mayGo: boolean;
}

/**
 * Counts the shares of all journals in a data folder: each (network, group of work, digest) once, even if several
 * instances, names of chains or copies have it. It reads one group at a time, because shares of different groups are
 * never the same. So it holds the shares of one group in memory, and for each group the list of its files.
 *
 * If you count while a pool runs, count a group when its work is over, or again whenever it has grown.
 */
export class JournalReader {
  /** Faults that the operator should look at, one sentence each: empty, copied, renamed files, lost shares, and records of ends that
   * cannot be read or are wrong. */
  readonly faults: readonly string[];
  readonly #places: readonly Place[];
  readonly #ends = new Map<string, number>();
  readonly #open: OpenJournals;

  /**
   * Looks at every journal once.
   * @throws AditError `ADIT_JOURNAL_VERSION`, `ADIT_JOURNAL_UNREADABLE`: without such a file, shares would be missing
   *   or be counted twice
   */
  constructor({ dataFolder, also = [], networks = {} }: JournalReaderOptions) {
    this.#open = new OpenJournals(networks);
    const faults: string[] = [];
    const places: Place[] = [];
    for (const file of filesIn([dataFolder, ...also])) {
      try {
        const journal = this.#open.get(file);
        const { instance, isMisnamed, isEmpty: mayGo } = journal;
        places.push({ file, instance, isMisnamed, mayGo });
        if (isMisnamed) faults.push(`${file} is the journal ${instance}, copied or renamed`);
        const { beside } = journal;
        if (beside.fault !== undefined) faults.push(beside.fault);
        for (const end of journal.ends(beside)) this.#learn(end.instance, end.lastSequence);
      } catch (error) {
        // Its process ended without a share and removed it, after the folder was listed.
        if (isAbsent(file)) continue;
        if ((error as { code?: unknown }).code !== 'ADIT_JOURNAL_EMPTY') throw error;
        faults.push((error as Error).message);
      }
    }
    this.faults = [...faults, ...this.#losses(places.filter(({ isMisnamed }) => !isMisnamed))];
    // The file that has the name of its instance comes first, so that rows are left out in its copies, not in it.
    this.#places = places.sort(
      (a, b) => compare(a.instance, b.instance) || Number(a.isMisnamed) - Number(b.isMisnamed),
    );
  }

  /**
   * Counts every group that has shares, in the order of the instances, and of each group's first share in them.
   * @param after sequences by instance, to count only groups that have grown since, and the few whose shares came again
   *   with a smaller weight; all other groups are not read again
   */
  *groups(after: ReadonlyMap<string, number> = new Map()): Generator<CountedGroup> {
    const filesOf = new Map<string, Place[]>();
    const wanted = new Map<string, WorkGroup>();
    for (const place of this.#places) {
      if (place.mayGo && !this.#open.has(place.file) && isAbsent(place.file)) continue;
      const journal = this.#open.get(place.file);
      const groups = journal.groups(0);
      const lighter = journal.lighterGroups();
      for (const key of new Set([...groups, ...lighter].map(groupKey))) {
        filesOf.set(key, [...(filesOf.get(key) ?? []), place]);
      }
      const from = after.get(place.instance) ?? 0;
      const grown = from === 0 ? groups : journal.groups(from);
      for (const group of [...grown, ...lighter]) wanted.set(groupKey(group), group);
    }
    for (const [key, group] of wanted) yield this.#count(group, filesOf.get(key) ?? []);
  }

  close(): void {
    this.#open.closeAll();
  }

  #count(group: WorkGroup, places: readonly Place[]): CountedGroup {
    const counted = new Map<string, JournaledShare>();
    const weights = new Map<string, bigint[]>();
    const leftOut: LeftOut[] = [];
    for (const { file, instance } of places) {
      const last = this.#ends.get(instance) ?? Number.MAX_SAFE_INTEGER;
      for (const share of this.#open.get(file).sharesOf(group)) {
        const { sequence } = share;
        const key = shareKey(share.digest);
        const first = counted.get(key);
        const because =
          sequence > last ? 'refused' : first === undefined ? undefined : reasonOf(share, first);
        if (because === undefined) counted.set(key, share);
        else leftOut.push({ file, instance, sequence, because });
        if (because !== 'refused') note(weights, key, share.weight);
      }
      for (const { digest, weight } of this.#open.get(file).lighterOf(group))
        note(weights, shareKey(digest), weight);
    }
    const alarms: WeightAlarm[] = [];
    const shares = [...counted].map(([key, share]) => {
      const all = ascending(weights.get(key) ?? []);
      if (all.length > 1) alarms.push({ ...group, digest: encodeHex(share.digest), weights: all });
      return { ...share, weight: smallest(all) ?? share.weight };
    });
    return { ...group, shares, leftOut, alarms };
  }

  /** Journals that lost rows. Of a journal that lies in several folders, one file may be older than the others. */
  #losses(places: readonly Place[]): string[] {
    const losses = new Map<string, string | undefined>();
    for (const { file, instance } of places) {
      const loss = this.#open.get(file).lossBefore(this.#ends.get(instance));
      if (loss === undefined || !losses.has(instance)) losses.set(instance, loss);
    }
    return [...losses.values()].filter((loss) => loss !== undefined);
  }

  #learn(instance: string, last: number): void {
    this.#ends.set(instance, Math.min(last, this.#ends.get(instance) ?? last));
  }
}

/** The shares of all groups at once. They must fit into memory: for tests and small pools. */
export interface CountedShares {
  /** In the order of instance and sequence. */
  readonly shares: readonly JournaledShare[];
  readonly leftOut: readonly LeftOut[];
  readonly alarms: readonly WeightAlarm[];
  readonly faults: readonly string[];
}

/** Counts all shares of all journals in a data folder. @throws as `JournalReader` */
export function countShares(options: JournalReaderOptions): CountedShares {
  const reader = new JournalReader(options);
  try {
    const groups = [...reader.groups()];
    const shares = groups.flatMap((group) => group.shares);
    return {
      shares: shares.sort((a, b) => compare(a.instance, b.instance) || a.sequence - b.sequence),
      leftOut: groups.flatMap((group) => group.leftOut),
      alarms: groups.flatMap((group) => group.alarms),
      faults: reader.faults,
    };
  } finally {
    reader.close();
  }
}

/** All shares that count, in the order of instance and sequence. @throws as `JournalReader` */
export function readShares(dataFolder: string): JournaledShare[] {
  return [...countShares({ dataFolder }).shares];
}

/** The journals of all folders, each file once. */
export function filesIn(dataFolders: readonly string[]): string[] {
  const folders = new Set(dataFolders.map((dataFolder) => path.resolve(journalFolder(dataFolder))));
  return [...folders].flatMap((folder) => journalNames(folder).map((name) => path.join(folder, name)));
}

function reasonOf(share: JournaledShare, first: JournaledShare): LeftOutBecause {
  if (share.instance !== first.instance) return 'other_instance';
  return share.chain === first.chain ? 'copy' : 'other_chain';
}

function note(weights: Map<string, bigint[]>, key: string, weight: bigint): void {
  const known = weights.get(key);
  if (known === undefined) weights.set(key, [weight]);
  else if (!known.includes(weight)) known.push(weight);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
