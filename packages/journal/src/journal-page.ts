import type Database from 'better-sqlite3';

/** A row of a page without its digest, by the columns of the journal. */
export interface PageRow {
  readonly sequence: number;
}

/** Every digest of a share is a hash of this length. */
const DIGEST_BYTES = 32;

/** Reads rows by pages. A buffer for each digest would take longer than all other columns: the digests of a page come as one text. */
export class JournalPages<Row extends PageRow> {
  readonly #others: Database.Statement;
  readonly #digests: Database.Statement;

  /** @param version of the journal: the first one has no column for the network, and the second one none for `paid` */
  constructor(db: Database.Database, version: number) {
    const network = version === 1 ? 'NULL AS network' : 'network';
    const paid = version < 3 ? 'NULL AS paid' : 'paid';
    this.#others = db.prepare(
      `SELECT sequence, time_ms, ${network}, chain, height, work_id, work_group, account, worker, dialect, weight, share_target,
         network_target, outcome, ${paid} FROM share WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`,
    );
    this.#digests = db
      .prepare(
        "SELECT group_concat(hex(digest), '' ORDER BY sequence) FROM share WHERE sequence > ? AND sequence <= ?",
      )
      .pluck();
  }

  /**
   * Rows by sequence, each with its digest: a part of one buffer.
   * @throws Error for digests that are not 32 bytes long; errors of the database
   */
  read<Share>(
    { after, last, limit }: { readonly after: number; readonly last: number; readonly limit: number },
    made: (row: Row, digest: Uint8Array) => Share,
  ): Share[] {
    const rows = this.#others.all(after, last, limit) as Row[];
    const end = rows.at(-1)?.sequence;
    if (end === undefined) return [];
    const bytes = Buffer.from(String(this.#digests.get(after, end)), 'hex');
    if (bytes.length !== rows.length * DIGEST_BYTES)
      throw new Error(`the digests of ${rows.length} rows have ${bytes.length} bytes`);
    return rows.map((row, i) =>
      made(row, new Uint8Array(bytes.buffer, bytes.byteOffset + i * DIGEST_BYTES, DIGEST_BYTES)),
    );
  }
}
