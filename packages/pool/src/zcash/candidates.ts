import {
  assembleBlock,
  confirmBlock,
  displayHash,
  type Judge,
  Patience,
  submitToAll,
  type ZcashNode,
  type ZcashWork,
} from '@adit/chain';
import type { PaidBy } from '@adit/journal';
import { decodeHex, encodeHex } from '@adit/primitives';
import type { ZcashSubmission } from '@adit/stratum';
import type { CandidateChain } from '../blocks/candidate-chain.ts';
import type { Candidate } from '../blocks/candidate-store.ts';

/** Time between two checks of the blocks that are not final yet. */
const WATCH_MS = 15_000;
/** A reorganisation can bring a block beside the chain back, so it is followed for this many times `confirmations`. */
const PATIENCE = 2;
/**
 * A block beside the chain can still win while it is fewer than this many blocks below the tip: its parent is the tip,
 * or a branch of a few blocks may still grow on it. Chains that work well have had no deeper reorganisation, and in a
 * deeper one all nodes would have the block.
 */
const REACH = 20;

/** Makes the candidate of a share that is a block. Its payload is the whole block, as it is kept and submitted. */
export function zcashCandidate(found: {
  readonly chain: string;
  readonly work: ZcashWork;
  readonly share: ZcashSubmission;
  /** Header order. */
  readonly hash: Uint8Array;
  readonly worker: string;
  readonly now: number;
  readonly paid?: PaidBy;
}): Candidate {
  const { chain, work, share, hash, worker, now, paid } = found;
  const { time, nonce, solution } = share;
  return {
    chain,
    what: 'block',
    id: displayHash(hash),
    height: work.height,
    worker,
    foundAtMs: now,
    payload: encodeHex(assembleBlock(work, { time, nonce, solution })),
    ...(paid === undefined ? {} : { paid }),
    answers: [],
    state: 'pending',
  };
}

/**
 * How blocks of a Zcash chain are submitted (to all nodes) and followed (by their hash). Heights decide everything, so
 * neither the time between blocks nor a clock matters.
 */
export function zcashCandidateChain(options: {
  readonly nodes: readonly ZcashNode[];
  /** After this many confirmations a block is no longer followed. */
  readonly confirmations: number;
}): CandidateChain {
  const { nodes, confirmations: enough } = options;
  const patience = new Patience<Judge>();
  return {
    watchMs: WATCH_MS,
    async refresh() {
      patience.begin();
    },
    async submit(candidate) {
      const block = decodeHex(candidate.payload, undefined, 'payload');
      const { accepted, undecided, answers } = await submitToAll(nodes, block);
      return {
        outcome: accepted ? 'accepted' : undecided ? 'undecided' : 'refused',
        answers: answers.map(({ node, answer }) => ({
          node,
          answer:
            answer.kind === 'unreachable' ? `unreachable: ${answer.detail}` : (answer.raw ?? answer.kind),
        })),
      };
    },
    async fate(candidate) {
      const height = candidate.height ?? 0;
      const { state, confirmations, answered, decided, tip } = await confirmBlock(
        nodes,
        candidate.id,
        height,
        patience,
      );
      if (answered === 0) return undefined;
      const confirmed = decided && state === 'best_chain';
      const lost = decided && !confirmed && tip - height >= enough * PATIENCE;
      // A query cannot tell a block beside the chain from one that a node has lost. Handing it in again can.
      return {
        state,
        confirmations,
        final: confirmations >= enough || lost,
        again: state !== 'best_chain' && tip - height < REACH,
      };
    },
  };
}
