import { type EquihashParams, EquihashSolver, equihashSizes, zcashBlockHash } from '@adit/pow';
import { concatBytes, decodeHex, encodeHex, hashValue, targetFromHex } from '@adit/primitives';
import { targetParamsOf } from './job-target.ts';
import { type Answer, LineClient, textOf } from './line-client.ts';
import { until } from './until.ts';

/** A solved share of a job, as it would go over the wire. */
export interface RigShare {
  readonly jobId: string;
  readonly time: string;
  /** Hex, header order. */
  readonly nonce2: string;
  /** Hex with prefix. */
  readonly solution: string;
  /** Block hash in header order, hex: what the journal knows it by. */
  readonly digest: string;
  readonly value: bigint;
  readonly header: Uint8Array;
}

export interface RigExtras {
  /** Where many rigs share one. */
  readonly solver?: EquihashSolver;
  /** The session to go on with. */
  readonly session?: string | null;
  /** Another of 127.0.0.0/8. */
  readonly localAddress?: string;
  readonly password?: string;
}

/** A hand-driven miner on a Zcash port: solves on demand and says what it is told to say. */
export class ZcashRig {
  readonly client: LineClient;
  readonly worker: string;
  readonly #solver: EquihashSolver;
  readonly #prefix: Uint8Array;
  #nonce1 = new Uint8Array(0);
  #sessionId: string | null = null;
  #counter = 0;

  private constructor(client: LineClient, worker: string, params: EquihashParams, solver?: EquihashSolver) {
    this.client = client;
    this.worker = worker;
    this.#solver = solver ?? new EquihashSolver(params);
    this.#prefix = equihashSizes(params).prefix;
  }

  /** Connects, subscribes and authorises. */
  static async connect(
    port: number,
    params: EquihashParams,
    worker = 'alice.rig1',
    more: RigExtras = {},
  ): Promise<ZcashRig> {
    const { session = null, password = 'x' } = more;
    const hello = ['test-rig', session, '127.0.0.1', port];
    const { client, result } = await subscribed(port, hello, more.localAddress);
    const rig = new ZcashRig(client, worker, params, more.solver);
    rig.#sessionId = Array.isArray(result) && typeof result[0] === 'string' ? result[0] : null;
    rig.#nonce1 = decodeHex(
      Array.isArray(result) ? result[1] : undefined,
      undefined,
      'nonce1',
    ) as Uint8Array<ArrayBuffer>;
    await rig.client.request('mining.authorize', [worker, password]);
    return rig;
  }

  /** What a later connection resumes this one by. */
  get sessionId(): string | null {
    return this.#sessionId;
  }

  get nonce1(): string {
    return encodeHex(this.#nonce1);
  }

  /** The newest target. A share must meet that of its job instead: see `targetOf`. */
  get target(): bigint {
    return targetFromHex(this.client.last('mining.set_target')?.[0], 32) ?? 0n;
  }

  /** The target that was in force when a job came. */
  targetOf(jobId: unknown): bigint {
    const [hex] = targetParamsOf(this.client.notifications, 'mining.set_target', jobId) ?? [];
    return targetFromHex(hex, 32) ?? 0n;
  }

  async job(): Promise<readonly unknown[]> {
    await until('a job', () => this.client.last('mining.notify') !== undefined);
    return this.client.last('mining.notify') ?? [];
  }

  /**
   * Searches nonces of a job until a solution passes `accept`, which is told the target of the job, too.
   * @param job the newest one by default
   */
  async solve(
    accept: (value: bigint, target: bigint) => boolean,
    job?: readonly unknown[],
  ): Promise<RigShare> {
    const [jobId, version, prevHash, merkleRoot, reserved, time, bits] = job ?? (await this.job());
    const target = this.targetOf(jobId);
    const start = decodeHex([version, prevHash, merkleRoot, reserved, time, bits].join(''), 108, 'job');
    for (;;) {
      this.#counter += 1;
      const nonce2 = new Uint8Array(32 - this.#nonce1.length);
      new DataView(nonce2.buffer).setUint32(nonce2.length - 4, this.#counter);
      const header = concatBytes(start, this.#nonce1, nonce2);
      for (const solution of this.#solver.solve(header)) {
        const prefixed = concatBytes(this.#prefix, solution);
        const digest = zcashBlockHash(header, prefixed);
        const value = hashValue(digest);
        if (!accept(value, target)) continue;
        return {
          jobId: String(jobId),
          time: String(time),
          nonce2: encodeHex(nonce2),
          solution: encodeHex(prefixed),
          digest: encodeHex(digest),
          value,
          header,
        };
      }
      if (this.#counter % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  submit(share: RigShare, changes: Partial<RigShare & { worker: string }> = {}): Promise<Answer> {
    const { worker, jobId, time, nonce2, solution } = { worker: this.worker, ...share, ...changes };
    return this.client.request('mining.submit', [worker, jobId, time, nonce2, solution]);
  }
}

/** Where more come at once than have a nonce1 at hand, some are asked to connect again. */
async function subscribed(port: number, hello: readonly unknown[], localAddress?: string) {
  for (;;) {
    const client = await LineClient.connect(port, localAddress);
    try {
      const { result } = await client.request('mining.subscribe', hello);
      return { client, result };
    } catch (error) {
      if (!client.answers.some((answer) => /please connect again/.test(textOf(answer)))) throw error;
    }
  }
}
