import assert from 'node:assert/strict';
import type { PoolEvent } from '@adit/pool';
import { textOf } from '@adit/test-kit/line-client';
import type { RigShare, ZcashRig } from '@adit/test-kit/zcash-rig';
import { plainShare, type ZcashScene } from './setup.ts';

export const FLOODER = '127.0.0.66';
const HONEST = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];

/** Honest miners send a few shares in no time: their target should stay. */
export const STEADY = { fixedWeight: true };

/** A solution of the right form that is none, and another one each time: no duplicate, and any hash will do. */
export function junk(count: number): string {
  const bytes = Buffer.alloc(36, 0x5a);
  bytes.writeUInt32LE(count);
  return `24${bytes.toString('hex')}`;
}

/** Keeps so many wrong solutions in flight on one connection until it is told to stop, or cut off. */
export class Flood {
  readonly reasons: string[] = [];
  readonly #rig: ZcashRig;
  readonly #share: RigShare;
  readonly #window: number;
  #count: number;
  #stopped = false;

  constructor(rig: ZcashRig, share: RigShare, window: number, first: number) {
    this.#rig = rig;
    this.#share = share;
    this.#window = window;
    this.#count = first;
  }

  /** @param most solutions at the most */
  async run(most: number): Promise<void> {
    const end = this.#count + most;
    const lane = async () => {
      while (!this.#stopped && this.#count < end) {
        this.#count += 1;
        const answer = await this.#rig.submit(this.#share, { solution: junk(this.#count) });
        assert.equal(answer.result, null);
        this.reasons.push(textOf(answer));
      }
    };
    // Cut off: the answers that are missing never come.
    await Promise.all(Array.from({ length: this.#window }, lane)).catch((error) => {
      if (!this.#rig.client.ended) throw error;
    });
  }

  stop(): void {
    this.#stopped = true;
  }
}

export interface Miner {
  readonly rig: ZcashRig;
  readonly shares: readonly RigShare[];
}

/** Honest miners at addresses of their own, with what they will send. */
export function honestMiners(scene: ZcashScene, shares: number): Promise<Miner[]> {
  return Promise.all(
    HONEST.map(async (localAddress, i) => {
      const rig = await scene.rig(`honest${i}`, { localAddress });
      const ready: RigShare[] = [];
      while (ready.length < shares) ready.push(await plainShare(rig));
      return { rig, shares: ready };
    }),
  );
}

/** One share after the other, each when the one before has its answer. */
export async function mine({ rig, shares }: Miner): Promise<void> {
  for (const share of shares) {
    const answer = await rig.submit(share);
    assert.deepEqual([answer.result, answer.error], [true, null], `${rig.worker}: ${textOf(answer)}`);
  }
}

/** Address of each connection. */
function addressesOf(events: readonly PoolEvent[]): Map<number, string> {
  return new Map(
    events.flatMap((event) => (event.kind === 'connected' ? [[event.connection, event.address]] : [])),
  );
}

export function refusalsOf(events: readonly PoolEvent[]): { address: string | undefined; reason: string }[] {
  const addresses = addressesOf(events);
  return events.flatMap((event) =>
    event.kind === 'refused' ? [{ address: addresses.get(event.connection), reason: event.reason }] : [],
  );
}
