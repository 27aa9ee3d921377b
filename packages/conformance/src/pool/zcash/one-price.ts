import { setTimeout as pause } from 'node:timers/promises';
import { encodeHex, equalBytes, MAX_TARGET_256, targetToHex } from '@adit/primitives';
import { CODE } from '../../catalogue/codes.ts';
import { attack, zip301 } from '../../catalogue/rules.ts';
import type { Judgement } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { codeOf, isAccepted } from '../probe/replies.ts';
import { type Offer, PriceBook } from '../tools/price-book.ts';
import { targetsIn } from '../tools/targets.ts';
import { WISH_FACTOR, wishes, withWish } from '../tools/wishes.ts';
import { LATE_WISH } from './late-wish.ts';
import { loginZcash } from './session/login.ts';
import type { ZcashSeenJob } from './session/seen-jobs.ts';
import { hashesOf, SCALES, workOf } from './session/work.ts';
import type { ZcashSession } from './session/zcash-session.ts';

/** Attempts to resume a session whose connection has just been lost. */
const ATTEMPTS = 3;
const WAYS = 'mining.suggest_target, mining.authorize with d=, a resumed session with d=';

/** Checks that the value of a hash is settled before a miner can compute it. */
export const ZCASH_PRICES: readonly PoolCheck[] = [
  {
    id: 'zcash-one-price',
    title: 'a header has one target for each nonce1, under all job ids and on resumed sessions',
    group: 'attack',
    dialects: ['zcash'],
    awaitsJobs: true,
    rules: [attack('T25'), zip301('mining.set_target()')],
    sent: `wishes for other targets (${WAYS}); then hashes between two targets, under the ids of both`,
    expected:
      'another target comes with another header: no hash is refused under one job id, or at one time, and one like it paid under another',
    run: onePrice,
  },
  LATE_WISH,
];

async function onePrice(probe: PoolProbe): Promise<Judgement> {
  const trial = new PriceTrial(probe, await loginZcash(probe));
  for (const which of ['easier', 'harder'] as const) {
    await trial.suggest(which);
    await trial.authorize(which);
    await trial.resume(which);
    if (trial.book.failure !== undefined || trial.book.changed) break;
  }
  if (!trial.book.changed) await trial.awaitChange();
  return trial.book.judgement(WAYS);
}

/** One session on one connection after the other, and the answers to its hashes. */
class PriceTrial {
  readonly #probe: PoolProbe;
  #session: ZcashSession;
  /** The jobs of the connections before. */
  #earlier: readonly ZcashSeenJob[] = [];
  readonly book = new PriceBook<ZcashSeenJob>({
    spaceOf,
    offer: async (job, least, most) => await this.#offer(job, least, most),
    bits: 256,
  });

  constructor(probe: PoolProbe, session: ZcashSession) {
    this.#probe = probe;
    this.#session = session;
  }

  async suggest(which: 'easier' | 'harder'): Promise<void> {
    const { target } = await this.#session.job();
    const easier = target * WISH_FACTOR;
    const wish =
      which === 'harder' ? target / WISH_FACTOR : easier < MAX_TARGET_256 ? easier : MAX_TARGET_256;
    await this.#wish('mining.suggest_target', [targetToHex(wish, 32)]);
  }

  async authorize(which: 'easier' | 'harder'): Promise<void> {
    const { target } = await this.#session.job();
    const { worker, password } = this.#probe.options;
    for (const difficulty of wishes(hashesOf(target), SCALES, which)) {
      if (this.book.failure !== undefined) return;
      await this.#wish('mining.authorize', [worker, withWish(password, difficulty)]);
    }
  }

  /** Resumes the session on another connection with a wish in the password. */
  async resume(which: 'easier' | 'harder'): Promise<void> {
    const { sessionId } = this.#session;
    if (sessionId === null) return;
    const job = await this.#session.job();
    await this.book.sample(job);
    const { password } = this.#probe.options;
    for (const difficulty of wishes(hashesOf(job.target), SCALES, which)) {
      if (this.book.failure !== undefined) return;
      const resumed = await this.#reconnect(sessionId, withWish(password, difficulty));
      if (!resumed) return;
      await this.#look();
    }
  }

  /** @returns whether the pool has resumed the session; where it has not, the trial goes on with a new one */
  async #reconnect(sessionId: string, password: string): Promise<boolean> {
    const { nonce1 } = this.#session;
    this.#earlier = this.#jobs();
    this.#session.connection.close();
    for (let attempt = 1; ; attempt += 1) {
      const next = await loginZcash(this.#probe, { sessionId, password });
      await next.job();
      this.#session = next;
      if (equalBytes(next.nonce1, nonce1)) return true;
      if (attempt === ATTEMPTS) return false;
      next.connection.close();
      // The pool may need some time to see that the connection is gone.
      await pause(this.#probe.options.limits.quietMs / ATTEMPTS);
    }
  }

  /** Waits for the next work, with which the target may change. */
  async awaitChange(): Promise<void> {
    const { target } = await this.#session.job();
    const { jobMs } = this.#probe.options.limits;
    await this.#session.connection.until(() => this.#session.jobs().at(-1)?.target !== target, jobMs);
    await this.#look();
  }

  async #wish(method: string, params: readonly unknown[]): Promise<void> {
    const job = await this.#session.job();
    await this.book.sample(job);
    await this.#session.connection.request(method, params);
    const changed = () => this.#session.jobs().at(-1)?.target !== job.target;
    await this.#session.connection.until(changed, this.#probe.options.limits.quietMs);
    await this.#look();
  }

  async #look(): Promise<void> {
    const now = targetsIn(this.#probe.dialect, this.#session.connection.received).at(-1);
    await this.book.look(this.#jobs(), now);
  }

  #jobs(): readonly ZcashSeenJob[] {
    return [...this.#earlier, ...this.#session.jobs()];
  }

  async #offer(job: ZcashSeenJob, least: bigint, most: bigint): Promise<Omit<Offer, 'space'> | undefined> {
    const { submission, value } = await this.#session.solve({ least, most }, job);
    const reply = await this.#session.submit(submission);
    if (isAccepted(reply)) return { job, value, paid: true };
    return codeOf(reply) === CODE.low ? { job, value, paid: false } : undefined;
  }
}

/** The header space of a job: the work and its nonce1. */
function spaceOf(job: ZcashSeenJob): string {
  return `${encodeHex(workOf(job))} ${encodeHex(job.nonce1)}`;
}
