import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { JournalFile, type NetworksOfChains, smallest, type WorkGroup } from './journal-file.ts';
import type { JournalEnd } from './journal-schema.ts';
import type { ShareKey } from './share-record.ts';

export interface OtherJournalsOptions {
  readonly folder: string;
  /** Our own, which is not looked at. */
  readonly instance: string;
  readonly networks: NetworksOfChains;
  /** Instances whose files should be here, and are not. */
  readonly missing: readonly string[];
  /** Journals of this process that are over. */
  readonly ends: readonly JournalEnd[];
}

/** Processes that share a data folder: two in an upgrade. More than these are asked for each group, not for each share. */
const MAX_LIVE = 16;
/** Groups that this thread knows to have been read: headers of ten minutes, and tips, with room to spare. */
const MAX_GROUPS = 2048;

interface Known {
  /** Changes when somebody mends or replaces the file. */
  readonly signature: string;
  readonly instance: string | undefined;
  readonly fault: string | undefined;
  /** Undefined where nobody writes to it any more. */
  live: { readonly journal: JournalFile; readonly version: unknown } | undefined;
}

/**
 * The journals beside our own: those of earlier processes, and of others that run at this moment.
 *
 * All of this is done as well as it can be, and nothing here ever waits or stops a share: what two processes keep at the
 * same time is counted once by whoever reads the journals.
 */
export class OtherJournals {
  readonly #options: OtherJournalsOptions;
  readonly #known = new Map<string, Known>();
  /** Groups that have been read here, with what was found. */
  readonly #groups = new Map<string, ReadonlyMap<string, bigint>>();
  readonly #ends = new Map<string, number>();
  #folderVersion = '';

  constructor(options: OtherJournalsOptions) {
    this.#options = options;
    this.#learn(options.ends);
    this.look();
  }

  /** What somebody should look at: one sentence each. */
  get faults(): string[] {
    const { folder, missing } = this.#options;
    const known = [...this.#known.values()];
    const lost = missing.filter((name) => !known.some(({ instance }) => instance === name));
    return [
      ...known.flatMap(({ fault }) => fault ?? []),
      ...lost.map(
        (name) => `${path.join(folder, name)}.db is gone, with shares that were kept: bring it back`,
      ),
    ];
  }

  /** Finds new files, and those that have changed or gone. */
  look(): void {
    const { folder, instance } = this.#options;
    this.#folderVersion = versionOf(folder);
    const names = journalNames(folder).filter((name) => name !== `${instance}.db`);
    const present = new Set(names);
    for (const [name, { live }] of this.#known) {
      if (present.has(name)) continue;
      live?.journal.close();
      this.#known.delete(name);
    }
    // Names begin with a time: the newest are most likely those of processes that live.
    for (const name of names.sort().reverse()) this.#lookAt(name);
  }

  /**
   * Digests of a group in all of them. Pauses after each file, so that commits come in between.
   * What cannot be read is a fault, and no reason to refuse shares.
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
   * To be asked before each commit: a function that says by which weight another journal holds a share, as far as it
   * can be seen without waiting. Where this process is alone it costs next to nothing.
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
      if (!this.#ends.has(live.journal.instance) && quietly(() => live.journal.isOver) !== true) return;
      live.journal.close();
      known.live = undefined;
    }
    const signature = signatureOf(file);
    // One that is over by now is looked at once more: it may have lost something.
    if (
      known !== undefined &&
      live === undefined &&
      (known.fault === undefined || known.signature === signature)
    )
      return;
    let journal: JournalFile | undefined;
    try {
      journal = new JournalFile({ file, networks: this.#options.networks, waitMs: 0 });
      this.#learn(journal.ends());
      const { instance, isMisnamed } = journal;
      const isOver = this.#ends.has(instance) || journal.isOver;
      const fault = isMisnamed
        ? `${file} is the journal ${instance}, copied or renamed: move copies away, and give it its name back`
        : journal.lossBefore(this.#ends.get(instance));
      const isLive = !isOver && fault === undefined && this.#liveCount < MAX_LIVE;
      // Nothing of it has been read by now: whatever it holds, it has changed.
      const version = known === undefined && this.#groups.size === 0 ? journal.dataVersion : undefined;
      this.#known.set(name, { signature, instance, fault, live: isLive ? { journal, version } : undefined });
      if (!isLive) journal.close();
    } catch (error) {
      journal?.close();
      // Somebody holds it at this moment, or its process has just removed it without a share: the next look will tell.
      if (!isBusy(error) && existsSync(file)) {
        this.#known.set(name, { signature, instance: undefined, fault: messageOf(error), live: undefined });
      }
    }
  }

  /** Rows of a journal behind this one were refused. */
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

  /** A thread that took over from a lost one: nobody has asked it for the groups that live. */
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

/** Names of journals in a folder, in order; none where there is no folder. */
export function journalNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .sort();
}

export function groupKey({ network, workGroup }: WorkGroup): string {
  return `${network} ${workGroup}`;
}

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
  // `SQLITE_BUSY` and its extended codes. What could not be opened at all has the error of SQLite as its cause.
  const cause = error instanceof AditError ? error.cause : error;
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY');
}

/** Changes when a file comes, goes or is renamed. */
function versionOf(folder: string): string {
  return quietly(() => String(statSync(folder, { bigint: true }).mtimeNs)) ?? '';
}

function signatureOf(file: string): string {
  const found = quietly(() => statSync(file));
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
}
