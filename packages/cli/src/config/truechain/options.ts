import { TIP9_NUMBERS } from '@adit/chain';
import { LEAST_LOOSE_WEIGHT, type TrueChainOptions, type TruePortOptions } from '@adit/pool';
import { nodeSettings } from '../node-settings.ts';
import { portOptions } from '../port-options.ts';
import { trueWeightOf } from './ports.ts';
import type { TrueChainConfig } from './schema.ts';

/** @throws as `portOptions` and `nodeSettings` */
export function trueChainOptions(chain: TrueChainConfig): TrueChainOptions {
  return {
    kind: 'truechain',
    name: chain.name,
    nodes: chain.nodes.map(nodeSettings),
    ports: chain.ports.map((port): TruePortOptions => {
      const common = portOptions(chain, port, trueWeightOf);
      const weights = port.strict_prefix ? common : { ...common, ...aboveTheFloor(common) };
      return { dialect: port.dialect, ...weights, strictPrefix: port.strict_prefix };
    }),
    tip9: chain.tip9 ?? TIP9_NUMBERS.mainnet,
    ...(chain.poll_ms === undefined ? {} : { pollMs: chain.poll_ms }),
  };
}

/**
 * Raises a weight to the floor. Where a miner may try any nonce, a share must cost it far more than the check costs us.
 */
function aboveTheFloor(weights: {
  readonly startWeight: bigint;
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
}) {
  const raised = (weight: bigint) => (weight < LEAST_LOOSE_WEIGHT ? LEAST_LOOSE_WEIGHT : weight);
  const { startWeight, minWeight, maxWeight } = weights;
  return {
    startWeight: raised(startWeight),
    minWeight: raised(minWeight),
    maxWeight: raised(maxWeight),
  };
}
