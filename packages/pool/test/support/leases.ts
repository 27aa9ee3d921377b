import { Nonce1Allocator } from '../../src/nonce1/allocator.ts';
import type { Nonce1Block, Nonce1Leases } from '../../src/nonce1/leases.ts';

/** An allocator right on an open `leases.db`, so that its answers are there in the next turn. */
export function allocatorOn(leases: Nonce1Leases, length: number, nowMs: () => number): Nonce1Allocator {
  return new Nonce1Allocator(
    { network: 'zcash', length },
    { lease: async (wanted) => leases.take(wanted, nowMs()), now: nextSecond() },
  );
}

/** A clock by which a second passes whenever it is asked, so that what failed is tried again at once. */
export function nextSecond(): () => number {
  let now = 0;
  return () => {
    now += 1_000;
    return now;
  };
}

/** What was asked for in this turn is answered. */
export function answers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A block of values 0, 1, 2, ... of four bytes, or what the length is. */
export function blockOf(start: number, size: number, length = 4, space = 'zcash/4'): Nonce1Block {
  const nonce1s = new Uint8Array(size * length);
  for (let i = 0; i < size; i += 1) Buffer.from(nonce1s.buffer).writeUIntBE(start + i, i * length, length);
  return { lease: { space, start, size }, nonce1s };
}

/** An allocator with so many values, all at hand. */
export async function allocatorWith(count: number): Promise<Nonce1Allocator> {
  const blocks = [blockOf(0, count)];
  const allocator = new Nonce1Allocator(
    { network: 'zcash', length: 4 },
    { lease: async () => blocks.shift() },
  );
  await allocator.begin(10_000);
  return allocator;
}
