import { type EquihashParams, encodeZcashHeader, equihashSizes } from '@adit/pow';
import { AditError, equalBytes } from '@adit/primitives';
import {
  type ClientEffect,
  type NamedEquihash,
  type ZcashClientJob,
  ZcashClientSession,
} from '@adit/stratum';
import { type MineShare, type NewTask, threadCrew } from './crew.ts';
import type { MinerStatus } from './events.ts';
import { refusalKind } from './refusal-counts.ts';
import { type MinerModules, type MinerOptions, StratumMiner } from './stratum-miner.ts';

/** The settings of a miner of the Zcash dialect. */
export interface ZcashMinerOptions extends MinerOptions {
  readonly equihash: EquihashParams;
  /** Where the pool puts nonce1; `leading` where left out. */
  readonly nonceLayout?: 'leading' | 'trailing';
}

/** Bytes of the header before the nonce. */
const HEADER_START_BYTES = 108;
/** Jobs whose shares may not have been sent yet; without a clean job, older ones are forgotten. */
const MAX_WORKS = 64;

/** Pools that do not say for which Equihash their jobs are mean this one. */
const USUAL: NamedEquihash = { n: 200, k: 9 };
/** Some may be stale, or below a target that has just moved. */
const REFUSALS = 5;

/** `ADIT_OTHER_CHAIN`: every share would be refused. */
export class OtherChainError extends AditError {
  readonly wanted: NamedEquihash;

  constructor(message: string, wanted: NamedEquihash) {
    super('ADIT_OTHER_CHAIN', message);
    this.wanted = wanted;
  }
}

/** A CPU miner for the Zcash dialect. */
export class ZcashMiner extends StratumMiner<ZcashClientSession, ZcashClientJob, NewTask, MineShare> {
  protected override readonly unit: MinerStatus['unit'] = 'Sol/s';
  readonly #equihash: EquihashParams;
  readonly #nonceLayout: 'leading' | 'trailing';
  /** What a share needs of its job, and what tells one work from another, by the id of the job. */
  readonly #works = new Map<string, { readonly time: number; readonly headerStart: Uint8Array }>();
  /** The Equihash that the pool names, or means by naming none. */
  #wanted: NamedEquihash | undefined;
  /** Refusals of the same kind, since the start, until a share is accepted. */
  #refusals = 0;
  #kind = '';
  #everAccepted = false;
  /** The id of the last session: with it the pool gives the next session the same nonce1. */
  #sessionId: string | null = null;

  constructor(options: ZcashMinerOptions, modules: MinerModules) {
    super(options, modules, threadCrew);
    this.#equihash = options.equihash;
    this.#nonceLayout = options.nonceLayout ?? 'leading';
  }

  protected override openSession(): ZcashClientSession {
    const { url, agent } = this.options;
    const { prefix } = equihashSizes(this.#equihash);
    return new ZcashClientSession({
      ...url,
      agent,
      sessionId: this.#sessionId,
      solutionPrefix: prefix,
      nonceLayout: this.#nonceLayout,
      // The pool may then change nonce1 without a new connection. A pool that cannot do so refuses, which does no harm.
      extranonceSubscribe: true,
    });
  }

  protected override onSessionLost(session: ZcashClientSession): void {
    this.#sessionId = session.sessionId;
  }

  protected override onJob(job: ZcashClientJob, clean: boolean): void {
    this.#wanted = job.equihash;
    if (job.equihash !== undefined && this.#isForeign(job.equihash)) return this.#giveUp(job.equihash);
    this.event({ kind: 'job', id: job.id, clean, target: job.target });
    const headerStart = encodeZcashHeader({ ...job, nonce: new Uint8Array(32) }).slice(0, HEADER_START_BYTES);
    const known = this.#works.get(job.id);
    // A share names its job by the id alone: with other work under this id, those of the former work are worthless.
    const keep = !clean && (known === undefined || equalBytes(known.headerStart, headerStart));
    if (clean) this.#works.clear();
    this.#works.set(job.id, { time: job.time, headerStart });
    const oldest = this.#works.keys().next().value;
    if (this.#works.size > MAX_WORKS && oldest !== undefined) this.#works.delete(oldest);
    const { id: jobId, nonce1, target } = job;
    this.assign(
      {
        kind: 'zcash',
        jobId,
        equihash: this.#equihash,
        headerStart,
        nonce1,
        nonceLayout: this.#nonceLayout,
        target,
      },
      keep,
    );
  }

  protected override send(
    session: ZcashClientSession,
    share: MineShare,
    token: number,
  ): ClientEffect<ZcashClientJob>[] {
    const time = this.#works.get(share.jobId)?.time;
    if (share.kind !== 'zcash_share' || time === undefined) return [];
    const { jobId, nonce, solution } = share;
    return session.submit({ jobId, time, nonce, solution }, token);
  }

  protected override onExtra(): void {}

  protected override onAnswer(accepted: boolean, reason: string): void {
    this.#everAccepted ||= accepted;
    if (this.#everAccepted || this.#wanted !== undefined || !this.#isForeign(USUAL)) return;
    const kind = refusalKind(reason);
    this.#refusals = kind === this.#kind ? this.#refusals + 1 : 1;
    this.#kind = kind;
    if (this.#refusals >= REFUSALS)
      this.#giveUp(USUAL, `, or so it seems: its first answers are "${reason}"`);
  }

  #isForeign({ n, k, personalization = this.#equihash.personalization }: NamedEquihash): boolean {
    const own = this.#equihash;
    return n !== own.n || k !== own.k || personalization !== own.personalization;
  }

  #giveUp(wanted: NamedEquihash, how = ''): void {
    const { n, k, personalization } = this.#equihash;
    const own = wanted.personalization === undefined ? { n, k } : { n, k, personalization };
    const what = `the jobs of this pool are for Equihash ${named(wanted)}, and this miner solves ${named(own)}${how}`;
    this.fail(new OtherChainError(what, wanted));
  }

  protected override onConnectionLost(): void {
    this.#works.clear();
  }
}

/** `144,5`, or `144,5 "BgoldPoW"` */
function named({ n, k, personalization }: NamedEquihash): string {
  return personalization === undefined ? `${n},${k}` : `${n},${k} ${JSON.stringify(personalization)}`;
}
