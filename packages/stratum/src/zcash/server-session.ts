import {
  checkBigint,
  checkBytes,
  encodeHex,
  readUint32LE,
  targetFromHex,
  tryDecodeHex,
} from '@adit/primitives';
import { type Grant, Grants } from '../grants.ts';
import { jobSequenceOf } from '../job-id.ts';
import { checkNonce1 } from '../nonce1.ts';
import { difficultyText } from '../password.ts';
import { type Call, type CoreOptions, type Refusal, ServerSession } from '../server-session.ts';
import type { ServerEffect } from '../session.ts';
import { MAX_LONG_WORKER_NAME } from '../worker-name.ts';
import { setExtranonceLine, setTargetLine } from './messages.ts';
import { bareSolution, wholeNonce, type ZcashSubmission } from './submission.ts';

/** Options that all connections of a port share. */
export interface ZcashServerOptions extends CoreOptions {
  /** Canonical compactSize prefix of a solution, and the length of a solution in bytes without it. */
  readonly solutionPrefix: Uint8Array;
  readonly solutionBytes: number;
  /**
   * `leading` follows ZIP 301 and every real miner: nonce = nonce1 || nonce2. `trailing` follows the words of the
   * protocol document, which describe the nonce as it is displayed, reversed. Default: `leading`.
   */
  readonly nonceLayout?: 'leading' | 'trailing';
  /**
   * True sends target and first job right after subscribe, for firmware that was written for old pools. Default: after
   * authorize.
   */
  readonly jobOnSubscribe?: boolean;
  /**
   * Hands over a kept session, once. It returns undefined for an id that is unknown, too old, or in use by a connection
   * that is still open.
   */
  readonly resume?: (sessionId: string, by: ZcashServerSession) => ZcashKept | undefined;
  /**
   * The `terms` of a work, by its number; undefined if the work is not known any more. Without this function, each work
   * has terms of its own.
   */
  readonly termsOf?: (sequence: number) => number | undefined;
}

/** State with which one connection begins. */
export interface ZcashSessionStart {
  /** This connection's part of the nonce, 1 to 17 bytes. */
  readonly nonce1: Uint8Array;
  /** Result[0] of the subscribe reply. Null, the default, means that sessions cannot be resumed (ZIP 301). */
  readonly sessionId?: string | null;
  /** Targets for a nonce1 that nobody holds, by the number of the work: the port's start targets, ascending. */
  readonly targets: readonly Grant<bigint>[];
}

/** The part of a session that outlives its connection: with it, the miner goes on where it was. */
export interface ZcashKept {
  readonly sessionId: string;
  readonly nonce1: Uint8Array;
  /** Share targets of all works, present and future, by their terms: shares for the old jobs are still accepted. */
  readonly targets: Grants<bigint>;
  /** The session's values of nonce1, by the number of the work. */
  readonly nonces: Grants<Uint8Array>;
}

/** A job as the pool prepared it, once for all connections. */
export interface ZcashJob {
  /** Number of its work: one for each header space, whichever miners get it, and however often. */
  readonly sequence: number;
  /**
   * Number whose settled share target holds for this work. It is lower than `sequence` if somebody could have foreseen
   * the work. Default: `sequence`. See `Grants`.
   */
  readonly terms?: number;
  /** Ascends each time that a job is handed out: of two jobs, miners work on the one with the higher order. */
  readonly order: number;
  /**
   * The `mining.notify` lines with clean true and with clean false, both with their line ends, as `zcashNotifyLine`
   * makes them. Use bytes if thousands of connections get a line: then it is encoded only once.
   */
  readonly cleanLine: string | Uint8Array;
  readonly keepLine: string | Uint8Array;
  /**
   * A block's hash must be at or below it. A share target below it is raised to it: no block may be refused as a share.
   */
  readonly networkTarget: bigint;
  /**
   * The lowest sequence whose shares the pool still takes (a late share may be a block). The session forgets targets of
   * older ones. With 0 it keeps all targets, up to 256 changes.
   */
  readonly oldestKnown: number;
}

/**
 * The easier of both targets: a share target is never harder than the network's, so that no block is refused as a
 * share.
 */
export function shareTargetOf(settled: bigint, networkTarget: bigint): bigint {
  checkBigint(settled, 'the settled target');
  checkBigint(networkTarget, 'networkTarget');
  return settled > networkTarget ? settled : networkTarget;
}

/** Leaves the 15 bytes of nonce2 that miners need. */
const MAX_NONCE1_BYTES = 17;
/** 128 random bits in hex. Nobody can guess a session id, while anybody can guess a nonce1. */
const SESSION_ID = /^[0-9a-f]{32}$/;

/** The pool's side of one connection in the Zcash dialect (ZIP 301 and its relatives). */
export class ZcashServerSession extends ServerSession<ZcashSubmission> {
  readonly #options: ZcashServerOptions;
  /** Share targets, by the terms of works. */
  #targets: Grants<bigint>;
  /** Values of nonce1, by the numbers of works. */
  #nonces: Grants<Uint8Array>;
  #sessionId: string | null;
  #nonce1: Uint8Array;
  #wantsExtranonce = false;
  #sentTarget: bigint | undefined;
  #job: ZcashJob | undefined;

  /** @throws AditError `ADIT_BAD_BYTES`, `ADIT_BAD_OPTION` for a nonce1 or a prefix that is not valid */
  constructor(options: ZcashServerOptions, start: ZcashSessionStart) {
    super(options);
    this.#options = options;
    const { sessionId = null, nonce1, targets } = start;
    checkBytes(options.solutionPrefix, 'solutionPrefix');
    checkNonce1(nonce1, 1, MAX_NONCE1_BYTES);
    this.#sessionId = sessionId;
    this.#nonce1 = nonce1;
    this.#targets = new Grants(targets);
    this.#nonces = new Grants([{ from: 0, value: nonce1 }]);
  }

  get nonce1(): Uint8Array {
    return this.#nonce1;
  }

  /** The share target for works to come. */
  get target(): bigint | undefined {
    return this.#targets.current;
  }

  /** True if the miner said that it understands `mining.set_extranonce`. */
  get wantsExtranonce(): boolean {
    return this.#wantsExtranonce;
  }

  /** The part to keep when the connection has ended; undefined without a session id, a worker or a job. */
  keep(): ZcashKept | undefined {
    if (this.#sessionId === null || this.workers.size === 0 || this.#nonces.newest < 0) return undefined;
    return {
      sessionId: this.#sessionId,
      nonce1: this.#nonce1,
      targets: this.#targets,
      nonces: this.#nonces,
    };
  }

  /** Takes a job for this connection. Until the miner is ready, the session only remembers it. */
  job(job: ZcashJob, clean: boolean): ServerEffect<ZcashSubmission>[] {
    this.#job = job;
    if (this.#ready) this.#sendJob(clean);
    return this.drain();
  }

  /**
   * Settles the share target for all works whose terms are `from` or later.
   * @param from the number that the next work will have: works that exist must keep their targets
   * @param oldestTerms the oldest terms of a work that is still recognised, or may still come
   */
  setTarget(target: bigint, from: number, oldestTerms: number): void {
    if (this.#targets.current === target) return;
    this.#targets.settle(from, target, oldestTerms);
  }

  /**
   * Gives the connection another nonce1, if the miner asked for such changes. No miner has had this nonce1 before, so
   * the targets of this session can hold for it.
   * @param job a job for a work that was made just now: shares for all others keep the old nonce1
   * @throws AditError `ADIT_GRANT_TOO_LATE` if this work, or a later one, was sent to this connection; `ADIT_BAD_BYTES`
   *   or `ADIT_BAD_OPTION` for a nonce1 that is not valid
   */
  setNonce1(nonce1: Uint8Array, job: ZcashJob): ServerEffect<ZcashSubmission>[] {
    checkNonce1(nonce1, 1, MAX_NONCE1_BYTES);
    this.#nonces.settle(job.sequence, nonce1, job.oldestKnown);
    this.#nonce1 = nonce1;
    // Before the subscribe reply the miner has no nonce1 yet: that reply will carry the new one.
    if (this.subscribed) this.send(setExtranonceLine(nonce1));
    return this.job(job, true);
  }

  protected override get longestName(): number {
    return MAX_LONG_WORKER_NAME;
  }

  get #ready(): boolean {
    return this.subscribed && (this.workers.size > 0 || this.#options.jobOnSubscribe === true);
  }

  protected override call(call: Call): void {
    switch (call.method) {
      case 'mining.subscribe':
        return this.#subscribe(call);
      case 'mining.extranonce.subscribe':
        this.#wantsExtranonce = true;
        return this.answer(call, true);
      case 'mining.multi_version': // The Z9 asks this after authorize; there is nothing to set.
        return this.answer(call, true);
      case 'mining.configure':
        return this.answer(call, {});
      case 'mining.get_transactions':
        return this.answer(call, []);
      case 'mining.suggest_target':
        return this.#suggest(call);
      case 'mining.suggest_difficulty':
        return this.#suggestDifficulty(call);
      default:
        return this.unknown(call);
    }
  }

  /** Takes params of any number and type: user agent, session, host and port come in different orders. */
  #subscribe(call: Call): void {
    const again = this.subscribed;
    if (!again) this.#resume(call.params);
    this.answer(call, [this.#sessionId, encodeHex(this.#nonce1)]);
    if (again) return;
    this.markSubscribed(agentOf(call.params));
    if (this.#ready) this.onReady();
  }

  /** Looks for the session id in all params: miners differ in their order. */
  #resume(params: readonly unknown[]): void {
    for (const param of params) {
      const kept =
        typeof param === 'string' && SESSION_ID.test(param) ? this.#options.resume?.(param, this) : undefined;
      if (kept === undefined) continue;
      this.#sessionId = kept.sessionId;
      this.#nonce1 = kept.nonce1;
      this.#targets = kept.targets;
      this.#nonces = kept.nonces;
      this.effect({ kind: 'resumed', sessionId: kept.sessionId });
      return;
    }
  }

  #suggest(call: Call): void {
    const target = targetFromHex(call.params[0], 32);
    if (target === undefined)
      return this.refuse(call, 'bad_params', 'params[0] must be a target of 64 hex digits');
    this.answer(call, true);
    this.effect({ kind: 'suggest', target });
  }

  #suggestDifficulty(call: Call): void {
    const difficulty = difficultyText(call.params[0]);
    if (difficulty === undefined)
      return this.refuse(call, 'bad_params', 'params[0] must be a difficulty: a decimal number above 0');
    this.answer(call, true);
    this.effect({ kind: 'suggest_difficulty', difficulty });
  }

  protected override onReady(): void {
    if (this.#job !== undefined) this.#sendJob(true);
  }

  /**
   * Sends a new target directly before the first job that it holds for, never earlier: some miners apply a target at
   * once, others with the next job. That job is clean, because a miner that ignores unclean jobs would go on with its
   * old job at the new target.
   */
  #sendJob(clean: boolean): void {
    const job = this.#job;
    // If the grant of these terms was dropped (see `Grants`), nothing can restore it.
    const settled = job === undefined ? undefined : this.#targets.at(job.terms ?? job.sequence);
    if (job === undefined || settled === undefined) return;
    const target = shareTargetOf(settled, job.networkTarget);
    // Some miners ignore unclean jobs before their first clean one, and a resumed session has sent no target yet.
    const asClean = clean || target !== this.#sentTarget;
    if (target !== this.#sentTarget) this.send(setTargetLine(target));
    this.#sentTarget = target;
    this.#nonces.sent(job.sequence);
    this.noteJob(settled, target);
    this.send(asClean ? job.cleanLine : job.keepLine);
  }

  protected override decode(
    params: readonly unknown[],
  ): { submission: ZcashSubmission; job: number } | Refusal {
    const [worker, jobId, time, nonce2, solution] = params;
    if (typeof worker !== 'string' || params.length < 5) {
      return { reason: 'bad_params', detail: 'submit takes worker, job id, time, nonce2 and solution' };
    }
    if (typeof jobId !== 'string') return { reason: 'job_not_found', detail: 'the job id must be a string' };
    const sequence = jobSequenceOf(jobId);
    const target = sequence === undefined ? undefined : this.#targetOf(sequence);
    const nonce1 = sequence === undefined ? undefined : this.#nonces.at(sequence);
    if (sequence === undefined || target === undefined || nonce1 === undefined)
      return { reason: 'job_not_found' };
    const timeBytes = tryDecodeHex(time, 4);
    if (timeBytes === undefined) return { reason: 'bad_time', detail: 'time must be 8 hex digits' };
    const nonce = wholeNonce(nonce2, nonce1, this.#options.nonceLayout ?? 'leading');
    if ('reason' in nonce) return nonce;
    const bytes = bareSolution(solution, this.#options);
    if ('reason' in bytes) return bytes;
    return {
      job: sequence,
      submission: {
        worker,
        jobSequence: sequence,
        time: readUint32LE(timeBytes),
        nonce: nonce.bytes,
        solution: bytes.bytes,
        target,
      },
    };
  }

  /** The settled target of a work; undefined if it was never sent to this connection, or is not known any more. */
  #targetOf(sequence: number): bigint | undefined {
    if (!this.#nonces.wasSent(sequence)) return undefined;
    const { termsOf } = this.#options;
    const terms = termsOf === undefined ? sequence : termsOf(sequence);
    return terms === undefined ? undefined : this.#targets.at(terms);
  }
}

/** The first text with a letter that is not followed by a port (which would make it a host). */
function agentOf(params: readonly unknown[]): unknown {
  const texts = params.flatMap((param, i) =>
    typeof param === 'string' && /[a-z]/i.test(param) ? [{ param, isHost: isPort(params[i + 1]) }] : [],
  );
  return (texts.find(({ isHost }) => !isHost) ?? texts[0])?.param;
}

function isPort(param: unknown): boolean {
  const text = typeof param === 'number' ? String(param) : param;
  return typeof text === 'string' && /^[0-9]{1,5}$/.test(text);
}
