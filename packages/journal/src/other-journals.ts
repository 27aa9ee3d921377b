import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { endRecordOf } from './end-record.ts';
import { isAbsent } from './is-absent.ts';
import { JournalFile, type NetworksOfChains, smallest, type WorkGroup } from './journal-file.ts';
import type { JournalEnd } from './journal-schema.ts';
import type { ShareKey } from './share-record.ts';

export interface OtherJournalsOptions {
  readonly folder: string;
  /** Our own journal, which is left out. */
  readonly instance: string;
  readonly networks: NetworksOfChains;
  /** Instances whose files should be here, but are not. */
  readonly missing: readonly string[];
  /** Journals of this process that have ended. */
  readonly ends: readonly JournalEnd[];
}

/**
 * Journals of other processes that are asked for each share; the rest are asked once for each group. An upgrade has two
 * processes on one data folder.
 */
const MAX_LIVE = 16;
/**
 * Groups whose shares in other journals are remembered: the headers of ten minutes and the tips, with room to spare.
 */
const MAX_GROUPS = 2048;

interface Known {
  /** Changes when the file is repaired or replaced. */
  readonly signature: string;
  readonly instance: string | undefined;
  readonly fault: string | undefined;
  /** A fault of the record beside it. */
  recordFault: string | undefined;
  /** Undefined if no process writes to it any more, or if it is not asked for each share. */
  live: { readonly journal: JournalFile; readonly version: unknown } | undefined;
}

/**
 * The journals beside our own: those of earlier processes, and of processes that run at the same time.
 *
 * It works on a best-effort basis, and never waits or stops a share. If two processes keep a share at the same time,
 * the reader of the journals counts it once.
 */
export class OtherJournals {
  readonly #options: OtherJournalsOptions;
  readonly #known = new Map<string, Known>();
  /** Weights of the shares in other journals, by group, for groups that were read. */
  readonly #groups = new Map<string, ReadonlyMap<string, bigint>>();
  readonly #ends = new Map<string, number>();
  #folderVersion = '';

  constructor(options: OtherJournalsOptions) {
    this.#options = options;
    this.#learn(options.ends);
    this.look();
  }

  /** Faults that the operator should look at, one sentence each. */
  get faults(): string[] {
    const { folder, missing } = this.#options;
    const known = [...this.#known.values()];
    const lost = missing.filter((name) => !known.some(({ instance }) => instance === name));
    return [
      ...known.flatMap(({ fault, recordFault }) => [fault ?? [], recordFault ?? []].flat()),
      ...lost.map(
        (name) => `${path.join(folder, name)}.db is gone, with shares that were kept: bring it back`,
      ),
    ];
  }

  /** Finds files that are new, changed or gone. */
  look(): void {
    const { folder, instance } = this.#options;
    this.#folderVersion = versionOf(folder);
    const found = quietly(() => journalNames(folder));
    // A disk that answers with errors for a moment must not stop shares. The next look tells.
    if (found === undefined) return;
    const names = found.filter((name) => name !== `${instance}.db`);
    const present = new Set(names);
    for (const [name, { live }] of this.#known) {
      if (present.has(name)) continue;
      live?.journal.close();
      this.#known.delete(name);
    }
    // Names begin with a time, and the newest journals most likely belong to processes that run.
    for (const name of names.sort().reverse()) this.#lookAt(name);
  }

  /**
   * Digests of a group in all other journals. The generator pauses after each file, so that commits can come between.
   * A file that cannot be read is a fault for the operator, but not a reason to refuse shares.
   */
  *digestsOf(group: WorkGroup): Generator<void, Uint8Array[]> {
    this.look();
    const digests: Uint8Array[] = [];
    const weights = new Map<string, bigint>();
    this.#remember(groupKey(group), weights);
    for (const [name, { fault, instance }] of [...this.#known]) {
      if (fault !== undefined && instance === undefined) continue;
      this.#read(name, (journal, last) => {
        for (const [digest, weight] of journal.weightsOf(group, last)) {
          digests.push(digest);
          weights.set(shareKey(digest), weight);
        }
      });
      yield;
    }
    return digests;
  }

  /**
   * Call it before each commit. It returns a function that gives the smallest weight of a share in other journals, as
   * far as they can be read without waiting. If this process is alone, this costs next to nothing.
   */
  lookup(): (share: ShareKey) => bigint | undefined {
    if (versionOf(this.#options.folder) !== this.#folderVersion) this.look();
    const changed = [...this.#known.values()].flatMap(({ live }) =>
      live === undefined || quietly(() => live.journal.dataVersion === live.version) !== false
        ? []
        : live.journal,
    );
    return (share) => {
      const key = groupKey(share);
      const weights = this.#groups.get(key) ?? this.#readGroup(key, share);
      const known = weights.size === 0 ? undefined : weights.get(shareKey(share.digest));
      const others = changed.map((journal) => quietly(() => journal.weightOf(share, this.#lastOf(journal))));
      return smallest([known, ...others].filter((weight) => weight !== undefined));
    };
  }

  close(): void {
    for (const { live } of this.#known.values()) live?.journal.close();
    this.#known.clear();
  }

  #lookAt(name: string): void {
    const file = path.join(this.#options.folder, name);
    const known = this.#known.get(name);
    const live = known?.live;
    if (known !== undefined && live !== undefined) {
      if (!this.#ends.has(live.journal.instance) && quietly(() => live.journal.isOver) !== true) {
        known.recordFault = quietly(() => live.journal.beside.fault);
        return;
      }
      live.journal.close();
      known.live = undefined;
    }
    const signature = signatureOf(file);
    // A journal that was live and has ended is checked once more: it may have lost shares.
    if (
      known !== undefined &&
      live === undefined &&
      ((known.fault ?? known.recordFault) === undefined || known.signature === signature)
    )
      return;
    let journal: JournalFile | undefined;
    try {
      journal = new JournalFile({ file, networks: this.#options.networks, waitMs: 0 });
      const { instance, isMisnamed, beside } = journal;
      this.#learn(journal.ends(beside));
      const isOver = this.#ends.has(instance) || journal.isOver;
      const fault = isMisnamed
        ? `${file} is the journal ${instance}, copied or renamed: move copies away, and give it its name back`
        : journal.lossBefore(this.#ends.get(instance));
      const recordFault = beside.fault;
      const isLive = !isOver && fault === undefined && this.#liveCount < MAX_LIVE;
      // Once groups were read, this new file may hold shares of them that were not seen: without a version it counts as
      // changed, and is asked for each share.
      const version = known === undefined && this.#groups.size === 0 ? journal.dataVersion : undefined;
      const live = isLive ? { journal, version } : undefined;
      this.#known.set(name, { signature, instance, fault, recordFault, live });
      if (!isLive) journal.close();
    } catch (error) {
      journal?.close();
      // Another process has locked it for a moment, or has just removed it because it was empty: the next look will
      // tell.
      if (!isBusy(error) && !isAbsent(file)) {
        const fault = messageOf(error);
        this.#known.set(name, {
          signature,
          instance: undefined,
          fault,
          recordFault: undefined,
          live: undefined,
        });
      }
    }
  }

  /** The last row of a journal that counts: the rows behind it were refused. */
  #lastOf({ instance }: JournalFile): number {
    return this.#ends.get(instance) ?? Number.MAX_SAFE_INTEGER;
  }

  #learn(ends: readonly JournalEnd[]): void {
    for (const { instance, lastSequence } of ends) {
      this.#ends.set(instance, Math.min(lastSequence, this.#ends.get(instance) ?? lastSequence));
    }
  }

  get #liveCount(): number {
    let count = 0;
    for (const { live } of this.#known.values()) if (live !== undefined) count += 1;
    return count;
  }

  /**
   * For a thread that replaced a lost one: the pool asked the lost thread for the live groups, and does not ask again.
   */
  #readGroup(key: string, group: WorkGroup): ReadonlyMap<string, bigint> {
    const weights = new Map<string, bigint>();
    for (const name of this.#known.keys()) {
      this.#read(name, (journal, last) => {
        for (const [digest, weight] of journal.weightsOf(group, last)) weights.set(shareKey(digest), weight);
      });
    }
    this.#remember(key, weights);
    return weights;
  }

  #read(name: string, read: (journal: JournalFile, last: number) => void): void {
    const live = this.#known.get(name)?.live;
    if (live !== undefined) {
      quietly(() => read(live.journal, this.#lastOf(live.journal)));
      return;
    }
    const { folder, networks } = this.#options;
    quietly(() => {
      const journal = new JournalFile({ file: path.join(folder, name), networks, waitMs: 0 });
      try {
        read(journal, this.#lastOf(journal));
      } finally {
        journal.close();
      }
    });
  }

  #remember(key: string, weights: ReadonlyMap<string, bigint>): void {
    this.#groups.delete(key);
    this.#groups.set(key, weights);
    for (const oldest of this.#groups.keys()) {
      if (this.#groups.size <= MAX_GROUPS) break;
      this.#groups.delete(oldest);
    }
  }
}

/** Names of journals in a folder, in order; empty if there is no such folder. @throws errors of the file system */
export function journalNames(folder: string): string[] {
  if (isAbsent(folder) || isAbsent(path.dirname(folder))) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .sort();
}

/** A text that is the same for the same group of work, and differs for all others. */
export function groupKey({ network, workGroup }: WorkGroup): string {
  return `${network} ${workGroup}`;
}

/** A digest as a key of maps. */
export function shareKey(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('latin1');
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function isBusy(error: unknown): boolean {
  // `SQLITE_BUSY` and its extended codes. If the file could not be opened, SQLite's error is the cause of ours.
  const cause = error instanceof AditError ? error.cause : error;
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY');
}

/** Changes when a file comes, goes or is renamed. */
function versionOf(folder: string): string {
  return quietly(() => String(statSync(folder, { bigint: true }).mtimeNs)) ?? '';
}

/** Changes when a journal or its record is written, repaired or replaced. */
function signatureOf(file: string): string {
  const found = [file, endRecordOf(file)].map((name) => quietly(() => statSync(name)));
  return found.map((stat) => (stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`)).join();
}
