import { blockHalf, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { TrueChainNode, type TrueChainSolution, type WorkAnswer } from '../../../chain/src/index.ts';
import { startTrueChainDevnet, type TrueChainDevnet, type TrueChainDevnetOptions } from '../../src/index.ts';

/** A clock that moves only when the test moves it. */
export interface Clock {
  ms: number;
}

export interface Bench {
  readonly devnet: TrueChainDevnet;
  readonly node: TrueChainNode;
  readonly clock: Clock;
  readonly events: string[];
  readonly options: TrueChainDevnetOptions;
}

export const COINBASE = `0x${'5a'.repeat(20)}`;

/** A devnet at the very beginning of epoch 0, where one or two nonces solve everything. */
export async function withBench(
  options: TrueChainDevnetOptions & { readonly adjustable?: boolean },
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const clock: Clock = { ms: 1_700_000_000_000 };
  const events: string[] = [];
  const { adjustable = false, ...given } = options;
  const whole: TrueChainDevnetOptions = {
    startNumber: 0,
    coinbase: COINBASE,
    minimumFruits: 2,
    fastBacklog: 1,
    ...(adjustable ? {} : { difficulty: 4n, fruitDifficulty: 4n }),
    now: () => clock.ms,
    onEvent: (event) => events.push(event.kind === 'lost' ? event.fate : event.kind),
    ...given,
  };
  const devnet = await startTrueChainDevnet(whole);
  const node = new TrueChainNode({ url: devnet.url, retries: 0 });
  try {
    await use({ devnet, node, clock, events, options: whole });
  } finally {
    node.close();
    await devnet.close();
  }
}

/** The present work; a test that gets none fails. */
export async function workOf(node: TrueChainNode): Promise<WorkAnswer> {
  const work = await node.getWork();
  if (work === 'not_ready') throw new Error('the devnet has no work');
  return work;
}

/** Which halves of a digest are at most 2^128 / difficulty. */
export interface Wanted {
  readonly block: boolean;
  readonly fruit: boolean;
}

/** The first nonce from `start` whose halves meet, or miss, the targets as required. */
export function solve(
  hasher: TrueHasher,
  headerHash: Uint8Array,
  wanted: Wanted,
  difficulties: { readonly block: bigint; readonly fruit: bigint } = { block: 4n, fruit: 4n },
  start = 0n,
): TrueChainSolution {
  for (let nonce = start; nonce < start + 100_000n; nonce += 1n) {
    const mixDigest = hasher.hash(headerHash, nonce);
    const block = blockHalf(mixDigest) <= (1n << 128n) / difficulties.block;
    const fruit = fruitHalf(mixDigest) <= (1n << 128n) / difficulties.fruit;
    if (block === wanted.block && fruit === wanted.fruit) return { nonce, headerHash, mixDigest };
  }
  throw new Error('no such nonce among 100000');
}

export function epoch0Hasher(): TrueHasher {
  return new TrueHasher(TrueHashDataset.epoch0());
}

export async function submit(node: TrueChainNode, solution: TrueChainSolution): Promise<boolean> {
  return node.submitWork(solution.nonce, solution.headerHash, solution.mixDigest);
}

/** Mines fruits, and lets fast blocks come, until the work asks for a block. */
export async function fillWithFruits(bench: Bench, hasher: TrueHasher): Promise<WorkAnswer> {
  for (;;) {
    const work = await bench.node.getWork();
    if (work === 'not_ready') {
      bench.clock.ms += 2_000;
      continue;
    }
    if (work.blockTarget !== 0n) return work;
    const difficulties = { block: 4n, fruit: (1n << 128n) / work.fruitTarget };
    const fruit = solve(hasher, work.headerHash, { block: false, fruit: true }, difficulties);
    if (!(await submit(bench.node, fruit))) throw new Error('the devnet refused a fruit');
  }
}

/** Mines one snail block with its fruits. */
export async function mineOne(bench: Bench, hasher: TrueHasher): Promise<TrueChainSolution> {
  const work = await fillWithFruits(bench, hasher);
  const solution = solve(hasher, work.headerHash, { block: true, fruit: false });
  await submit(bench.node, solution);
  return solution;
}
