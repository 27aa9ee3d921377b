/** The version of the files that this program writes. A file of another version is made anew from the journals. */
export const STATS_VERSION = 1;

/** How wide a bucket is, and how long it is kept. */
export interface BucketKind {
  readonly table: string;
  readonly ms: number;
  readonly keepMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Minutes of chains and accounts: charts of an hour, and the rates of 10 minutes and an hour. */
export const MINUTES: BucketKind = { table: 'bucket_m1', ms: MINUTE, keepMs: 26 * HOUR };
/** Minutes of workers: only for their rates, as they are many. */
export const WORKER_MINUTES: BucketKind = { table: 'bucket_w1', ms: MINUTE, keepMs: 75 * MINUTE };
export const TENS: BucketKind = { table: 'bucket_m10', ms: 10 * MINUTE, keepMs: 48 * HOUR };
export const HOURS: BucketKind = { table: 'bucket_h1', ms: HOUR, keepMs: 32 * DAY };
/** Days of UTC. */
export const DAYS: BucketKind = { table: 'bucket_d1', ms: DAY, keepMs: 731 * DAY };

export const BUCKETS: readonly BucketKind[] = [MINUTES, WORKER_MINUTES, TENS, HOURS, DAYS];

/** What a subject is. Numbers, since each subject has one in its row. */
export const CHAIN = 0;
export const ACCOUNT = 1;
export const WORKER = 2;

// Weights, their squares and scores are decimal text: they pass 2^63. Shares of all times that are kept stay below 2^53.
export const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- How far each journal was taken. It changes in the transaction of the buckets.
  CREATE TABLE mark (instance TEXT PRIMARY KEY, sequence INTEGER NOT NULL, newest_ms INTEGER NOT NULL) STRICT;
  -- \`name\`: '' for a chain, the account, or the worker. \`wid\`: name of a worker in addresses. \`workers\`: names that an account has.
  CREATE TABLE subject (
    id INTEGER PRIMARY KEY,
    network TEXT NOT NULL,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    account TEXT NOT NULL,
    wid TEXT NOT NULL,
    first_ms INTEGER NOT NULL,
    first_weight TEXT NOT NULL,
    last_ms INTEGER NOT NULL,
    last_weight TEXT NOT NULL,
    shares INTEGER NOT NULL,
    workers INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX subject_name ON subject (network, kind, account, name);
  CREATE INDEX subject_wid ON subject (network, account, wid);
  CREATE INDEX subject_last ON subject (network, kind, last_ms);
  -- The round that is open, by network.
  CREATE TABLE round (network TEXT PRIMARY KEY, score TEXT NOT NULL, since_ms INTEGER) STRICT;
  -- Found blocks and fruits, with the effort of their rounds.
  CREATE TABLE found (
    network TEXT NOT NULL,
    digest TEXT NOT NULL,
    id INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    dialect TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    height INTEGER,
    account TEXT NOT NULL,
    worker TEXT NOT NULL,
    score TEXT NOT NULL,
    since_ms INTEGER,
    PRIMARY KEY (network, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX found_id ON found (network, id);
  -- Refused submissions, by reason, in buckets of ten minutes.
  CREATE TABLE refusal (
    subject INTEGER NOT NULL,
    start INTEGER NOT NULL,
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (subject, start, reason)
  ) STRICT, WITHOUT ROWID;
  -- Minutes in which the pool said that it runs.
  CREATE TABLE alive (start INTEGER PRIMARY KEY) STRICT;
  ${BUCKETS.map(
    ({ table }) => `
  CREATE TABLE ${table} (
    subject INTEGER NOT NULL,
    start INTEGER NOT NULL,
    weight TEXT NOT NULL,
    squares TEXT NOT NULL,
    largest TEXT NOT NULL,
    score TEXT NOT NULL,
    shares INTEGER NOT NULL,
    PRIMARY KEY (subject, start)
  ) STRICT, WITHOUT ROWID;`,
  ).join('')}
`;
