import type { Candidate, CandidateChain } from '@adit/pool/family';
import { concatBytes, encodeHex } from '@adit/primitives';
import type { ToyNode, ToyWork } from './node.ts';
import type { ToySubmission } from './server-session.ts';

/** Short: the test waits for what the next look shows. */
const WATCH_MS = 10;

/** A share that is a block, as it is kept and submitted. */
export function toyCandidate(found: {
  readonly chain: string;
  readonly work: ToyWork;
  readonly share: ToySubmission;
  readonly digest: Uint8Array;
  readonly worker: string;
  readonly now: number;
}): Candidate {
  const { chain, work, share, digest, worker, now } = found;
  return {
    chain,
    what: 'block',
    id: encodeHex(digest),
    height: work.height,
    worker,
    foundAtMs: now,
    payload: encodeHex(concatBytes(work.id, share.nonce1, share.nonce2)),
    answers: [],
    state: 'pending',
  };
}

/** How blocks are handed in and followed. A block that the chain does not have is not handed in again. */
export function toyCandidateChain(options: {
  readonly node: ToyNode;
  /** After so many a block is no longer followed. */
  readonly enough: number;
}): CandidateChain {
  const { node, enough } = options;
  return {
    watchMs: WATCH_MS,
    async submit({ payload }) {
      const answer = await node.submit(payload);
      const outcome = answer === 'refused' ? 'refused' : 'accepted';
      return { outcome, answers: [{ node: node.name, answer }] };
    },
    async fate({ id }) {
      const confirmations = await node.confirmations(id);
      if (confirmations === undefined)
        return { state: 'side_chain', confirmations: 0, final: true, again: false };
      return { state: 'best_chain', confirmations, final: confirmations >= enough, again: false };
    },
  };
}
