import { Nonce1Allocator } from '../../src/nonce1/allocator.ts';
import type { Nonce1Block, Nonce1Leases } from '../../src/nonce1/leases.ts';

/** An allocator that uses an open `leases.db` without a thread, so that answers come in the next turn. */
export function allocatorOn(leases: Nonce1Leases, length: number, nowMs: () => number): Nonce1Allocator {
  return new Nonce1Allocator(
    { network: 'zcash', length },
    { lease: async (wanted) => leases.take(wanted, nowMs()), now: nextSecond() },
  );
}

/** A clock that moves by a second at each call, so that a failed request is repeated at once. */
export function nextSecond(): () => number {
  let now = 0;
  return () => {
    now += 1_000;
    return now;
  };
}

/** Waits until all requests of this turn are answered. */
export function answers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A block of the values 0, 1, 2, ... of `length` bytes, by default four. */
export function blockOf(start: number, size: number, length = 4, space = 'zcash/4'): Nonce1Block {
  const nonce1s = new Uint8Array(size * length);
  for (let i = 0; i < size; i += 1) Buffer.from(nonce1s.buffer).writeUIntBE(start + i, i * length, length);
  return { lease: { space, start, size }, nonce1s };
}

/** An allocator with `count` values, all in hand. */
export async function allocatorWith(count: number): Promise<Nonce1Allocator> {
  const blocks = [blockOf(0, count)];
  const allocator = new Nonce1Allocator(
    { network: 'zcash', length: 4 },
    { lease: async () => blocks.shift() },
  );
  await allocator.begin(10_000);
  return allocator;
}
