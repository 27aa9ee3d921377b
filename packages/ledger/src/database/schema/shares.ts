/** Tables of what was taken from the journals: marks, numbered shares, rounds, blocks. Numbers of shares stay below 2^53. */
export const SHARES_SCHEMA: readonly string[] = [
  // How far each journal was taken. `state`: `here`, `archived` (its rows are in the archive), `lost` (a person accepted it).
  'CREATE TABLE journal_mark (instance TEXT PRIMARY KEY, sequence BIGINT NOT NULL, lighter_id BIGINT NOT NULL, newest_ms BIGINT NOT NULL, state TEXT NOT NULL)',
  // Rows that were not numbered, and why: `duplicate`, `refused`, `weightless`.
  'CREATE TABLE left_out (instance TEXT NOT NULL, first_sequence BIGINT NOT NULL, last_sequence BIGINT NOT NULL, because TEXT NOT NULL, PRIMARY KEY (instance, first_sequence))',
  // The next number, and the last target of the network that a share had.
  'CREATE TABLE share_chain (chain TEXT PRIMARY KEY, next_number BIGINT NOT NULL, network_target TEXT)',
  'CREATE TABLE share_account (chain TEXT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (chain, id), UNIQUE (chain, name))',
  // Consecutive shares. `shares` is NULL once no window can reach them; `sums` and `origin` stay. `target_before`: of the share before.
  'CREATE TABLE slice (chain TEXT NOT NULL, first_number BIGINT NOT NULL, last_number BIGINT NOT NULL, first_ms BIGINT NOT NULL, last_ms BIGINT NOT NULL, total TEXT NOT NULL, weight TEXT NOT NULL, target_before TEXT, sums BLOB NOT NULL, origin BLOB NOT NULL, shares BLOB, PRIMARY KEY (chain, first_number))',
  // Which rows of a journal lie in which slice.
  'CREATE TABLE slice_journal (chain TEXT NOT NULL, first_number BIGINT NOT NULL, instance TEXT NOT NULL, first_sequence BIGINT NOT NULL, last_sequence BIGINT NOT NULL, PRIMARY KEY (chain, first_number, instance))',
  'CREATE INDEX slice_journal_row ON slice_journal (chain, instance, first_sequence)',
  // A share that came again with a smaller weight. It is not applied where a round had counted the share before.
  'CREATE TABLE correction (chain TEXT NOT NULL, number BIGINT NOT NULL, position BIGINT NOT NULL, weight_before TEXT NOT NULL, weight TEXT NOT NULL, is_applied SMALLINT NOT NULL, PRIMARY KEY (chain, number, position))',
  'CREATE TABLE scheme_period (chain TEXT NOT NULL, position BIGINT NOT NULL, from_number BIGINT NOT NULL, after_block TEXT, scheme TEXT NOT NULL, PRIMARY KEY (chain, position))',
  // The scheme that begins with the next block.
  'CREATE TABLE scheme_wanted (chain TEXT PRIMARY KEY, scheme TEXT NOT NULL)',
  // `hash`: the name under which entries know it. `digest`, `work_group`, `chain_name`: as the journal has them.
  'CREATE TABLE block (chain TEXT NOT NULL, hash TEXT NOT NULL, what TEXT NOT NULL, number BIGINT NOT NULL, chain_name TEXT NOT NULL, dialect TEXT NOT NULL, work_group TEXT NOT NULL, digest TEXT NOT NULL, height BIGINT, found_ms BIGINT NOT NULL, account TEXT NOT NULL, worker TEXT NOT NULL, scheme TEXT NOT NULL, state TEXT NOT NULL, generation BIGINT NOT NULL, expected_reward TEXT, accepted_reward TEXT, is_expected_known SMALLINT NOT NULL, depth BIGINT, nodes BIGINT, alarm TEXT, next_ms BIGINT, PRIMARY KEY (chain, hash))',
  'CREATE INDEX block_due ON block (next_ms)',
  'CREATE INDEX block_number ON block (chain, number)',
  'CREATE TABLE round (chain TEXT NOT NULL, hash TEXT NOT NULL, generation BIGINT NOT NULL, scheme TEXT NOT NULL, counts_from BIGINT NOT NULL, block_before BIGINT, newest_number BIGINT NOT NULL, oldest_number BIGINT, oldest_counted TEXT, total TEXT NOT NULL, is_full SMALLINT NOT NULL, reward TEXT NOT NULL, reserve TEXT NOT NULL, suspense TEXT NOT NULL, made_ms BIGINT NOT NULL, PRIMARY KEY (chain, hash, generation))',
  'CREATE INDEX round_window ON round (chain, newest_number)',
  // The row with an empty account is the reserve: its score, and its part as `gross`.
  'CREATE TABLE round_part (chain TEXT NOT NULL, hash TEXT NOT NULL, generation BIGINT NOT NULL, position BIGINT NOT NULL, account TEXT NOT NULL, score TEXT NOT NULL, gross TEXT NOT NULL, fee TEXT NOT NULL, donation TEXT NOT NULL, cause TEXT, net TEXT NOT NULL, PRIMARY KEY (chain, hash, generation, position))',
  'CREATE INDEX round_part_account ON round_part (chain, account)',
];
