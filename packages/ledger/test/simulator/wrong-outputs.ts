import type { Random } from './random.ts';
import type { SimTransaction } from './sim-chain.ts';
import { STRANGER } from './truth.ts';

type SimOutputs = SimTransaction['outputs'];

/** Something else than what a wallet was asked for: an output left out, less money, or money for a stranger. */
export function wrongOutputs(outputs: SimOutputs, random: Random): SimOutputs {
  const [first, ...others] = outputs;
  if (first === undefined) return outputs;
  const how = random.pick(['left_out', 'left_out', 'less', 'stranger'] as const);
  if (how === 'stranger') return [...outputs, { receiver: STRANGER, amount: 77_000n }];
  if (how === 'less') return [{ ...first, amount: first.amount / 2n }, ...others];
  return others.length > 0 ? others : [{ ...first, amount: first.amount - 1n }];
}
