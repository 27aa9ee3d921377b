import type { PoolStatus } from '@adit/pool';

/**
 * Why a pool has no work: each chain without any, with its nodes and what each of them has said last.
 * @returns one sentence, without a full stop
 */
export function whyNoWork(chains: PoolStatus['chains']): string {
  const without = chains.filter(({ workAgeMs }) => workAgeMs === undefined);
  return without
    .map(({ name, nodes }) => {
      // A ready node has answered a look, and not yet given a template.
      const said = nodes.map(({ node, state, detail }) => `${node} is ${state}: ${detail}`);
      return `${name}: ${said.join('; ') || 'no node has answered yet'}`;
    })
    .join('; ');
}
