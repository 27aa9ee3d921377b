/**
 * The version of the files that this program writes. The program reads all versions up to it, and refuses newer ones.
 *
 * 1: without the network, only with the chain's name in the configuration; a digest was unique for a chain.
 * 2: the key is (network, group of work, digest); `lighter` and `ended`; network_target may be null.
 * 3: `paid`. A program that does not know it would pay shares that their blocks pay.
 */
export const JOURNAL_VERSION = 3;

// All amounts are decimal text, because SQLite's integers end at 2^63. Rows are added, but never changed or removed.
export const SCHEMA = `
  CREATE TABLE journal (instance TEXT NOT NULL, version INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE share (
    sequence INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    network TEXT NOT NULL,
    chain TEXT NOT NULL,
    height INTEGER,
    work_id TEXT NOT NULL,
    work_group TEXT NOT NULL,
    account TEXT NOT NULL,
    worker TEXT NOT NULL,
    dialect TEXT NOT NULL,
    weight TEXT NOT NULL,
    share_target TEXT NOT NULL,
    network_target TEXT,
    digest BLOB NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('share', 'block', 'fruit')),
    -- NULL where blocks pay the operator, and the share earns a part of that.
    paid TEXT
  ) STRICT;
  CREATE UNIQUE INDEX share_key ON share (network, work_group, digest);
  -- A share that came again with a smaller weight, which counts from then on.
  CREATE TABLE lighter (
    id INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    network TEXT NOT NULL,
    work_group TEXT NOT NULL,
    digest BLOB NOT NULL,
    weight TEXT NOT NULL
  ) STRICT;
  CREATE INDEX lighter_key ON lighter (network, work_group, digest);
  -- Journals that are over, this one or others: rows behind the last sequence were refused.
  CREATE TABLE ended (instance TEXT NOT NULL, last_sequence INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
`;

/** The last acknowledged row of an ended journal, and the reason for its end. */
export interface JournalEnd {
  readonly instance: string;
  readonly lastSequence: number;
  readonly reason: string;
}

/** The reason in a journal that its process closed in order. */
export const CLOSED = 'closed';
