/** Tables by which the ledger notices what was changed behind its back, and the holds of a wallet as a set. They came with version 3. */
export const SEALS_SCHEMA: readonly string[] = [
  // Of each table: how many rows the ledger wrote, and a digest of them all.
  'CREATE TABLE seal (name TEXT PRIMARY KEY, row_count BIGINT NOT NULL, digest TEXT NOT NULL)',
  // One row for each transaction that changed a seal. Its hash has that of the row before and all seals behind the transaction.
  'CREATE TABLE seal_log (number BIGINT PRIMARY KEY, hash TEXT NOT NULL)',
  // A digest of the entry, of its lines, and of the digest of the entry before.
  "ALTER TABLE entry ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
  // Why a wallet pays nothing: each reason stands until a person resumes who has seen it.
  'CREATE TABLE payout_hold (chain TEXT NOT NULL, wallet TEXT NOT NULL, position BIGINT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, since_ms BIGINT NOT NULL, PRIMARY KEY (chain, wallet, position))',
  "INSERT INTO payout_hold (chain, wallet, position, reason, detail, since_ms) SELECT chain, wallet, 1, hold_reason, COALESCE(hold_detail, ''), COALESCE(hold_ms, 0) FROM payout_control WHERE hold_reason IS NOT NULL",
  'UPDATE payout_control SET hold_reason = NULL, hold_detail = NULL, hold_ms = NULL',
];
