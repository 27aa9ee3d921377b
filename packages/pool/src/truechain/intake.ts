import type { TrueChainWork } from '@adit/chain';
import { encodeHex, messageOf, targetOfEitherHalf, weightOfEitherHalf } from '@adit/primitives';
import { easierOf, type SharePrice, sharePrice, type TrueJob } from '@adit/stratum';
import type { Job } from '../shares/job-book.ts';
import { BOUND, type HeaderPrices } from './header-prices.ts';
import type { PricedWork, TrueChainJobs } from './jobs.ts';
import type { LooseTarget } from './loose-target.ts';
import type { PriceSchedule } from './price-schedule.ts';

/** A header that the node gave. */
export interface Coming {
  readonly work: TrueChainWork;
  /** Whether miners must drop all earlier jobs. */
  readonly clean: boolean;
  /** The greatest age that the header can have, in milliseconds: before that, the node gave another one. */
  readonly unseenMs: number;
}

/** What is settled for a header when it goes out. */
interface Taken {
  /** What its shares have to meet. Left out where each connection has its own target, or where none is on record yet. */
  readonly price?: SharePrice | undefined;
  /** The target that the pool tells miners. Left out where each connection has its own. */
  readonly told?: bigint;
  /** Whether its shares never count. */
  readonly unpaid?: boolean;
}

export interface TrueChainIntakeModules {
  readonly jobs: TrueChainJobs;
  /** Sets the one target of all miners of a header; undefined where each connection has its own. */
  readonly loose: LooseTarget | undefined;
  /** Where targets of headers are kept; tests of bound nonces may leave it out. */
  readonly prices: HeaderPrices | undefined;
  /** The weights for headers to come. Needed where one target holds for all miners of a header. */
  readonly schedule: PriceSchedule | undefined;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Shares of the header can come from now on. `gone`: groups of jobs that were retired for it. */
  readonly onTaken: (coming: Coming, job: Job<PricedWork>, gone: readonly string[]) => void;
  /** A job for all connections. */
  readonly onJob: (job: TrueJob, clean: boolean) => void;
  /** A header could not be taken. The next one is tried as usual. */
  readonly onProblem: (detail: string) => void;
}

/** The parts that price a header, where one target holds for all its miners. */
interface Pricing {
  readonly loose: LooseTarget;
  readonly prices: HeaderPrices;
  readonly schedule: PriceSchedule;
}

interface Unpriced extends Pick<Coming, 'unseenMs'> {
  /** 64 hex digits. */
  readonly header: string;
  /** No share has to meet a harder target than this. */
  readonly easiest: bigint;
}

/** A disk needs milliseconds. After this wait a header goes out without a price: it can bring fruits and blocks. */
const SETTLE_MS = 3_000;

/** Brings headers from the node to the miners. Where nonces are not bound to connections, it prices a header first. */
export class TrueChainIntake {
  readonly #modules: TrueChainIntakeModules;
  /** The newest header, while it waits until the one before it has its price. */
  #coming: Coming | undefined;
  #busy = false;
  /** Ends the wait for the price of the newest header. */
  #settling = new AbortController();

  constructor(modules: TrueChainIntakeModules) {
    this.#modules = modules;
  }

  add({ work, clean, unseenMs }: Coming): void {
    // A waiting header is replaced; if that one was clean, this one is.
    this.#coming = { work, clean: clean || this.#coming?.clean === true, unseenMs };
    this.#run().catch((error: unknown) => this.#modules.onProblem(messageOf(error)));
  }

  stop(): void {
    this.#settling.abort();
  }

  /** Takes one header after the other. Of the headers that come during that, it takes only the newest. */
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

  /** Shares of a header never count here if it got one price for all its miners before the settings changed. */
  async #takeBound(coming: Coming, prices: HeaderPrices | undefined): Promise<void> {
    const header = encodeHex(coming.work.headerHash);
    if (prices === undefined || this.#modules.jobs.knows(header)) return void this.#take(coming, {});
    this.#settling.abort();
    this.#settling = new AbortController();
    // If the record cannot be read in time, the header may have had a price before, so its shares do not count.
    const settled = await within(prices.settle(header, BOUND, this.#settling.signal), SETTLE_MS);
    this.#take(coming, { unpaid: settled !== BOUND });
  }

  async #takePriced(coming: Coming, parts: Pricing): Promise<void> {
    const { jobs } = this.#modules;
    const { work } = coming;
    // A share target is never harder than the easier network target: a fruit or block must not be refused as a share.
    const easiest = easierOf(work.blockTarget, work.fruitTarget);
    const header = encodeHex(work.headerHash);
    // The target that the pool tells miners where the record cannot be read in time.
    const likely = easierOf(targetOfEitherHalf(parts.loose.weight), easiest);
    if (jobs.knows(header)) {
      const price = jobs.priceOf(header);
      this.#take(coming, { price, told: price?.target ?? likely });
      return;
    }
    this.#settling.abort();
    this.#settling = new AbortController();
    const settled = settle({ ...parts, header, easiest, unseenMs: coming.unseenMs }, this.#settling.signal);
    const price = await within(settled, SETTLE_MS);
    // Nonces were bound to connections when this header was first seen, so its targets were settled then.
    if (price === BOUND) return void this.#take(coming, { told: likely, unpaid: true });
    const job = this.#take(coming, { price, told: price?.target ?? likely });
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
    // Miners have this header already. A change of the network's targets alone does not concern them.
    if (jobs.current?.sequence !== job.sequence) onJob(jobs.handOut(job, told), coming.clean);
    return job;
  }

  /** The price has come late: from now on shares of the header can be credited. */
  #onLatePrice(job: Job<PricedWork>, price: SharePrice | typeof BOUND | undefined, told: bigint): void {
    const { jobs, loose, now, onJob } = this.#modules;
    if (price === undefined || price === BOUND) return;
    const settled = jobs.settle(job.sequence, price);
    if (settled === undefined || jobs.current?.sequence !== job.sequence) return;
    loose?.hold(weightOfEitherHalf(price.target), now());
    if (price.target !== told) onJob(jobs.handOut(settled, price.target), true);
  }
}

/**
 * Settles the price of a header that the pool first sees now: the weight that was settled half a minute before. Near a
 * change of the weight, a miner that makes the node give the header could choose the side: see `sharePrice`.
 */
async function settle(
  { loose, prices, schedule, header, easiest, unseenMs }: Pricing & Unpriced,
  signal: AbortSignal,
): Promise<SharePrice | typeof BOUND | undefined> {
  const weights = await schedule.weights(unseenMs, loose.startWeight, signal);
  if (signal.aborted) return undefined;
  const [first, ...others] = weights.map((weight) => easierOf(targetOfEitherHalf(weight), easiest));
  return first === undefined ? undefined : prices.settle(header, sharePrice([first, ...others]), signal);
}

/** @returns what the promise brings within `ms`; undefined where it is later */
async function within<T>(promise: Promise<T | undefined>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
