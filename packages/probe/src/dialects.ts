import type { EquihashParams } from '@adit/pow';
import type { MinerDialect } from './miner/dialect.ts';
import { TrueStratumMinerDialect } from './miner/truestratum/dialect.ts';
import { ZcashMinerDialect } from './miner/zcash/dialect.ts';
import type { PoolDialect } from './pool/dialect.ts';
import { TRUESTRATUM_POOLS } from './pool/truestratum/dialect.ts';
import { ZCASH_POOLS } from './pool/zcash/dialect.ts';
import { type SpokenDialect, TRUESTRATUM_SPOKEN, ZCASH_SPOKEN } from './tap/spoken-dialect.ts';
import type { Dialect } from './wire/dialect.ts';

/** Everything that the probe knows of one way to speak Stratum. */
export interface ProbeDialect {
  /** For the questions to pools. */
  readonly pools: PoolDialect;
  /** For the questions to miners. Each run makes its own, because it remembers what the run sent. */
  readonly miners: (options: { readonly equihash: EquihashParams }) => MinerDialect;
  /** For the tap, which listens to both sides. */
  readonly spoken: SpokenDialect;
}

/** The only place that tells the dialects apart. A dialect without an entry does not compile. */
export const PROBE_DIALECTS: { readonly [D in Dialect]: ProbeDialect } = {
  zcash: {
    pools: ZCASH_POOLS,
    miners: ({ equihash }) => new ZcashMinerDialect(equihash),
    spoken: ZCASH_SPOKEN,
  },
  truestratum: {
    pools: TRUESTRATUM_POOLS,
    miners: () => new TrueStratumMinerDialect(),
    spoken: TRUESTRATUM_SPOKEN,
  },
};

/** @param dialect undefined while no message has shown which one it is; such messages are read as ZIP 301 has them */
export function spokenDialect(dialect: Dialect | undefined): SpokenDialect {
  return PROBE_DIALECTS[dialect ?? 'zcash'].spoken;
}
