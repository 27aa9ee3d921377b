import { ConsensusRules, type NetworkRules } from '../../src/zcash/rules.ts';

/** NU6.3's rules for a devnet whose coinbases have this version. */
export function rulesOf(coinbaseVersion: 4 | 5 | 6): NetworkRules {
  return new ConsensusRules({ blockSeconds: 20, coinbaseVersion }).at(0);
}
