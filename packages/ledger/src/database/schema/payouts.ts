/** Tables of payouts: batches and their items, pins, what was shielded, and what each wallet may do. */
export const PAYOUTS_SCHEMA: readonly string[] = [
  // `version` rises with each change: a process that read an older one changes nothing. Bytes are hex, as all databases have text.
  `CREATE TABLE batch (
    id TEXT PRIMARY KEY, chain TEXT NOT NULL, wallet TEXT NOT NULL, machine TEXT NOT NULL,
    state TEXT NOT NULL, held_from TEXT, reason TEXT, detail TEXT, mined_txid TEXT,
    is_open SMALLINT NOT NULL, version BIGINT NOT NULL, tag TEXT NOT NULL UNIQUE,
    planned_ms BIGINT NOT NULL, approved_ms BIGINT, called_ms BIGINT,
    payment_cap TEXT NOT NULL, batch_cap TEXT NOT NULL, most_fee TEXT NOT NULL, fee_planned TEXT NOT NULL, fee_real TEXT,
    start_height BIGINT, wallet_identity TEXT, remembered TEXT NOT NULL, ended_at BIGINT,
    operation TEXT UNIQUE, draft TEXT, closed_at BIGINT)`,
  // A wallet account has one open batch.
  'CREATE UNIQUE INDEX batch_open ON batch (chain, wallet) WHERE is_open = 1',
  'CREATE INDEX batch_state ON batch (chain, wallet, state)',
  // A transaction pays one batch. Its bytes and inputs are there as soon as they are known.
  'CREATE TABLE batch_txid (txid TEXT PRIMARY KEY, batch TEXT NOT NULL REFERENCES batch (id), position SMALLINT NOT NULL, raw TEXT, inputs TEXT, fee TEXT)',
  'CREATE INDEX batch_txid_batch ON batch_txid (batch)',
  'CREATE TABLE item (batch TEXT NOT NULL REFERENCES batch (id), position SMALLINT NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL, receiver TEXT NOT NULL, kind TEXT NOT NULL, gross TEXT NOT NULL, fee_part TEXT NOT NULL, amount TEXT NOT NULL, sender TEXT, nonce TEXT, is_released SMALLINT NOT NULL, PRIMARY KEY (batch, position), UNIQUE (sender, nonce))',
  'CREATE INDEX item_account ON item (account)',
  // The balance of an account is bound to one batch.
  'CREATE TABLE pin (chain TEXT NOT NULL, account TEXT NOT NULL, batch TEXT NOT NULL REFERENCES batch (id), PRIMARY KEY (chain, account))',
  'CREATE TABLE shield (id TEXT PRIMARY KEY, chain TEXT NOT NULL, wallet TEXT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL, called_ms BIGINT NOT NULL, start_height BIGINT NOT NULL, operation TEXT UNIQUE, txid TEXT UNIQUE, generation SMALLINT NOT NULL, value TEXT, fee TEXT)',
  'CREATE INDEX shield_state ON shield (chain, wallet, state)',
  'CREATE TABLE payout_control (chain TEXT NOT NULL, wallet TEXT NOT NULL, mode TEXT NOT NULL, hold_reason TEXT, hold_detail TEXT, hold_ms BIGINT, identity TEXT, identity_ms BIGINT, version BIGINT NOT NULL, PRIMARY KEY (chain, wallet))',
];
