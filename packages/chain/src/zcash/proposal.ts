import { encodeHex } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import { proposalBlock } from './block.ts';
import type { ZcashNode } from './node.ts';
import type { ZcashWork } from './work.ts';

/** What a node says of a block without a proof. */
export type ProposalOutcome =
  | { kind: 'valid' }
  /** The tip moved during the question: ask for a new template. */
  | { kind: 'outdated' }
  | { kind: 'unsupported'; detail: string }
  | { kind: 'refused'; reason: string };

/** Words of refusals that are about the zeros in place of the proof. */
const ABOUT_THE_PROOF =
  /equihash|solution|high-hash|higher-than|difficulty-(?:filter|threshold)|proof-of-work/i;
/**
 * Words of refusals that only mean that the tip has moved. zcashd: `inconclusive-not-best-prevblk`. Zebra 7.0.0:
 * `block-source-validateproposal-proposal-is-not-based-on-the-current-best-chain-tip-previous-block-hash-must-be-the-best-chain-tip`.
 */
const ABOUT_THE_TIP =
  /best-?prevblk|not-the-best|not-best|prev-?blk-not-found|not-based-on-the-current-best-chain-tip/i;

/**
 * What decides how transactions and roots are made: version, version group and consensus branch of the coinbase. (For a
 * v4 coinbase the last four bytes are the start of its input, which never changes.)
 */
export function branchOf(work: ZcashWork): string {
  return encodeHex(work.coinbase.subarray(0, 12));
}

/**
 * Lets the node check the template as this program would submit it, apart from the proof. Every fault in assembling a
 * block shows before a miner has worked on it.
 * @throws transport errors of the call
 */
export async function selfTest(node: Pick<ZcashNode, 'propose'>, work: ZcashWork): Promise<ProposalOutcome> {
  try {
    const verdict = await node.propose(proposalBlock(work));
    if (verdict.valid) return { kind: 'valid' };
    if (ABOUT_THE_TIP.test(verdict.reason)) return { kind: 'outdated' };
    if (ABOUT_THE_PROOF.test(verdict.reason)) return { kind: 'valid' };
    return { kind: 'refused', reason: verdict.reason };
  } catch (error) {
    if (error instanceof RpcError) return { kind: 'unsupported', detail: error.rpcMessage };
    throw error;
  }
}
