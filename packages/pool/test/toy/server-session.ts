import { encodeHex, tryDecodeHex } from '@adit/primitives';
import {
  type Call,
  type CoreOptions,
  type Grant,
  Grants,
  jobSequenceOf,
  type Refusal,
  type ServerEffect,
  ServerSession,
  setTargetLine,
  shareTargetOf,
} from '@adit/stratum';
import { NONCE2_BYTES } from './proof.ts';

/** A job as the engine prepared it, once for all connections. */
export interface ToyJob {
  readonly sequence: number;
  readonly order: number;
  readonly cleanLine: string;
  readonly keepLine: string;
  readonly networkTarget: bigint;
  readonly oldestKnown: number;
}

export interface ToySubmission {
  readonly worker: string;
  readonly jobSequence: number;
  readonly nonce1: Uint8Array;
  readonly nonce2: Uint8Array;
  /** What was settled for this work and nonce1; see `shareTargetOf`. */
  readonly target: bigint;
}

export interface ToySessionStart {
  readonly nonce1: Uint8Array;
  readonly targets: readonly Grant<bigint>[];
}

/** The pool's side of one connection: `subscribe` gives nonce1, then come `set_target` and `notify` [job, work id, clean]. */
export class ToyServerSession extends ServerSession<ToySubmission> {
  readonly nonce1: Uint8Array;
  readonly #targets: Grants<bigint>;
  #sentTarget: bigint | undefined;
  #job: ToyJob | undefined;

  constructor(options: CoreOptions, start: ToySessionStart) {
    super(options);
    this.nonce1 = start.nonce1;
    this.#targets = new Grants(start.targets);
  }

  /** A job for this connection. Until the miner is ready it is only remembered. */
  job(job: ToyJob, clean: boolean): ServerEffect<ToySubmission>[] {
    this.#job = job;
    if (this.subscribed && this.workers.size > 0) this.#sendJob(clean);
    return this.drain();
  }

  /** The share target for all works from number `from` on. */
  setTarget(target: bigint, from: number, oldestKnown: number): void {
    if (this.#targets.current !== target) this.#targets.settle(from, target, oldestKnown);
  }

  protected override call(call: Call): void {
    if (call.method !== 'mining.subscribe') return this.unknown(call);
    const again = this.subscribed;
    this.answer(call, encodeHex(this.nonce1));
    if (again) return;
    this.markSubscribed(call.params[0]);
    if (this.workers.size > 0) this.onReady();
  }

  protected override onReady(): void {
    if (this.#job !== undefined) this.#sendJob(true);
  }

  /** A new target leaves directly before the first job that it holds for. */
  #sendJob(clean: boolean): void {
    const job = this.#job;
    const settled = job === undefined ? undefined : this.#targets.at(job.sequence);
    if (job === undefined || settled === undefined) return;
    const target = shareTargetOf(settled, job.networkTarget);
    if (target !== this.#sentTarget) this.send(setTargetLine(target));
    const asClean = clean || target !== this.#sentTarget;
    this.#sentTarget = target;
    this.#targets.sent(job.sequence);
    this.noteJob(settled, target);
    this.send(asClean ? job.cleanLine : job.keepLine);
  }

  protected override decode(
    params: readonly unknown[],
  ): { submission: ToySubmission; job: number } | Refusal {
    const [worker, jobId, text] = params;
    if (typeof worker !== 'string' || typeof jobId !== 'string')
      return { reason: 'bad_params', detail: 'submit takes worker, job id and nonce2' };
    const jobSequence = jobSequenceOf(jobId);
    if (jobSequence === undefined || !this.#targets.wasSent(jobSequence)) return { reason: 'job_not_found' };
    const target = this.#targets.at(jobSequence);
    if (target === undefined) return { reason: 'job_not_found' };
    const nonce2 = tryDecodeHex(text, NONCE2_BYTES);
    if (nonce2 === undefined)
      return { reason: 'bad_nonce', detail: `nonce2 must be ${2 * NONCE2_BYTES} hex digits` };
    return { job: jobSequence, submission: { worker, jobSequence, nonce1: this.nonce1, nonce2, target } };
  }
}
