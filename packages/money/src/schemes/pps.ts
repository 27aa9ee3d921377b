import { RESERVE_HOLDER } from './round.ts';
import type { Scheme } from './scheme.ts';
import type { SchemeOptions } from './scheme-options.ts';
import { windowRound } from './window-round.ts';

/** Pay per share: each share at once, for the subsidy. The operator carries all variance, and needs a funded reserve. */
export const PPS: Scheme<Extract<SchemeOptions, { kind: 'pps' }>> = {
  label: 'PPS',
  holderOf: () => RESERVE_HOLDER,
  keepsWindow: true,
  keepsBlock: false,
  round: ({ window }, source, holderOf) => windowRound(window, source, holderOf),
  price: ({ subsidy, coefficient }) => ({ reward: subsidy, feeRatioPpm: 0n, coefficient }),
};

/** Full pay per share: as {@link PPS}, with the fees of recent blocks in the price. */
export const FPPS: Scheme<Extract<SchemeOptions, { kind: 'fpps' }>> = {
  label: 'FPPS',
  holderOf: PPS.holderOf,
  keepsWindow: true,
  keepsBlock: false,
  round: ({ window }, source, holderOf) => windowRound(window, source, holderOf),
  price: ({ subsidy, feeRatioPpm, coefficient }) => ({ reward: subsidy, feeRatioPpm, coefficient }),
};
