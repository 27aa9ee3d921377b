/** Tables of the books: accounts and their payees and terms, entries, balances, the audit. */
export const BOOKS_SCHEMA: readonly string[] = [
  // One writer: the process that holds the lease. The fence rises with each owner.
  'CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, fence BIGINT NOT NULL, until_ms BIGINT NOT NULL)',
  'CREATE TABLE entry (id BIGINT PRIMARY KEY, chain TEXT NOT NULL, time_ms BIGINT NOT NULL, kind TEXT NOT NULL, source_key TEXT NOT NULL, UNIQUE (chain, source_key))',
  // An entry is taken back at most once.
  'CREATE TABLE entry_reversal (chain TEXT NOT NULL, reversed_key TEXT NOT NULL, position SMALLINT NOT NULL, entry BIGINT NOT NULL REFERENCES entry (id), PRIMARY KEY (chain, reversed_key))',
  'CREATE INDEX entry_reversal_entry ON entry_reversal (entry, position)',
  // `balance` is that of the account after this line: a statement needs no sums, and a stored balance can be checked at each entry.
  'CREATE TABLE posting (entry BIGINT NOT NULL REFERENCES entry (id), line INTEGER NOT NULL, chain TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL, balance TEXT NOT NULL, PRIMARY KEY (entry, line))',
  'CREATE UNIQUE INDEX posting_account ON posting (chain, account, entry)',
  'CREATE TABLE balance (chain TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL, version BIGINT NOT NULL, entry BIGINT NOT NULL, PRIMARY KEY (chain, account))',
  'CREATE TABLE account (chain TEXT NOT NULL, name TEXT NOT NULL, since_ms BIGINT NOT NULL, parked TEXT, due_since_ms BIGINT, PRIMARY KEY (chain, name))',
  // Without an address: nobody is paid from then on.
  'CREATE TABLE payee (chain TEXT NOT NULL, account TEXT NOT NULL, position BIGINT NOT NULL, set_ms BIGINT NOT NULL, since_ms BIGINT NOT NULL, address TEXT, receiver TEXT, kind TEXT, PRIMARY KEY (chain, account, position))',
  // The account with the empty name has the terms of the chain. NULL in the terms of an account: as the chain has it.
  'CREATE TABLE terms (chain TEXT NOT NULL, account TEXT NOT NULL, position BIGINT NOT NULL, since_ms BIGINT NOT NULL, fee_ppm TEXT, donation_ppm TEXT, cause TEXT, minimum TEXT, PRIMARY KEY (chain, account, position))',
  'CREATE TABLE audit (number BIGINT PRIMARY KEY, previous TEXT NOT NULL, hash TEXT NOT NULL, time_ms BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL)',
  'CREATE INDEX audit_subject ON audit (subject, number)',
];
