import { equalBytes } from '@adit/primitives';
import type { NodeFinding } from '../status.ts';
import { displayHash, type ZcashNode } from './node.ts';
import type { ZcashWork } from './work.ts';

export type Judgement =
  | { use: true; newTip: boolean }
  | ({ use: false; state: 'lying' | 'syncing' } & NodeFinding);

/**
 * Decides whether a template may replace the work in hand. A greater height always may. Another block of the same or a
 * lower height is right only after a reorganisation, and the node must prove one: the new parent must be its tip, and
 * the old parent must have left its best chain.
 *
 * @param sameNode whether `node` also gave the work in hand
 * @throws what the node's calls throw
 */
export async function judgeTemplate(
  node: Pick<ZcashNode, 'getBestBlockHash' | 'getBlockHeader'>,
  current: ZcashWork | undefined,
  next: ZcashWork,
  sameNode: boolean,
): Promise<Judgement> {
  if (current === undefined) return { use: true, newTip: true };
  if (equalBytes(current.prevHash, next.prevHash)) {
    if (current.height === next.height) return { use: true, newTip: false };
    return lying(`the block after ${displayHash(next.prevHash)} cannot have height ${next.height}`);
  }
  if (next.height > current.height) return { use: true, newTip: true };

  const parent = displayHash(next.prevHash);
  const best = await node.getBestBlockHash();
  if (best !== parent) {
    return lying(`its template of height ${next.height} builds on ${parent}, but its tip is ${best}`);
  }
  const old = await node.getBlockHeader(displayHash(current.prevHash));
  if (old !== undefined && old.confirmations >= 1) {
    return lying(`its template of height ${next.height} goes back behind its own best chain`);
  }
  // A node that never saw the old tip is behind, unless it offers another block of the same height.
  if (old === undefined && !sameNode && next.height < current.height) {
    return {
      use: false,
      state: 'syncing',
      cause: 'behind',
      detail: `it is behind: height ${next.height}, ${current.height} is known`,
    };
  }
  return { use: true, newTip: true };
}

function lying(detail: string): Judgement {
  return { use: false, state: 'lying', cause: 'contradiction', detail };
}
