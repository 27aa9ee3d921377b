import { existsSync } from 'node:fs';
import path from 'node:path';
import { encodeHex } from '@adit/primitives';
import { JournalFile, type NetworksOfChains, smallest, type WorkGroup } from './journal-file.ts';
import { ascending } from './journal-store.ts';
import { journalFolder } from './new-journal.ts';
import { groupKey, journalNames, shareKey } from './other-journals.ts';
import type { JournaledShare, WeightAlarm } from './share-record.ts';

/** Which journals are read. */
export interface JournalReaderOptions {
  readonly dataFolder: string;
  /** The networks of chains by their names, for journals of version 1. */
  readonly networks?: NetworksOfChains;
}

/** Why a row is not counted. */
export type LeftOutBecause =
  /** The same row of the same instance, in a second file. */
  | 'copy'
  /** Another instance has the same share. */
  | 'other_instance'
  /** The same instance has the same share under another name of the chain. */
  | 'other_chain'
  /** The miner was told that it is not kept: it lies behind the end of its journal. */
  | 'refused';

/** A row that is not counted, and why. */
export interface LeftOut {
  readonly file: string;
  readonly instance: string;
  readonly sequence: number;
  readonly because: LeftOutBecause;
}

/** All shares of one group of work, each once. */
export interface CountedGroup extends WorkGroup {
  /** By instance and sequence; the smallest weight that a share came with. */
  readonly shares: readonly JournaledShare[];
  readonly leftOut: readonly LeftOut[];
  readonly alarms: readonly WeightAlarm[];
}

/** Handles that stay open between groups. */
const MAX_OPEN = 32;

/** A journal that is just being closed, or that its process left in a hurry, is ready within milliseconds. */
const WAIT_MS = 5_000;

interface Place {
  readonly file: string;
  readonly instance: string;
  readonly isMisnamed: boolean;
  /** It held nothing when it was first looked at: its process may remove it at any time. */
  readonly mayGo: boolean;
}

/**
 * Counts the shares of all journals in a data folder: a (network, group of work, digest) once, whatever instances, names
 * of chains and copies it lies in. It reads a group at a time, since two shares of different groups are never the same:
 * its memory holds one group, and for each group which files speak of it.
 *
 * Who counts while a pool runs counts a group when its work is over, or again whenever it has grown.
 */
export class JournalReader {
  /** What somebody should look at: empty files, copies, files that were renamed. */
  readonly faults: readonly string[];
  readonly #networks: NetworksOfChains;
  readonly #places: readonly Place[];
  readonly #ends = new Map<string, number>();
  readonly #open = new Map<string, JournalFile>();

  /**
   * Looks at every journal once.
   * @throws AditError `ADIT_JOURNAL_VERSION`, `ADIT_JOURNAL_UNREADABLE`: what it holds could be missing, or be counted twice
   */
  constructor({ dataFolder, networks = {} }: JournalReaderOptions) {
    this.#networks = networks;
    const folder = journalFolder(dataFolder);
    const faults: string[] = [];
    const places: Place[] = [];
    for (const name of journalNames(folder)) {
      const file = path.join(folder, name);
      try {
        const journal = this.#journal(file);
        const { instance, isMisnamed, isEmpty: mayGo } = journal;
        places.push({ file, instance, isMisnamed, mayGo });
        if (isMisnamed) faults.push(`${file} is the journal ${instance}, copied or renamed`);
        for (const end of journal.ends()) this.#learn(end.instance, end.lastSequence);
      } catch (error) {
        // Its process ended without a share, between the list and this look.
        if (!existsSync(file)) continue;
        if ((error as { code?: unknown }).code !== 'ADIT_JOURNAL_EMPTY') throw error;
        faults.push((error as Error).message);
      }
    }
    for (const { file, instance, isMisnamed } of places) {
      const loss = isMisnamed ? undefined : this.#journal(file).lossBefore(this.#ends.get(instance));
      if (loss !== undefined) faults.push(loss);
    }
    this.faults = faults;
    // Of an instance the file with its name comes first: what copies repeat is left out there.
    this.#places = places.sort(
      (a, b) => compare(a.instance, b.instance) || Number(a.isMisnamed) - Number(b.isMisnamed),
    );
  }

  /**
   * Every group that has shares, counted whole, in the order of the instances and of the groups' first shares in them.
   * @param after only groups that have grown after these sequences, by instance, and the few with shares that came again
   *   for less: what was there at the last counting is not read again
   */
  *groups(after: ReadonlyMap<string, number> = new Map()): Generator<CountedGroup> {
    const filesOf = new Map<string, Place[]>();
    const wanted = new Map<string, WorkGroup>();
    for (const place of this.#places) {
      if (place.mayGo && !this.#open.has(place.file) && !existsSync(place.file)) continue;
      const journal = this.#journal(place.file);
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
    for (const journal of this.#open.values()) journal.close();
    this.#open.clear();
  }

  #count(group: WorkGroup, places: readonly Place[]): CountedGroup {
    const counted = new Map<string, JournaledShare>();
    const weights = new Map<string, bigint[]>();
    const leftOut: LeftOut[] = [];
    for (const { file, instance } of places) {
      const last = this.#ends.get(instance) ?? Number.MAX_SAFE_INTEGER;
      for (const share of this.#journal(file).sharesOf(group)) {
        const { sequence } = share;
        const key = shareKey(share.digest);
        const first = counted.get(key);
        const because =
          sequence > last ? 'refused' : first === undefined ? undefined : reasonOf(share, first);
        if (because === undefined) counted.set(key, share);
        else leftOut.push({ file, instance, sequence, because });
        if (because !== 'refused') note(weights, key, share.weight);
      }
      for (const { digest, weight } of this.#journal(file).lighterOf(group))
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

  #learn(instance: string, last: number): void {
    this.#ends.set(instance, Math.min(last, this.#ends.get(instance) ?? last));
  }

  #journal(file: string): JournalFile {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    for (const [oldest, journal] of this.#open) {
      if (this.#open.size < MAX_OPEN) break;
      journal.close();
      this.#open.delete(oldest);
    }
    const journal = new JournalFile({ file, networks: this.#networks, waitMs: WAIT_MS });
    this.#open.set(file, journal);
    return journal;
  }
}

/** Everything at once: what fits into memory, for tests and small pools. */
export interface CountedShares {
  /** By instance and sequence. */
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

/** All shares that count, by instance and sequence. @throws as `JournalReader` */
export function readShares(dataFolder: string): JournaledShare[] {
  return [...countShares({ dataFolder }).shares];
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
