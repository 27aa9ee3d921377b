import { statSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import Database from 'better-sqlite3';
import { JOURNAL_VERSION, type JournalEnd } from './journal-schema.ts';
import type { JournaledShare, ShareKey, ShareOutcome } from './share-record.ts';

/** The networks of chains as they were called in a configuration; a name that is missing is its own network. */
export type NetworksOfChains = Readonly<Record<string, string>>;

/** A group of work as it is named in all journals. */
export type WorkGroup = Pick<ShareKey, 'network' | 'workGroup'>;

interface Row {
  sequence: number;
  time_ms: number;
  network?: string;
  chain: string;
  height: number | null;
  work_id: string;
  work_group: string;
  account: string;
  worker: string;
  dialect: string;
  weight: string;
  share_target: string;
  network_target: string | null;
  digest: Uint8Array;
  outcome: ShareOutcome;
}

export interface JournalFileOptions {
  readonly file: string;
  readonly networks: NetworksOfChains;
  /** Longest wait for somebody who holds the file. */
  readonly waitMs: number;
}

const TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'journal'";
/** The names in a small number of looks into the index, however many shares there are. */
const CHAINS = `
  WITH RECURSIVE name(chain) AS (
    SELECT min(chain) FROM share
    UNION ALL SELECT (SELECT min(chain) FROM share WHERE chain > name.chain) FROM name WHERE chain IS NOT NULL
  ) SELECT chain FROM name WHERE chain IS NOT NULL`;

/** A journal of any version that this program knows, open for reading. */
export class JournalFile {
  readonly file: string;
  /** What the file says that it is; its name may say something else. */
  readonly instance: string;
  readonly version: number;
  readonly #db: Database.Database;
  readonly #networks: NetworksOfChains;
  /** The column that says which network it is, and the values that it has for one. */
  readonly #column: 'network' | 'chain';
  readonly #chains: readonly string[];

  /**
   * @throws AditError `ADIT_JOURNAL_EMPTY`, `ADIT_JOURNAL_VERSION`, `ADIT_JOURNAL_UNREADABLE`; each names the file
   */
  constructor({ file, networks, waitMs }: JournalFileOptions) {
    this.file = file;
    this.#networks = networks;
    try {
      if (statSync(file).size === 0) throw emptyError(file);
      this.#db = new Database(file, { readonly: true, fileMustExist: true, timeout: waitMs });
    } catch (error) {
      throw unreadable(file, error);
    }
    try {
      // A file that somebody has only begun has no tables yet.
      const isMade = this.#db.prepare(TABLE).get() !== undefined;
      const found = isMade ? this.#db.prepare('SELECT instance, version FROM journal').get() : undefined;
      if (found === undefined) throw emptyError(file);
      const { instance, version } = found as { instance: string; version: number };
      if (version > JOURNAL_VERSION) {
        const words = `the journal ${file} has version ${version}, and this program knows those up to ${JOURNAL_VERSION}: use the newer program that wrote it`;
        throw new AditError('ADIT_JOURNAL_VERSION', words);
      }
      this.instance = instance;
      this.version = version;
      this.#column = version === 1 ? 'chain' : 'network';
      this.#chains = version === 1 ? (this.#db.prepare(CHAINS).pluck().all() as string[]) : [];
    } catch (error) {
      this.#db.close();
      throw unreadable(file, error);
    }
  }

  get name(): string {
    return path.basename(this.file);
  }

  /** A copy, or a file that somebody renamed: the names do not fit. */
  get isMisnamed(): boolean {
    return this.name !== `${this.instance}.db`;
  }

  /** Nobody will ever write to it again. What version 1 left behind says so only by its lack of a log that holds anything. */
  get isOver(): boolean {
    if (this.version === 1) return (statSync(`${this.file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
    return this.ends().some(({ instance }) => instance === this.instance);
  }

  /** Changes with every commit of its process. */
  get dataVersion(): unknown {
    return this.#db.pragma('data_version', { simple: true });
  }

  /** Which journals this one says are over, itself among them where it was closed as it should be. */
  ends(): JournalEnd[] {
    if (this.version === 1) return [];
    const query = 'SELECT instance, last_sequence AS lastSequence, reason FROM ended';
    return this.#all(query) as JournalEnd[];
  }

  /** Of the newest row that is here; 0 where there is none. */
  lastSequence(): number {
    const [row] = this.#all('SELECT max(sequence) AS last FROM share') as { last: number | null }[];
    return row?.last ?? 0;
  }

  /**
   * What is missing of a journal that is over, as a sentence.
   * @param last the row up to which miners were told that their shares are kept; undefined where nobody says so
   */
  lossBefore(last: number | undefined): string | undefined {
    const found = this.lastSequence();
    if (last === undefined || found >= last) return undefined;
    return `${this.file} has lost shares that were kept: it ends with row ${found} instead of ${last}; bring it back from a copy`;
  }

  /** Nobody was ever told that anything is kept in it: its process removes it when it ends. */
  get isEmpty(): boolean {
    const tables = this.version === 1 ? ['share'] : ['share', 'lighter', 'ended'];
    return tables.every((table) => this.#db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined);
  }

  /** The groups that shares after a sequence belong to, in the order of their first one. */
  groups(after: number): WorkGroup[] {
    const column = this.#column;
    const query = `SELECT ${column} AS network, work_group AS workGroup FROM share WHERE sequence > ?
      GROUP BY ${column}, work_group ORDER BY min(sequence)`;
    const rows = this.#all(query, after) as WorkGroup[];
    return rows.map(({ network, workGroup }) => ({ network: this.#networkOf(network), workGroup }));
  }

  /** All rows of a group by sequence; what had been refused may be among them. */
  sharesOf({ network, workGroup }: WorkGroup): JournaledShare[] {
    const query = `SELECT * FROM share WHERE ${this.#column} = ? AND work_group = ?`;
    const rows = this.#valuesFor(network).flatMap((value) => this.#all(query, value, workGroup) as Row[]);
    return rows.map((row) => this.#share(row)).sort((a, b) => a.sequence - b.sequence);
  }

  /** Digests and weights of a group. @param last rows behind it were refused */
  weightsOf({ network, workGroup }: WorkGroup, last: number): (readonly [Uint8Array, bigint])[] {
    const query = `SELECT digest, weight FROM share WHERE ${this.#column} = ? AND work_group = ? AND sequence <= ?`;
    const statement = this.#db.prepare(query);
    const rows = this.#valuesFor(network).flatMap(
      (value) => statement.all(value, workGroup, last) as Pick<Row, 'digest' | 'weight'>[],
    );
    return rows.map(({ digest, weight }) => [digest, BigInt(weight)] as const);
  }

  /** The smallest weight that a share has here; undefined where it is not here. @param last as for `weightsOf` */
  weightOf({ network, workGroup, digest }: ShareKey, last: number): bigint | undefined {
    const query = `SELECT weight FROM share WHERE ${this.#column} = ? AND work_group = ? AND digest = ? AND sequence <= ?`;
    const statement = this.#db.prepare(query).pluck();
    const found = this.#valuesFor(network).flatMap(
      (value) => statement.all(value, workGroup, digest, last) as string[],
    );
    if (found.length === 0 || this.version === 1) return smallest(found.map(BigInt));
    const lighter = 'SELECT weight FROM lighter WHERE network = ? AND work_group = ? AND digest = ?';
    const less = this.#db.prepare(lighter).pluck().all(network, workGroup, digest) as string[];
    return smallest([...found, ...less].map(BigInt));
  }

  /** Shares of a group that came again for less, here or in a journal before this one. */
  lighterOf({ network, workGroup }: WorkGroup): { readonly digest: Uint8Array; readonly weight: bigint }[] {
    if (this.version === 1) return [];
    const query = 'SELECT digest, weight FROM lighter WHERE network = ? AND work_group = ? ORDER BY id';
    const rows = this.#all(query, network, workGroup) as { digest: Uint8Array; weight: string }[];
    return rows.map(({ digest, weight }) => ({ digest, weight: BigInt(weight) }));
  }

  /** Groups that `lighterOf` speaks of: their shares may lie in other journals. */
  lighterGroups(): WorkGroup[] {
    if (this.version === 1) return [];
    const query = 'SELECT DISTINCT network, work_group AS workGroup FROM lighter';
    return this.#all(query) as WorkGroup[];
  }

  close(): void {
    this.#db.close();
  }

  /** @throws AditError `ADIT_JOURNAL_UNREADABLE`: a file may be whole where one looks first, and broken behind */
  #all(query: string, ...values: unknown[]): unknown[] {
    try {
      return this.#db.prepare(query).all(...values);
    } catch (error) {
      throw unreadable(this.file, error);
    }
  }

  #networkOf(value: string): string {
    return this.version === 1 ? (this.#networks[value] ?? value) : value;
  }

  #valuesFor(network: string): readonly string[] {
    if (this.version !== 1) return [network];
    return this.#chains.filter((chain) => this.#networkOf(chain) === network);
  }

  #share(row: Row): JournaledShare {
    const target = row.network_target;
    return {
      instance: this.instance,
      sequence: row.sequence,
      timeMs: row.time_ms,
      network: row.network ?? this.#networkOf(row.chain),
      chain: row.chain,
      height: row.height,
      workId: row.work_id,
      workGroup: row.work_group,
      account: row.account,
      worker: row.worker,
      dialect: row.dialect,
      weight: BigInt(row.weight),
      shareTarget: BigInt(row.share_target),
      // Version 1 wrote 0 where the network wanted nothing.
      networkTarget: target === null || target === '0' ? null : BigInt(target),
      digest: new Uint8Array(row.digest),
      outcome: row.outcome,
    };
  }
}

export function smallest(weights: readonly bigint[]): bigint | undefined {
  return weights.reduce<bigint | undefined>(
    (least, weight) => (least === undefined || weight < least ? weight : least),
    undefined,
  );
}

function emptyError(file: string): AditError {
  return new AditError(
    'ADIT_JOURNAL_EMPTY',
    `the journal ${file} is empty: bring it back from a copy if it had shares, or move it away`,
  );
}

function unreadable(file: string, error: unknown): AditError {
  if (error instanceof AditError) return error;
  return new AditError(
    'ADIT_JOURNAL_UNREADABLE',
    `the journal ${file} cannot be read (${messageOf(error)}): repair it, or move it away`,
    { cause: error },
  );
}
