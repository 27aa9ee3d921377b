import { statSync } from 'node:fs';
import path from 'node:path';
import { AditError } from '@adit/primitives';
import Database from 'better-sqlite3';
import { type EndBeside, endBeside } from './end-beside.ts';
import { emptyError, unreadableError } from './journal-faults.ts';
import { JournalPages } from './journal-page.ts';
import { JOURNAL_VERSION, type JournalEnd } from './journal-schema.ts';
import type { JournaledShare, PaidBy, ShareKey, ShareOutcome } from './share-record.ts';

/** Networks by the names that chains had in a configuration. A name that is missing counts as a network itself. */
export type NetworksOfChains = Readonly<Record<string, string>>;

/** Identity of a group of work, the same in all journals. */
export type WorkGroup = Pick<ShareKey, 'network' | 'workGroup'>;

/** A share that came again with a smaller weight, with its place in the file. */
export interface LighterShare extends ShareKey {
  /** Ascending within the file. */
  readonly id: number;
  readonly timeMs: number;
  readonly weight: bigint;
}

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
  /** Absent in versions 1 and 2. */
  paid?: PaidBy | null;
}

export interface JournalFileOptions {
  readonly file: string;
  readonly networks: NetworksOfChains;
  /** Longest wait for another process that has locked the file. */
  readonly waitMs: number;
}

/** Amounts that are kept: the targets of many miners for some tips. */
const MAX_AMOUNTS = 1_024;
const TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'journal'";
/** Finds the names of chains with one search in the index for each name, however many shares there are. */
const CHAINS = `
  WITH RECURSIVE name(chain) AS (
    SELECT min(chain) FROM share
    UNION ALL SELECT (SELECT min(chain) FROM share WHERE chain > name.chain) FROM name WHERE chain IS NOT NULL
  ) SELECT chain FROM name WHERE chain IS NOT NULL`;

/** A journal that is open for reading, of any version that this program knows. */
export class JournalFile {
  readonly file: string;
  /** Name of the journal according to its content; the name of a copied or renamed file differs. */
  readonly instance: string;
  readonly version: number;
  readonly #db: Database.Database;
  readonly #networks: NetworksOfChains;
  /** Weights and targets by their text. Most rows have one of a few, and reading 77 digits takes longer than finding them. */
  readonly #amounts = new Map<string, bigint>();
  #pages: JournalPages<Omit<Row, 'digest'>> | undefined;
  /** The column that identifies the network, and for version 1 all names of chains in the file. */
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
      throw unreadableError(file, error);
    }
    try {
      // A file that was only begun has no tables yet.
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
      throw unreadableError(file, error);
    }
  }

  get name(): string {
    return path.basename(this.file);
  }

  /** True for a copy or a renamed file: its name does not fit its content. */
  get isMisnamed(): boolean {
    return this.name !== `${this.instance}.db`;
  }

  /**
   * True if no process will write to it again. A journal of version 1 shows this only by a log that is empty or
   * missing.
   */
  get isOver(): boolean {
    if (this.version === 1) return (statSync(`${this.file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
    return this.ends().some(({ instance }) => instance === this.instance);
  }

  /** When its process began it, in milliseconds since 1970. */
  get createdMs(): number {
    return this.#db.prepare('SELECT created_ms FROM journal').pluck().get() as number;
  }

  /** A value that changes with every commit of the process that writes the journal. */
  get dataVersion(): unknown {
    return this.#db.pragma('data_version', { simple: true });
  }

  /**
   * The ended journals that this one lists, and its own end where that is recorded beside it. It lists itself if its
   * process closed it in order.
   * @param beside of a moment ago, where it was read already
   */
  ends({ end }: EndBeside = this.beside): JournalEnd[] {
    return [...this.#listed(), ...(end === undefined ? [] : [end])];
  }

  /** What the record beside this journal says. A journal of version 1 has none. */
  get beside(): EndBeside {
    return this.version === 1 ? {} : endBeside(this.file, this.instance, this.#listed());
  }

  /** Sequence of the newest row in this file; 0 without rows. */
  lastSequence(): number {
    const [row] = this.#all('SELECT max(sequence) AS last FROM share') as { last: number | null }[];
    return row?.last ?? 0;
  }

  /**
   * A sentence about the rows that an ended journal has lost; undefined if none is missing.
   * @param last the last row for which a miner was told that its share is kept; undefined if no journal says it
   */
  lossBefore(last: number | undefined): string | undefined {
    const found = this.lastSequence();
    if (last === undefined || found >= last) return undefined;
    return `${this.file} has lost shares that were kept: it ends with row ${found} instead of ${last}; bring it back from a copy`;
  }

  /** True if it holds nothing: no miner was told that a share is kept in it, and its process removes it at its end. */
  get isEmpty(): boolean {
    const tables = this.version === 1 ? ['share'] : ['share', 'lighter', 'ended'];
    return tables.every((table) => this.#db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined);
  }

  /** Groups of the shares after a sequence, in the order of their first such share. */
  groups(after: number): WorkGroup[] {
    const column = this.#column;
    const query = `SELECT ${column} AS network, work_group AS workGroup FROM share WHERE sequence > ?
      GROUP BY ${column}, work_group ORDER BY min(sequence)`;
    const rows = this.#all(query, after) as WorkGroup[];
    return rows.map(({ network, workGroup }) => ({ network: this.#networkOf(network), workGroup }));
  }

  /** All rows of a group by sequence. Rows that were refused may be among them. */
  sharesOf({ network, workGroup }: WorkGroup): JournaledShare[] {
    const query = `SELECT * FROM share WHERE ${this.#column} = ? AND work_group = ?`;
    const rows = this.#valuesFor(network).flatMap((value) => this.#all(query, value, workGroup) as Row[]);
    return rows
      .map((row) => this.#share(row, new Uint8Array(row.digest)))
      .sort((a, b) => a.sequence - b.sequence);
  }

  /** Rows by sequence. @param after the sequence before the first @param last the last row that counts @param limit at most this many */
  page(after: number, last: number, limit: number): JournaledShare[] {
    try {
      this.#pages ??= new JournalPages(this.#db, this.version);
      return this.#pages.read({ after, last, limit }, (row, digest) => this.#share(row, digest));
    } catch (error) {
      throw unreadableError(this.file, error);
    }
  }

  /** Shares that came again with a smaller weight, in the order in which they came. @param after the id before the first */
  lighterPage(after: number, limit: number): LighterShare[] {
    if (this.version === 1) return [];
    const query = `SELECT id, time_ms AS timeMs, network, work_group AS workGroup, digest, weight FROM lighter
      WHERE id > ? ORDER BY id LIMIT ?`;
    const rows = this.#all(query, after, limit) as (Omit<LighterShare, 'weight'> & { weight: string })[];
    return rows.map((row) => ({ ...row, digest: new Uint8Array(row.digest), weight: BigInt(row.weight) }));
  }

  /** Id of the newest smaller weight; 0 without one. */
  lastLighterId(): number {
    if (this.version === 1) return 0;
    const [row] = this.#all('SELECT max(id) AS last FROM lighter') as { last: number | null }[];
    return row?.last ?? 0;
  }

  /** The row that has a share; undefined if the file does not have it. */
  sequenceOf({ network, workGroup, digest }: ShareKey): number | undefined {
    const query = `SELECT sequence FROM share WHERE ${this.#column} = ? AND work_group = ? AND digest = ?`;
    const rows = this.#valuesFor(network).flatMap(
      (value) => this.#all(query, value, workGroup, digest) as { sequence: number }[],
    );
    return rows[0]?.sequence;
  }

  /** Digests and weights of a group. @param last the last row that counts; rows behind it were refused */
  weightsOf({ network, workGroup }: WorkGroup, last: number): (readonly [Uint8Array, bigint])[] {
    const query = `SELECT digest, weight FROM share WHERE ${this.#column} = ? AND work_group = ? AND sequence <= ?`;
    const statement = this.#db.prepare(query);
    const rows = this.#valuesFor(network).flatMap(
      (value) => statement.all(value, workGroup, last) as Pick<Row, 'digest' | 'weight'>[],
    );
    return rows.map(({ digest, weight }) => [digest, BigInt(weight)] as const);
  }

  /**
   * The smallest weight of a share in this file; undefined if the file does not have it.
   * @param last as for `weightsOf`
   */
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

  /**
   * Shares of a group that came again with a smaller weight; the first copy may be in another journal.
   * @param lastId ids behind it are left out
   */
  lighterOf(
    { network, workGroup }: WorkGroup,
    lastId: number = Number.MAX_SAFE_INTEGER,
  ): { readonly digest: Uint8Array; readonly weight: bigint }[] {
    if (this.version === 1) return [];
    const query =
      'SELECT digest, weight FROM lighter WHERE network = ? AND work_group = ? AND id <= ? ORDER BY id';
    const rows = this.#all(query, network, workGroup, lastId) as { digest: Uint8Array; weight: string }[];
    return rows.map(({ digest, weight }) => ({ digest, weight: BigInt(weight) }));
  }

  /** Groups for which `lighterOf` has shares. The shares themselves may be in other journals. */
  lighterGroups(): WorkGroup[] {
    if (this.version === 1) return [];
    const query = 'SELECT DISTINCT network, work_group AS workGroup FROM lighter';
    return this.#all(query) as WorkGroup[];
  }

  close(): void {
    this.#db.close();
  }

  #listed(): JournalEnd[] {
    if (this.version === 1) return [];
    return this.#all('SELECT instance, last_sequence AS lastSequence, reason FROM ended') as JournalEnd[];
  }

  /** @throws AditError `ADIT_JOURNAL_UNREADABLE`: the first pages of a file may be whole, and later ones broken */
  #all(query: string, ...values: unknown[]): unknown[] {
    try {
      return this.#db.prepare(query).all(...values);
    } catch (error) {
      throw unreadableError(this.file, error);
    }
  }

  #networkOf(value: string): string {
    return this.version === 1 ? (this.#networks[value] ?? value) : value;
  }

  #valuesFor(network: string): readonly string[] {
    if (this.version !== 1) return [network];
    return this.#chains.filter((chain) => this.#networkOf(chain) === network);
  }

  #amount(text: string): bigint {
    const known = this.#amounts.get(text);
    if (known !== undefined) return known;
    const amount = BigInt(text);
    if (this.#amounts.size >= MAX_AMOUNTS) this.#amounts.clear();
    this.#amounts.set(text, amount);
    return amount;
  }

  #share(row: Omit<Row, 'digest'>, digest: Uint8Array): JournaledShare {
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
      weight: this.#amount(row.weight),
      shareTarget: this.#amount(row.share_target),
      // Version 1 wrote 0 while the network wanted no block.
      networkTarget: target === null || target === '0' ? null : this.#amount(target),
      digest,
      outcome: row.outcome,
      ...(row.paid === null || row.paid === undefined ? {} : { paid: row.paid }),
    };
  }
}

export function smallest(weights: readonly bigint[]): bigint | undefined {
  return weights.reduce<bigint | undefined>(
    (least, weight) => (least === undefined || weight < least ? weight : least),
    undefined,
  );
}
