import {
  MinedIndex,
  type Solved,
  type TrueChainNode,
  type TrueChainSolution,
  type TrueChainWork,
  WorkSubmitter,
} from '@adit/chain';
import { bigintFromBytes, bigintToBytes, decodeHex, encodeHex } from '@adit/primitives';
import type { CandidateChain } from '../blocks/candidate-chain.ts';
import type { Candidate } from '../blocks/candidate-store.ts';
import { SolutionQueue } from './solution-queue.ts';

/** Time between two checks of the solutions that are not final yet. */
const WATCH_MS = 15_000;
/** TrueChain itself relies on this many confirmations. */
const CONFIRMATIONS = 12;

/** As many as the candidates that are followed at once. */
const MAX_LOOKED = 4096;

/** Makes the candidate of a share that is a block or a fruit. Its payload is nonce, header hash and mix digest. */
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
    ...(work.coinbases === undefined ? {} : { coinbases: work.coinbases }),
    answers: [],
    state: 'pending',
  };
}

/** How solutions are submitted (to all nodes) and followed (by nonce and miner: the node does not tell their hash). */
export function trueChainCandidateChain(modules: {
  readonly nodes: readonly TrueChainNode[];
  readonly onSubmitted: (news: { readonly fruitTaken: boolean }) => void;
}): CandidateChain {
  const submitter = new WorkSubmitter(modules);
  const queue = new SolutionQueue({
    submit: (solution, what) => submitter.submit(solution, what),
    onSubmitted: modules.onSubmitted,
  });
  const index = new MinedIndex(modules.nodes);
  /** For candidates without a height: the head of the chain at their first search, around which they are searched. */
  const looked = new Map<string, number>();
  const solvedOf = (candidate: Candidate): Solved => {
    const { id, what, height, coinbases = [] } = candidate;
    const around = height ?? looked.get(id) ?? index.head ?? 1;
    if (height === null && index.head !== undefined) looked.set(id, around);
    const oldest = looked.keys().next().value;
    if (looked.size > MAX_LOOKED && oldest !== undefined) looked.delete(oldest);
    return { what, nonce: solutionOf(candidate).nonce, miners: coinbases, around };
  };
  return {
    watchMs: WATCH_MS,
    takeUp(candidates) {
      for (const { id, what, state, answers, payload } of candidates) {
        const [, header = ''] = payload.split(',');
        if (state === 'submitted') queue.remember({ id, what, header }, 'taken');
        else if (answers.length > 0) queue.remember({ id, what, header }, 'open');
      }
    },
    async submit(candidate) {
      const solution = solutionOf(candidate);
      const { id, what, height } = candidate;
      return queue.handIn({
        id,
        what,
        height: height ?? 0,
        header: encodeHex(solution.headerHash),
        solution,
      });
    },
    async refresh(candidates) {
      // A candidate from a damaged file must not keep the pool from finding the others.
      await index.refresh(candidates.filter(isWhole).map(solvedOf));
    },
    async fate(candidate) {
      // A node that answers `true` may still drop the solution: only what the pool finds on its chain counts.
      const { state, confirmations, answered, decided } = index.find(solvedOf(candidate));
      if (answered === 0) return undefined;
      const there = state === 'best_chain';
      if (!there && candidate.what === 'block' && candidate.state === 'submitted') {
        queue.reopen(encodeHex(solutionOf(candidate).headerHash), 'block');
      }
      const lost = decided && !there;
      return {
        state,
        confirmations,
        final: confirmations >= CONFIRMATIONS || lost,
        again: candidate.state === 'pending' && !there && !lost,
      };
    },
  };
}

function isWhole(candidate: Candidate): boolean {
  return /^[0-9a-f]{16},[0-9a-f]{64},[0-9a-f]{64}$/.test(candidate.payload);
}

function solutionOf(candidate: Candidate): TrueChainSolution {
  const [nonce, header, mix] = candidate.payload.split(',');
  return {
    nonce: bigintFromBytes(decodeHex(nonce, 8, 'nonce')),
    headerHash: decodeHex(header, 32, 'header hash'),
    mixDigest: decodeHex(mix, 32, 'mix digest'),
  };
}
