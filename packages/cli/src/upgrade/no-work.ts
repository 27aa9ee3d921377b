import type { PoolStatus } from '@adit/pool';

/**
 * Why a pool has no work: each chain without work, with its nodes and the last status of each.
 * @returns one sentence, without a full stop
 */
export function whyNoWork(chains: PoolStatus['chains']): string {
  const without = chains.filter(({ workAgeMs }) => workAgeMs === undefined);
  return without
    .map(({ name, nodes }) => {
      // A node in state `ready` has told its tip, but has given no template yet.
      const said = nodes.map(({ node, state, detail }) => `${node} is ${state}: ${detail}`);
      return `${name}: ${said.join('; ') || 'no node has answered yet'}`;
    })
    .join('; ');
}
