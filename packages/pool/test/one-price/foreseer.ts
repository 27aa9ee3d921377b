import { equihashSizes } from '@adit/pow';
import { BlockHasher } from '@adit/pow/threads';
import { concatBytes, decodeHex, encodeHex, hashValue, uint32LE } from '@adit/primitives';
import { headerStart, SimMiner } from './sim-miner.ts';
import { CHAIN, settled, type Template, type ZcashWorld } from './zcash-world.ts';

interface Found {
  readonly nonce2: string;
  readonly value: bigint;
}

const NONCE1_BYTES = 4;
const NONCE2_BYTES = 28;

/** One connection of a miner that knows works before the pool hands them out, and hashes them first. */
export class Foreseer {
  readonly miner: SimMiner;
  /** Hashes computed. */
  work = 0;
  #found: Found[] = [];
  #time = '';
  readonly #world: ZcashWorld;
  readonly #hasher = new BlockHasher(equihashSizes(CHAIN.equihash));
  readonly #solution = new Uint8Array(equihashSizes(CHAIN.equihash).solutionBytes);

  constructor(world: ZcashWorld, session: string | null = null) {
    this.#world = world;
    const [port] = world.ports;
    if (port === undefined) throw new RangeError('the world has no port');
    this.miner = new SimMiner(port, 0, new Map());
    this.miner.subscribe(session);
    this.miner.authorize('x');
    this.miner.hear();
  }

  /** Computes hashes on a template, which the node need not have given yet. */
  hash(template: Template, times: number): void {
    const { version, prevHash, merkleRoot, reserved, time, bits } = this.#world.workOf(template);
    const fields = [uint32LE(version), prevHash, merkleRoot, reserved, uint32LE(time), uint32LE(bits)].map(
      encodeHex,
    );
    this.#time = encodeHex(uint32LE(time));
    const start = headerStart(fields);
    const own = decodeHex(this.miner.nonce1, NONCE1_BYTES, 'nonce1');
    for (let i = 0; i < times; i += 1) {
      const nonce2 = this.#world.random.bytes(NONCE2_BYTES);
      const value = hashValue(this.#hasher.hash(concatBytes(start, own, nonce2), this.#solution));
      this.#found.push({ nonce2: encodeHex(nonce2), value });
    }
    this.work += times;
  }

  /** The credit that its hashes would bring if this weight held for them. */
  creditAt(weight: bigint): number {
    const target = (1n << 256n) / weight - 1n;
    return Number(weight) * this.#found.filter(({ value }) => value <= target).length;
  }

  /** The newest share target of the miner, as a weight. */
  get weight(): bigint {
    return (1n << 256n) / (this.miner.target + 1n);
  }

  /** Disconnects and comes back with the same session, and so with the same nonce1. */
  resume(): Foreseer {
    this.miner.hear();
    const { sessionId, nonce1 } = this.miner;
    this.miner.close();
    const again = new Foreseer(this.#world, sessionId);
    if (again.miner.nonce1 !== nonce1) throw new Error('the session was not resumed');
    again.#found = this.#found;
    again.#time = this.#time;
    again.work = this.work;
    return again;
  }

  /** Hands in all hashes that meet the target of the newest job. */
  async cashIn(): Promise<void> {
    this.miner.hear();
    const job = this.miner.jobs.at(-1);
    if (job === undefined) return;
    const { prefix } = equihashSizes(CHAIN.equihash);
    const solution = encodeHex(concatBytes(prefix, this.#solution));
    const good = this.#found.filter(({ value }) => value <= job.target);
    this.#found = this.#found.filter(({ value }) => value > job.target);
    for (const { nonce2 } of good) {
      this.miner.submit(job.id, this.#time, nonce2, solution);
      await settled();
    }
    this.miner.hear();
  }
}
