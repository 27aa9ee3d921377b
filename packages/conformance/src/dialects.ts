import type { EquihashParams } from '@adit/pow';
import type { Dialect } from '@adit/stratum';
import type { MinerDialect } from './miner/dialect.ts';
import { TrueStratumMinerDialect } from './miner/truestratum/dialect.ts';
import { ZcashMinerDialect } from './miner/zcash/dialect.ts';
import type { PoolDialect } from './pool/dialect.ts';
import { TRUESTRATUM_POOLS } from './pool/truestratum/session/dialect.ts';
import { ZCASH_POOLS } from './pool/zcash/session/dialect.ts';

/** Everything that the questions need to know of one way to speak Stratum. */
interface ExaminedDialect {
  /** For the questions to pools. */
  readonly pools: PoolDialect;
  /** For the questions to miners. Each run makes its own, because it remembers what the run sent. */
  readonly miners: (options: { readonly equihash: EquihashParams }) => MinerDialect;
}

/** An entry for each dialect. A dialect without one does not compile. */
export type ExaminedDialects<Name extends string = Dialect> = Readonly<Record<Name, ExaminedDialect>>;

/** The only place of the room that tells the dialects apart. It is closed: a report and its checks name a dialect. */
export const EXAMINED_DIALECTS = {
  zcash: { pools: ZCASH_POOLS, miners: ({ equihash }) => new ZcashMinerDialect(equihash) },
  truestratum: { pools: TRUESTRATUM_POOLS, miners: () => new TrueStratumMinerDialect() },
} as const satisfies ExaminedDialects;
