import {
  assembleBlock,
  blockSecondsAt,
  confirmBlock,
  displayHash,
  submitToAll,
  type ZcashChainParams,
  type ZcashNode,
  type ZcashWork,
} from '@adit/chain';
import { decodeHex, encodeHex } from '@adit/primitives';
import type { ZcashSubmission } from '@adit/stratum';
import type { Candidate } from './candidate-store.ts';
import type { CandidateChain } from './candidates.ts';

/** Between two looks at blocks that are under way. */
const WATCH_MS = 15_000;
/** A block on a side chain may come back as long as a reorg can reach it; this much longer than usual. */
const PATIENCE = 2;

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

/** How blocks of a Zcash chain are submitted (to all nodes) and followed (by their hash). */
export function zcashCandidateChain(options: {
  readonly nodes: readonly ZcashNode[];
  readonly confirmations: number;
  readonly params: ZcashChainParams;
  readonly now: () => number;
}): CandidateChain {
  const { nodes, confirmations: enough, params, now } = options;
  return {
    watchMs: WATCH_MS,
    async submit(candidate) {
      const block = decodeHex(candidate.payload, undefined, 'payload');
      const { accepted, undecided, answers } = await submitToAll(nodes, block);
      return {
        accepted,
        undecided,
        answers: answers.map(({ node, answer }) => ({
          node,
          answer:
            answer.kind === 'unreachable' ? `unreachable: ${answer.detail}` : (answer.raw ?? answer.kind),
        })),
      };
    },
    async fate(candidate) {
      const { state, confirmations, answered } = await confirmBlock(
        nodes,
        candidate.id,
        candidate.height ?? 0,
      );
      if (answered === 0) return undefined;
      const lostAfterMs = enough * blockSecondsAt(params, candidate.height ?? 0) * 1000 * PATIENCE;
      const lost = state !== 'best_chain' && now() - candidate.foundAtMs > lostAfterMs;
      return { state, confirmations, final: confirmations >= enough || lost };
    },
  };
}
