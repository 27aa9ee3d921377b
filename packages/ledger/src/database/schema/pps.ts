/** Tables of shares that are paid at once (PPS, FPPS), and of the schemes that miners may choose. They came with version 2. */
export const PPS_SCHEMA: readonly string[] = [
  // What an expected block is paid at, and whether shares are paid at once. `from_number`: the first share under it; NULL until one came.
  'CREATE TABLE pps_tariff (chain TEXT NOT NULL, position BIGINT NOT NULL, since_ms BIGINT NOT NULL, from_number BIGINT, subsidy TEXT NOT NULL, fee_ratio_ppm TEXT NOT NULL, coefficient TEXT NOT NULL, is_open SMALLINT NOT NULL, PRIMARY KEY (chain, position))',
  'CREATE INDEX pps_tariff_from ON pps_tariff (chain, from_number)',
  // Shares before this number are credited.
  'CREATE TABLE pps_mark (chain TEXT PRIMARY KEY, next_number BIGINT NOT NULL)',
  'CREATE TABLE pps_limits (chain TEXT PRIMARY KEY, floor TEXT NOT NULL, resume_at TEXT NOT NULL)',
  // Shares that were credited by one entry. `tariff`: its position. `terms_ms`: the time whose terms held. `score`: of shares that were paid.
  'CREATE TABLE pps_interval (chain TEXT NOT NULL, first_number BIGINT NOT NULL, last_number BIGINT NOT NULL, tariff BIGINT NOT NULL, terms_ms BIGINT NOT NULL, made_ms BIGINT NOT NULL, score TEXT NOT NULL, paid TEXT NOT NULL, accounts BIGINT NOT NULL, PRIMARY KEY (chain, first_number))',
  // What is left of a unit, for the next interval.
  'CREATE TABLE pps_carry (chain TEXT NOT NULL, account TEXT NOT NULL, carry TEXT NOT NULL, PRIMARY KEY (chain, account))',
  // The schemes that a miner may choose by its name (`solo:ann`), from a share on.
  'CREATE TABLE scheme_choice (chain TEXT NOT NULL, position BIGINT NOT NULL, from_number BIGINT NOT NULL, kinds TEXT NOT NULL, PRIMARY KEY (chain, position))',
];
