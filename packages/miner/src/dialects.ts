import type { EquihashParams } from '@adit/pow';
import type { Dialect } from '@adit/stratum';
import type { MinerStatus } from './events.ts';
import type { MinerModules, MinerOptions } from './stratum-miner.ts';
import { TrueMiner } from './true-miner.ts';
import { ZcashMiner } from './zcash-miner.ts';

/** A miner of any dialect, as its owner sees it. */
export interface Miner {
  /** Mines until `stop`; see `StratumMiner.run` for the errors with which it rejects. */
  run(): Promise<void>;
  stop(): Promise<void>;
  status(): MinerStatus;
}

/** The settings of all dialects together. A dialect takes those that concern it. */
export interface AnyMinerOptions extends MinerOptions {
  /** For `zcash`. */
  readonly equihash: EquihashParams;
  /** For `zcash`; `leading` where left out. */
  readonly nonceLayout?: 'leading' | 'trailing';
  /** For `truestratum`: see `TrueMinerOptions`. */
  readonly seedsPauseMs?: number;
}

/** How a miner of each dialect is made. A dialect without an entry does not compile. */
export type MinerDialects<Name extends string = Dialect> = {
  readonly [Each in Name]: (options: AnyMinerOptions, modules: MinerModules) => Miner;
};

/** The dialects that this room mines. */
export const MINER_DIALECTS: MinerDialects = {
  zcash: (options, modules) => new ZcashMiner(options, modules),
  truestratum: (options, modules) => new TrueMiner(options, modules),
};
