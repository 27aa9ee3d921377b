/**
 * How large the tarball of each package may be, in KiB: a quarter more than it was when the figure was set. A package that
 * grows past its figure has something in it that does not belong there, or grew for a reason. Then the figure is changed,
 * and the commit says why.
 */
export const MOST_KIB: Readonly<Record<string, number>> = {
  primitives: 15,
  pow: 110,
  stratum: 72,
  journal: 57,
  money: 86,
  rpc: 25,
  wallets: 54,
  ledger: 186,
  stats: 30,
  net: 42,
  chain: 93,
  devnet: 110,
  pool: 192,
  miner: 23,
  wire: 19,
  conformance: 172,
  tap: 31,
  api: 86,
  // With the pages, 49 KiB.
  cli: 345,
};
