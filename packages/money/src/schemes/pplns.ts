import type { Scheme } from './scheme.ts';
import type { SchemeOptions } from './scheme-options.ts';
import { windowRound } from './window-round.ts';

/** Pay per last N shares, by score. Miners cannot gain by coming or leaving; the operator carries no risk. */
export const PPLNS: Scheme<Extract<SchemeOptions, { kind: 'pplns' }>> = {
  label: 'PPLNS',
  holderOf: ({ account }) => account,
  keepsWindow: true,
  keepsBlock: false,
  round: ({ window }, source, holderOf) => windowRound(window, source, holderOf),
  price: () => undefined,
};
