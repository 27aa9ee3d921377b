import type { TrueChainWork } from '@adit/chain';
import { encodeHex, messageOf, targetOfEitherHalf, weightOfEitherHalf } from '@adit/primitives';
import { easierOf, type TrueJob } from '@adit/stratum';
import type { Job } from '../shares/job-book.ts';
import { BOUND, type HeaderPrices } from './header-prices.ts';
import type { PricedWork, TrueChainJobs } from './jobs.ts';
import type { LooseTarget } from './loose-target.ts';
import type { PriceSchedule } from './price-schedule.ts';

/** A header that the node gave, and whether miners have to begin anew with it. */
export interface Coming {
  readonly work: TrueChainWork;
  readonly clean: boolean;
  /** So long ago at most the node made the header, in milliseconds: before, it gave another one. */
  readonly unseenMs: number;
}

/** What is settled of a header when it goes out. */
interface Taken {
  /** The one target of its shares; left out where each connection has its own, or where it is not on record yet. */
  readonly price?: bigint | undefined;
  /** The target that miners hear; left out where each connection has its own. */
  readonly told?: bigint;
  /** Its shares are never to count. */
  readonly unpaid?: boolean;
}

export interface TrueChainIntakeModules {
  readonly jobs: TrueChainJobs;
  /** One target for all who mine a header; undefined where each connection has its own. */
  readonly loose: LooseTarget | undefined;
  /** Where it is kept; left out where there is nothing to keep, for tests. */
  readonly prices: HeaderPrices | undefined;
  /** What the headers to come are worth where one target holds for all; needed there. */
  readonly schedule: PriceSchedule | undefined;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Its shares can come from now on. `gone`: groups of jobs that had to go for it. */
  readonly onTaken: (coming: Coming, job: Job<PricedWork>, gone: readonly string[]) => void;
  /** Miners are to get it. */
  readonly onJob: (job: TrueJob, clean: boolean) => void;
  /** A header could not be taken; the next one is tried as ever. */
  readonly onProblem: (detail: string) => void;
}

/** Where one target holds for all who mine a header. */
interface Pricing {
  readonly loose: LooseTarget;
  readonly prices: HeaderPrices;
  readonly schedule: PriceSchedule;
}

interface Unpriced extends Pick<Coming, 'unseenMs'> {
  /** 64 hex digits. */
  readonly header: string;
  /** No share has to meet a harder target. */
  readonly easiest: bigint;
}

/** A disk takes milliseconds. A header that waits longer goes out without a price: for its fruits and blocks. */
const SETTLE_MS = 3_000;

/** The way of a header from the node to the miners: where nonces are bound to nobody, it gets its price first. */
export class TrueChainIntake {
  readonly #modules: TrueChainIntakeModules;
  /** The newest that waits until the one before it has its price. */
  #coming: Coming | undefined;
  #busy = false;
  /** Ends the wait for the price of the newest. */
  #settling = new AbortController();

  constructor(modules: TrueChainIntakeModules) {
    this.#modules = modules;
  }

  add({ work, clean, unseenMs }: Coming): void {
    // One that was passed over may have been the clean one.
    this.#coming = { work, clean: clean || this.#coming?.clean === true, unseenMs };
    this.#run().catch((error: unknown) => this.#modules.onProblem(messageOf(error)));
  }

  stop(): void {
    this.#settling.abort();
  }

  /** One header after the other; of those that come meanwhile only the newest is of interest. */
  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#coming; next !== undefined; next = this.#coming) {
        this.#coming = undefined;
        const { loose, prices, schedule } = this.#modules;
        if (loose === undefined) await this.#takeBound(next, prices);
        else if (prices !== undefined && schedule !== undefined)
          await this.#takePriced(next, { loose, prices, schedule });
      }
    } finally {
      this.#busy = false;
    }
  }

  /** A header that was priced for whoever mines it, before the settings were changed, is never paid here. */
  async #takeBound(coming: Coming, prices: HeaderPrices | undefined): Promise<void> {
    const header = encodeHex(coming.work.headerHash);
    if (prices === undefined || this.#modules.jobs.knows(header)) return void this.#take(coming, {});
    this.#settling.abort();
    this.#settling = new AbortController();
    // Where the record cannot be had in time nobody knows what the header was worth before.
    const settled = await within(prices.settle(header, BOUND, this.#settling.signal), SETTLE_MS);
    this.#take(coming, { unpaid: settled !== BOUND });
  }

  async #takePriced(coming: Coming, parts: Pricing): Promise<void> {
    const { jobs } = this.#modules;
    const { work } = coming;
    // No harder than the easier of the live halves: no fruit or block may be refused as a share.
    const easiest = easierOf(work.blockTarget, work.fruitTarget);
    const header = encodeHex(work.headerHash);
    // What miners hear where the record cannot be had in time.
    const likely = easierOf(targetOfEitherHalf(parts.loose.weight), easiest);
    if (jobs.knows(header)) {
      const price = jobs.priceOf(header);
      this.#take(coming, { price, told: price ?? likely });
      return;
    }
    this.#settling.abort();
    this.#settling = new AbortController();
    const settled = settle({ ...parts, header, easiest, unseenMs: coming.unseenMs }, this.#settling.signal);
    const price = await within(settled, SETTLE_MS);
    // Nonces were bound to connections when this header was first seen: what it is worth was settled then.
    if (price === BOUND) return void this.#take(coming, { told: likely, unpaid: true });
    const job = this.#take(coming, { price, told: price ?? likely });
    if (price !== undefined) return;
    settled
      .then((late) => this.#onLatePrice(job, late, likely))
      .catch((error: unknown) => this.#modules.onProblem(messageOf(error)));
  }

  #take(coming: Coming, { price, told, unpaid }: Taken): Job<PricedWork> {
    const { jobs, loose, now, onTaken, onJob } = this.#modules;
    const { job, gone } = jobs.take(coming.work, price, {
      unseenMs: coming.unseenMs,
      ...(unpaid === undefined ? {} : { unpaid }),
    });
    if (told !== undefined) loose?.hold(weightOfEitherHalf(told), now());
    onTaken(coming, job, gone);
    // The header that miners have already: other targets of the network are no news for them.
    if (jobs.current?.sequence !== job.sequence) onJob(jobs.handOut(job, told), coming.clean);
    return job;
  }

  /** Settled after all: what its shares were refused for is over. */
  #onLatePrice(job: Job<PricedWork>, price: bigint | typeof BOUND | undefined, told: bigint): void {
    const { jobs, loose, now, onJob } = this.#modules;
    if (price === undefined || price === BOUND) return;
    const settled = jobs.settle(job.sequence, price);
    if (settled === undefined || jobs.current?.sequence !== job.sequence) return;
    loose?.hold(weightOfEitherHalf(price), now());
    if (price !== told) onJob(jobs.handOut(settled, price), true);
  }
}

/** The price of a header that nobody may have seen yet: what was settled half a minute before. */
async function settle(
  { loose, prices, schedule, header, easiest, unseenMs }: Pricing & Unpriced,
  signal: AbortSignal,
): Promise<bigint | typeof BOUND | undefined> {
  const weight = (await schedule.weight(unseenMs, signal)) ?? loose.startWeight;
  if (signal.aborted) return undefined;
  return prices.settle(header, easierOf(targetOfEitherHalf(weight), easiest), signal);
}

/** What a promise brings in time; undefined where it brings nothing. */
async function within<T>(promise: Promise<T | undefined>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
