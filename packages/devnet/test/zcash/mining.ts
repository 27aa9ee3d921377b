import { EquihashSolver, equihashSizes, zcashBlockHash } from '@adit/pow';
import { bigintToBytes, concatBytes, hashValue } from '@adit/primitives';
import { assembleBlock, headerOf, type SolvedHeader } from '../../../chain/src/zcash/block.ts';
import { zcashChain } from '../../../chain/src/zcash/chains.ts';
import { ZcashNode } from '../../../chain/src/zcash/node.ts';
import { workFromTemplate, type ZcashWork } from '../../../chain/src/zcash/work.ts';
import { startZcashDevnet, type ZcashDevnet, type ZcashDevnetOptions } from '../../src/zcash/devnet.ts';
import type { DevnetEvent } from '../../src/zcash/zcash-chain.ts';

export const CHAIN = zcashChain('zcash-devnet-48_5');

/** A devnet, a client of it, its events, and a clock that the test moves. */
export interface Rig {
  devnet: ZcashDevnet;
  node: ZcashNode;
  events: DevnetEvent[];
  clock: { seconds: number };
  template(): Promise<ZcashWork>;
}

/** Runs a test against a fresh devnet with short proofs and ends it afterwards. */
export async function withDevnet(
  options: Partial<ZcashDevnetOptions>,
  use: (rig: Rig) => Promise<void>,
): Promise<void> {
  const events: DevnetEvent[] = [];
  const clock = { seconds: 1_790_000_000 };
  const devnet = await startZcashDevnet({
    chain: CHAIN,
    now: () => clock.seconds,
    onEvent: (event) => events.push(event),
    mempoolSeconds: 0,
    ...options,
  });
  const node = new ZcashNode({ url: devnet.url });
  try {
    const template = async (): Promise<ZcashWork> => workFromTemplate(await node.getBlockTemplate(), CHAIN);
    await use({ devnet, node, events, clock, template });
  } finally {
    node.close();
    await devnet.close();
  }
}

const solver = new EquihashSolver(CHAIN.equihash);

/** Proofs of a work, with their hashes as the chain compares them. */
export function* proofs(work: ZcashWork, time = work.time): Generator<SolvedHeader & { value: bigint }> {
  const { prefix } = equihashSizes(CHAIN.equihash);
  for (let counter = 0n; ; counter += 1n) {
    const nonce = bigintToBytes(counter, 32);
    const header = headerOf(work, time, nonce);
    for (const solution of solver.solve(header)) {
      const value = hashValue(zcashBlockHash(header, concatBytes(prefix, solution)));
      yield { time, nonce, solution, value };
    }
  }
}

/** The first proof that meets the network's target, or with `easy` one that does not. */
export function solve(work: ZcashWork, options: { time?: number; missTarget?: boolean } = {}): SolvedHeader {
  for (const proof of proofs(work, options.time)) {
    if (proof.value <= work.target !== (options.missTarget ?? false)) return proof;
  }
  throw new Error('unreachable');
}

export function minedBlock(
  work: ZcashWork,
  options: { time?: number; missTarget?: boolean } = {},
): Uint8Array {
  return assembleBlock(work, solve(work, options));
}
