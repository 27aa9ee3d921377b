import { findBlock, findFruit, submitWorkToAll, type TrueChainNode, type TrueChainWork } from '@adit/chain';
import { bigintFromBytes, bigintToBytes, decodeHex, encodeHex } from '@adit/primitives';
import type { Candidate } from './candidate-store.ts';
import type { CandidateChain, CandidateFate } from './candidates.ts';

/** Between two looks at solutions that are under way. */
const WATCH_MS = 15_000;
/** The chain itself counts on so many confirmations. */
const CONFIRMATIONS = 12;
/** After so long a solution that is on no block never will be. */
const LOST_AFTER_MS = 2 * 3600 * 1000;

/** A share that is a block or a fruit, as it is kept and submitted: nonce, header hash and mix digest. */
export function trueChainCandidate(found: {
  readonly chain: string;
  readonly what: 'block' | 'fruit';
  readonly work: TrueChainWork;
  readonly nonce: bigint;
  readonly mix: Uint8Array;
  readonly worker: string;
  readonly now: number;
}): Candidate {
  const { chain, what, work, nonce, mix, worker, now } = found;
  const nonceHex = encodeHex(bigintToBytes(nonce, 8));
  const header = encodeHex(work.headerHash);
  return {
    chain,
    what,
    id: `${header}-${nonceHex}`,
    height: work.snailNumber ?? null,
    worker,
    foundAtMs: now,
    payload: `${nonceHex},${header},${encodeHex(mix)}`,
    answers: [],
    state: 'pending',
  };
}

/** How solutions are submitted (to all nodes) and followed (by nonce and miner: the node tells no hash). */
export function trueChainCandidateChain(modules: {
  readonly nodes: readonly TrueChainNode[];
  readonly now: () => number;
  readonly onSubmitted: () => void;
}): CandidateChain {
  const { nodes, now, onSubmitted } = modules;
  return {
    watchMs: WATCH_MS,
    async submit(candidate) {
      const { accepted, answers } = await submitWorkToAll(nodes, solutionOf(candidate));
      onSubmitted();
      return {
        accepted,
        undecided: !accepted && answers.some(({ answer }) => answer.kind === 'unreachable'),
        answers: answers.map(({ node, answer }) => ({
          node,
          answer: 'detail' in answer ? `${answer.kind}: ${answer.detail}` : answer.kind,
        })),
      };
    },
    async fate(candidate) {
      for (const node of nodes) {
        try {
          return await fateAt(node, candidate, now());
        } catch {
          // The next node may know.
        }
      }
      return undefined;
    },
  };
}

/** A node's `true` proves nothing lasting: only what is found on its chain counts. */
async function fateAt(node: TrueChainNode, candidate: Candidate, now: number): Promise<CandidateFate> {
  const { nonce } = solutionOf(candidate);
  const miner = await node.coinbase();
  const head = await node.snailNumber();
  const around = candidate.height ?? head;
  const number =
    candidate.what === 'block'
      ? (await findBlock(node, { nonce, miner, around }))?.number
      : (await findFruit(node, { nonce, miner, from: Math.max(1, around - 1) }))?.block.number;
  if (number === undefined) {
    return { state: 'unknown', confirmations: 0, final: now - candidate.foundAtMs > LOST_AFTER_MS };
  }
  const confirmations = head - number + 1;
  return { state: 'best_chain', confirmations, final: confirmations >= CONFIRMATIONS };
}

function solutionOf(candidate: Candidate): { nonce: bigint; headerHash: Uint8Array; mixDigest: Uint8Array } {
  const [nonce, header, mix] = candidate.payload.split(',');
  return {
    nonce: bigintFromBytes(decodeHex(nonce, 8, 'nonce')),
    headerHash: decodeHex(header, 32, 'header hash'),
    mixDigest: decodeHex(mix, 32, 'mix digest'),
  };
}
