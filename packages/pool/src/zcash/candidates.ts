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
import { decodeHex, encodeHex } from '@adit/primitives';
import type { ZcashSubmission } from '@adit/stratum';
import type { CandidateChain } from '../blocks/candidate-chain.ts';
import type { Candidate } from '../blocks/candidate-store.ts';

/** Between two looks at blocks that are under way. */
const WATCH_MS = 15_000;
/** A block beside the chain may come back as long as a reorg can reach it; this much longer than usual. */
const PATIENCE = 2;
/**
 * A block that lies no deeper than this beside the tip can still win: its parent is the tip, or a branch of a few
 * blocks may yet grow on it. Deeper reorgs have not been seen on a chain that works, and then all nodes have it.
 */
const REACH = 20;

/** A share that is a block, as it is kept and submitted: the whole block. */
export function zcashCandidate(found: {
  readonly chain: string;
  readonly work: ZcashWork;
  readonly share: ZcashSubmission;
  /** Header order. */
  readonly hash: Uint8Array;
  readonly worker: string;
  readonly now: number;
}): Candidate {
  const { chain, work, share, hash, worker, now } = found;
  const { time, nonce, solution } = share;
  return {
    chain,
    what: 'block',
    id: displayHash(hash),
    height: work.height,
    worker,
    foundAtMs: now,
    payload: encodeHex(assembleBlock(work, { time, nonce, solution })),
    answers: [],
    state: 'pending',
  };
}

/**
 * How blocks of a Zcash chain are submitted (to all nodes) and followed (by their hash). All is told by heights, so
 * neither the time between blocks nor a clock matters.
 */
export function zcashCandidateChain(options: {
  readonly nodes: readonly ZcashNode[];
  /** After so many it is no longer followed. */
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
      // Reading cannot tell a block beside the chain from one that a node has lost: handing it in again can.
      return {
        state,
        confirmations,
        final: confirmations >= enough || lost,
        again: state !== 'best_chain' && tip - height < REACH,
      };
    },
  };
}
