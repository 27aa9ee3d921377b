import { encodeHex, targetFromHex, tryDecodeHex } from '@adit/primitives';
import { type ClientEffect, ClientSession } from '@adit/stratum';
import { WORK_ID_BYTES } from './proof.ts';

/** A job with everything that is needed to mine it. */
export interface ToyClientJob {
  readonly id: string;
  readonly workId: Uint8Array;
  readonly nonce1: Uint8Array;
  readonly target: bigint;
}

export interface ToyClientOptions {
  readonly agent: string;
  readonly worker: string;
  readonly password: string;
}

const REQUEST = { subscribe: 1, authorize: 2, firstSubmission: 3 } as const;

/** The miner's side of one connection. */
export class ToyClientSession extends ClientSession<ToyClientJob> {
  readonly #options: ToyClientOptions;
  #nonce1: Uint8Array | undefined;
  #target: bigint | undefined;
  /** The only job that may still be submitted. */
  #live: string | undefined;

  constructor(options: ToyClientOptions) {
    super(options.agent, REQUEST.firstSubmission);
    this.#options = options;
  }

  /** Sends a share, unless its job has been replaced. */
  submit(jobId: string, nonce2: Uint8Array, token: number): ClientEffect<ToyClientJob>[] {
    if (jobId !== this.#live) return [];
    this.send(token, [this.#options.worker, jobId, encodeHex(nonce2)]);
    return this.drain();
  }

  protected override begin(): void {
    const { agent, worker, password } = this.#options;
    this.request(REQUEST.subscribe, 'mining.subscribe', [agent], ({ result, error }) => {
      const nonce1 = tryDecodeHex(result);
      if (nonce1 === undefined) return this.unusable('mining.subscribe', error, 'nonce1 was expected');
      this.#nonce1 = nonce1;
      this.authorize(REQUEST.authorize, worker, password, () => this.effect({ kind: 'ready' }));
    });
  }

  protected override notified(method: string, params: readonly unknown[]): boolean {
    if (method === 'mining.set_target') this.#onTarget(params[0]);
    else if (method === 'mining.notify') this.#onNotify(params);
    else return false;
    return true;
  }

  #onTarget(text: unknown): void {
    const target = targetFromHex(text, 32);
    if (target === undefined) return this.broken('bad_target', 'a target has 64 hex digits');
    this.#target = target;
  }

  #onNotify([id, workId, clean]: readonly unknown[]): void {
    const bytes = tryDecodeHex(workId, WORK_ID_BYTES);
    if (this.#nonce1 === undefined || this.#target === undefined) return this.jobTooEarly();
    if (typeof id !== 'string' || bytes === undefined || typeof clean !== 'boolean')
      return this.broken('bad_job', 'a job has an id, a work id of 64 hex digits, and clean_jobs');
    this.#live = id;
    const job = { id, workId: bytes, nonce1: this.#nonce1, target: this.#target };
    this.effect({ kind: 'job', job, clean });
  }
}
