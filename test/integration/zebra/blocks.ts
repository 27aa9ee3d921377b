import assert from 'node:assert/strict';
import { displayHash } from '@adit/chain';
import { decodeHex, reverseBytes, targetFromBits } from '@adit/primitives';
import { codeOf } from '@adit/test-kit/line-client';
import { until } from '@adit/test-kit/until';
import type { ZcashRig } from '@adit/test-kit/zcash-rig';
import { callNode, type NodePlace } from './node-rpc.ts';

/** A share for work that the chain has left. */
const STALE = 21;
/** More tips than can move in a row while one block is being solved by hand. */
const MOST_TRIES = 20;

/** Height of a node's best chain. */
export async function heightOf(node: NodePlace): Promise<number> {
  return Number(await callNode(node, 'getblockcount'));
}

/** Confirmations of a block as the node counts them; 0 where it is not on its best chain. */
export async function confirmationsOf(node: NodePlace, id: string): Promise<number> {
  try {
    const { confirmations } = (await callNode(node, 'getblock', [id, 1])) as { confirmations: number };
    return Math.max(0, confirmations);
  } catch {
    // Beside the chain and unknown are one (-5), and so is a node that starts.
    return 0;
  }
}

/** Solves a block of the newest job by hand and hands it in through the pool. @returns its hash, display order */
export async function mineOne(rig: ZcashRig, node: NodePlace): Promise<string> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const job = await rig.job();
    const bits = new DataView(reverseBytes(decodeHex(job[6], 4, 'bits')).buffer).getUint32(0);
    const share = await rig.solve((value) => value <= targetFromBits(bits), job);
    const answer = await rig.submit(share);
    if (codeOf(answer) === STALE) continue;
    assert.equal(answer.result, true, JSON.stringify(answer.error));
    const id = displayHash(decodeHex(share.digest, 32, 'digest'));
    await until(`${id} is on the best chain`, async () => (await confirmationsOf(node, id)) > 0);
    await untilJobOn(rig, id);
    return id;
  }
  throw new Error(`no block in ${MOST_TRIES} tries: the tip moved each time`);
}

/** Waits until the newest job builds on a block. @param id display order */
export async function untilJobOn(rig: ZcashRig, id: string, seconds = 30): Promise<void> {
  const parent = Buffer.from(reverseBytes(Buffer.from(id, 'hex'))).toString('hex');
  await until(`a job on top of ${id}`, () => rig.client.last('mining.notify')?.[2] === parent, seconds);
}
