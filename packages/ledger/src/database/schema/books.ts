/** Tables of the books: accounts and their payees and terms, entries, balances, the audit. */
export const BOOKS_SCHEMA: readonly string[] = [
  // One writer: whoever holds the lease, with a fence that rises with each owner.
  'CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, fence BIGINT NOT NULL, until_ms BIGINT NOT NULL)',
  'CREATE TABLE entry (id BIGINT PRIMARY KEY, chain TEXT NOT NULL, time_ms BIGINT NOT NULL, kind TEXT NOT NULL, source_key TEXT NOT NULL, UNIQUE (chain, source_key))',
  // An entry is taken back at most once.
  'CREATE TABLE entry_reversal (chain TEXT NOT NULL, reversed_key TEXT NOT NULL, position SMALLINT NOT NULL, entry BIGINT NOT NULL REFERENCES entry (id), PRIMARY KEY (chain, reversed_key))',
  'CREATE TABLE posting (entry BIGINT NOT NULL REFERENCES entry (id), line INTEGER NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL, PRIMARY KEY (entry, line))',
  'CREATE INDEX posting_account ON posting (account, entry)',
  'CREATE TABLE balance (chain TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (chain, account))',
  'CREATE TABLE account (chain TEXT NOT NULL, name TEXT NOT NULL, since_ms BIGINT NOT NULL, parked TEXT, due_since_ms BIGINT, PRIMARY KEY (chain, name))',
  'CREATE TABLE payee (chain TEXT NOT NULL, account TEXT NOT NULL, since_ms BIGINT NOT NULL, position BIGINT NOT NULL, address TEXT, receiver TEXT, kind TEXT, PRIMARY KEY (chain, account, position))',
  'CREATE TABLE terms (chain TEXT NOT NULL, account TEXT NOT NULL, since_ms BIGINT NOT NULL, position BIGINT NOT NULL, fee_ppm TEXT NOT NULL, donation_ppm TEXT, cause TEXT, minimum TEXT NOT NULL, PRIMARY KEY (chain, account, position))',
  'CREATE TABLE audit (number BIGINT PRIMARY KEY, previous TEXT NOT NULL, hash TEXT NOT NULL, time_ms BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, content TEXT NOT NULL)',
];
