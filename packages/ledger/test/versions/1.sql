CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, fence BIGINT NOT NULL, until_ms BIGINT NOT NULL);
CREATE TABLE entry (id BIGINT PRIMARY KEY, chain TEXT NOT NULL, time_ms BIGINT NOT NULL, kind TEXT NOT NULL, source_key TEXT NOT NULL, UNIQUE (chain, source_key));
CREATE TABLE entry_reversal (chain TEXT NOT NULL, reversed_key TEXT NOT NULL, position SMALLINT NOT NULL, entry BIGINT NOT NULL REFERENCES entry (id), PRIMARY KEY (chain, reversed_key));
CREATE INDEX entry_reversal_entry ON entry_reversal (entry, position);
CREATE TABLE posting (entry BIGINT NOT NULL REFERENCES entry (id), line INTEGER NOT NULL, chain TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL, balance TEXT NOT NULL, PRIMARY KEY (entry, line));
CREATE UNIQUE INDEX posting_account ON posting (chain, account, entry);
CREATE TABLE balance (chain TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL, version BIGINT NOT NULL, entry BIGINT NOT NULL, PRIMARY KEY (chain, account));
CREATE TABLE account (chain TEXT NOT NULL, name TEXT NOT NULL, since_ms BIGINT NOT NULL, parked TEXT, due_since_ms BIGINT, PRIMARY KEY (chain, name));
CREATE TABLE payee (chain TEXT NOT NULL, account TEXT NOT NULL, position BIGINT NOT NULL, set_ms BIGINT NOT NULL, since_ms BIGINT NOT NULL, address TEXT, receiver TEXT, kind TEXT, PRIMARY KEY (chain, account, position));
CREATE TABLE terms (chain TEXT NOT NULL, account TEXT NOT NULL, position BIGINT NOT NULL, since_ms BIGINT NOT NULL, fee_ppm TEXT, donation_ppm TEXT, cause TEXT, minimum TEXT, PRIMARY KEY (chain, account, position));
CREATE TABLE audit (number BIGINT PRIMARY KEY, previous TEXT NOT NULL, hash TEXT NOT NULL, time_ms BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL);
CREATE INDEX audit_subject ON audit (subject, number);
CREATE TABLE batch (
    id TEXT PRIMARY KEY, chain TEXT NOT NULL, wallet TEXT NOT NULL, machine TEXT NOT NULL,
    state TEXT NOT NULL, held_from TEXT, reason TEXT, detail TEXT, mined_txid TEXT,
    is_open SMALLINT NOT NULL, version BIGINT NOT NULL, tag TEXT NOT NULL UNIQUE,
    planned_ms BIGINT NOT NULL, approved_ms BIGINT, called_ms BIGINT,
    payment_cap TEXT NOT NULL, batch_cap TEXT NOT NULL, most_fee TEXT NOT NULL, fee_planned TEXT NOT NULL, fee_real TEXT,
    start_height BIGINT, wallet_identity TEXT, remembered TEXT NOT NULL, ended_at BIGINT,
    operation TEXT UNIQUE, draft TEXT, closed_at BIGINT);
CREATE UNIQUE INDEX batch_open ON batch (chain, wallet) WHERE is_open = 1;
CREATE INDEX batch_state ON batch (chain, wallet, state);
CREATE TABLE batch_txid (txid TEXT PRIMARY KEY, batch TEXT NOT NULL REFERENCES batch (id), position SMALLINT NOT NULL, raw TEXT, inputs TEXT, fee TEXT);
CREATE INDEX batch_txid_batch ON batch_txid (batch);
CREATE TABLE item (batch TEXT NOT NULL REFERENCES batch (id), position SMALLINT NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL, receiver TEXT NOT NULL, kind TEXT NOT NULL, gross TEXT NOT NULL, fee_part TEXT NOT NULL, amount TEXT NOT NULL, sender TEXT, nonce TEXT, is_released SMALLINT NOT NULL, PRIMARY KEY (batch, position), UNIQUE (sender, nonce));
CREATE INDEX item_account ON item (account);
CREATE TABLE pin (chain TEXT NOT NULL, account TEXT NOT NULL, batch TEXT NOT NULL REFERENCES batch (id), PRIMARY KEY (chain, account));
CREATE TABLE shield (id TEXT PRIMARY KEY, chain TEXT NOT NULL, wallet TEXT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL, called_ms BIGINT NOT NULL, start_height BIGINT NOT NULL, operation TEXT UNIQUE, txid TEXT UNIQUE, generation SMALLINT NOT NULL, value TEXT, fee TEXT);
CREATE INDEX shield_state ON shield (chain, wallet, state);
CREATE TABLE payout_control (chain TEXT NOT NULL, wallet TEXT NOT NULL, mode TEXT NOT NULL, hold_reason TEXT, hold_detail TEXT, hold_ms BIGINT, identity TEXT, identity_ms BIGINT, version BIGINT NOT NULL, PRIMARY KEY (chain, wallet));
INSERT INTO meta VALUES ('version', '1');
INSERT INTO entry VALUES (1, 'zcash', 3, 'block_credit', 'block:zcash:abababababababababababababababababababababababababababababababab:1:credit');
INSERT INTO entry VALUES (2, 'zcash', 4, 'block_mature', 'block:zcash:abababababababababababababababababababababababababababababababab:1:mature');
INSERT INTO entry VALUES (3, 'zcash', 5, 'batch_reserve', 'batch:zcash:b1:reserve');
INSERT INTO posting VALUES (1, 0, 'zcash', 'asset:immature', '1000', '1000');
INSERT INTO posting VALUES (1, 1, 'zcash', 'equity:fee-pending', '-9', '-9');
INSERT INTO posting VALUES (1, 2, 'zcash', 'liab:miner-pending:ann', '-743', '-743');
INSERT INTO posting VALUES (1, 3, 'zcash', 'liab:miner-pending:bob', '-248', '-248');
INSERT INTO posting VALUES (2, 0, 'zcash', 'asset:hot', '1000', '1000');
INSERT INTO posting VALUES (2, 1, 'zcash', 'asset:immature', '-1000', '0');
INSERT INTO posting VALUES (2, 2, 'zcash', 'equity:fee', '-9', '-9');
INSERT INTO posting VALUES (2, 3, 'zcash', 'equity:fee-pending', '9', '0');
INSERT INTO posting VALUES (2, 4, 'zcash', 'liab:miner-pending:ann', '743', '0');
INSERT INTO posting VALUES (2, 5, 'zcash', 'liab:miner-pending:bob', '248', '0');
INSERT INTO posting VALUES (2, 6, 'zcash', 'liab:miner:ann', '-743', '-743');
INSERT INTO posting VALUES (2, 7, 'zcash', 'liab:miner:bob', '-248', '-248');
INSERT INTO posting VALUES (3, 0, 'zcash', 'liab:miner:ann', '743', '0');
INSERT INTO posting VALUES (3, 1, 'zcash', 'liab:payout:b1', '-743', '-743');
INSERT INTO balance VALUES ('zcash', 'asset:immature', '0', 2, 2);
INSERT INTO balance VALUES ('zcash', 'equity:fee-pending', '0', 2, 2);
INSERT INTO balance VALUES ('zcash', 'liab:miner-pending:ann', '0', 2, 2);
INSERT INTO balance VALUES ('zcash', 'liab:miner-pending:bob', '0', 2, 2);
INSERT INTO balance VALUES ('zcash', 'asset:hot', '1000', 1, 2);
INSERT INTO balance VALUES ('zcash', 'equity:fee', '-9', 1, 2);
INSERT INTO balance VALUES ('zcash', 'liab:miner:ann', '0', 2, 3);
INSERT INTO balance VALUES ('zcash', 'liab:miner:bob', '-248', 1, 2);
INSERT INTO balance VALUES ('zcash', 'liab:payout:b1', '-743', 1, 3);
INSERT INTO account VALUES ('zcash', 'ann', 3, NULL, NULL);
INSERT INTO account VALUES ('zcash', 'bob', 3, NULL, NULL);
INSERT INTO terms VALUES ('zcash', '', 0, 0, '10000', NULL, NULL, '100');
INSERT INTO audit VALUES (1, '0000000000000000000000000000000000000000000000000000000000000000', '07a43f6c41fa21f32bb9a57efa4ad579a7128434e99e61c51e515a30dc45443d', 1, 'test', 'terms', 'account:zcash:', '{"account":"","chain":"zcash","donation":null,"feePpm":"10000","minimum":"100","reason":"configuration","sinceMs":0}');
INSERT INTO audit VALUES (2, '07a43f6c41fa21f32bb9a57efa4ad579a7128434e99e61c51e515a30dc45443d', '47e6fbf0d9e8c209748b7c1763a8e1a5b79f0ced2bc73ed67f39720d0601a22d', 2, 'test', 'move', 'block:zcash:abababababababababababababababababababababababababababababababab', '{"chain":"zcash","from":"found","kind":"block","subject":"abababababababababababababababababababababababababababababababab","to":"seen"}');
INSERT INTO audit VALUES (3, '47e6fbf0d9e8c209748b7c1763a8e1a5b79f0ced2bc73ed67f39720d0601a22d', '47197a82b1812337832f7c256005e8350e17a7c7488f41e2808ca5b4fa086b0c', 2, 'test', 'move', 'block:zcash:abababababababababababababababababababababababababababababababab', '{"chain":"zcash","from":"seen","kind":"block","subject":"abababababababababababababababababababababababababababababababab","to":"confirmed"}');
