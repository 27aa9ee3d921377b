import { shown } from '@adit/wire';
import { cannotTell, fail, Judged, type Judgement, notApplicable, pass } from '../../report/finding.ts';

/** A job as the pool sent it. */
export interface PricedJob {
  readonly id: string;
  /** The target in force when the job came. */
  readonly target: bigint;
}

/** What a pool answered to one hash under one job. */
export interface Offer {
  /** The header space of a job: everything that a miner cannot choose. A pool must pay each hash in it once. */
  readonly space: string;
  readonly job: PricedJob;
  /** The hash as a number. Lower ones are rarer. */
  readonly value: bigint;
  readonly paid: boolean;
}

export interface PriceBookModules<Job extends PricedJob> {
  readonly spaceOf: (job: Job) => string;
  /**
   * Finds a hash within the bounds (inclusive) and submits it for the job.
   * @returns undefined where the answer says nothing about the target. @throws Judged where no hash is found in time
   */
  readonly offer: (job: Job, least: bigint, most: bigint) => Promise<Omit<Offer, 'space'> | undefined>;
  /** The length of a hash in bits. */
  readonly bits: number;
}

/**
 * Finds out whether each header space has one target. It has two where the pool paid a hash that is not lower than one
 * that it refused as too high. A miner that can choose between two targets submits each hash where it is worth most,
 * and is credited with more than its work.
 */
export class PriceBook<Job extends PricedJob> {
  readonly #modules: PriceBookModules<Job>;
  readonly #offers: Offer[] = [];
  /** The targets that the pool set for each space. A check sees some dozens of jobs. */
  readonly #told = new Map<string, Set<bigint>>();
  readonly #sampled = new Set<string>();
  readonly #targets = new Set<bigint>();
  readonly #compared = new Set<string>();
  #untold: string | undefined;

  constructor(modules: PriceBookModules<Job>) {
    this.#modules = modules;
  }

  /** Offers two hashes before the pool has heard a wish: one just below the target of the job, and one just above. */
  async sample(job: Job): Promise<void> {
    const { spaceOf, bits } = this.#modules;
    const space = spaceOf(job);
    if (this.#sampled.has(space)) return;
    this.#sampled.add(space);
    this.#note(job);
    const most = (1n << BigInt(bits)) - 1n;
    const above = 2n * job.target;
    // Almost no hash is above a target that nearly every hash meets.
    if (most - job.target > job.target / 8n)
      await this.#offer(job, job.target + 1n, above < most ? above : most);
    await this.#offer(job, job.target / 2n, job.target);
  }

  /**
   * Compares jobs in the order in which they came: two jobs of one space must have one target.
   * @param now the newest target of the connection, which may not have a job yet
   */
  async look(jobs: readonly Job[], now: bigint | undefined): Promise<void> {
    for (const [place, job] of jobs.entries()) {
      this.#note(job);
      const space = this.#modules.spaceOf(job);
      const other = jobs
        .slice(0, place)
        .find((one) => one.target !== job.target && this.#modules.spaceOf(one) === space);
      if (other !== undefined) await this.compare(other, job);
    }
    const older = jobs.findLast(({ target }) => now !== undefined && target < now);
    if (now !== undefined && older !== undefined) await this.#belated(older, now);
  }

  /** Offers a hash that meets only the easier of two targets under both jobs. */
  async compare(one: Job, other: Job): Promise<void> {
    const [harder, easier] = one.target < other.target ? [one, other] : [other, one];
    const space = this.#modules.spaceOf(easier);
    const key = `${space} ${harder.id} ${easier.id} ${harder.target} ${easier.target}`;
    if (this.#compared.has(key)) return;
    this.#compared.add(key);
    this.#note(one);
    this.#note(other);
    const middle = harder.target + (easier.target - harder.target) / 2n;
    await this.#offer(harder, harder.target + 1n, middle);
    const refused = this.#offers.filter((offer) => offer.space === space && !offer.paid);
    const least = refused.reduce((lowest, { value }) => (value < lowest ? value : lowest), easier.target);
    // This hash is not lower than the refused one. If the pool pays it, the space has two targets.
    await this.#offer(easier, least < easier.target ? least : harder.target + 1n, easier.target);
  }

  /** Finds out whether an easier target, which holds for later work only, also holds for an older job. */
  async #belated(job: Job, now: bigint): Promise<void> {
    const key = `${this.#modules.spaceOf(job)} ${job.id} ${now}`;
    if (now <= job.target || this.#compared.has(key)) return;
    this.#compared.add(key);
    this.#targets.add(now);
    await this.#offer(job, 2n * job.target < now ? 2n * job.target : job.target + 1n, now);
  }

  /** The failure; undefined while there is none. */
  get failure(): Judgement | undefined {
    for (const paid of this.#offers.filter((offer) => offer.paid)) {
      const refused = this.#offers.find(
        (offer) => !offer.paid && offer.space === paid.space && offer.value <= paid.value,
      );
      if (refused !== undefined) return fail(this.#sentence(refused, paid));
    }
    return undefined;
  }

  /** Whether the pool has set another target than the first. */
  get changed(): boolean {
    return this.#targets.size > 1;
  }

  /** @param wishes the ways that were tried, for the sentence */
  judgement(wishes: string): Judgement {
    const { failure } = this;
    if (failure !== undefined) return failure;
    const targets = [...this.#targets].map((target) => this.#short(target)).join(', ');
    if (!this.changed)
      return notApplicable(`the target stayed ${targets}, whatever was asked for (${wishes})`);
    const twice = [...this.#told.values()].some((told) => told.size > 1);
    if (!twice) {
      const note =
        this.#untold === undefined ? '' : `; whether older jobs keep theirs was not tried: ${this.#untold}`;
      return pass(`targets ${targets}, each with headers of its own${note}`);
    }
    if (this.#untold !== undefined)
      return cannotTell(`targets ${targets}, two of them for one header: ${this.#untold}`);
    return pass(`targets ${targets}: the pool set two of them for one header, but paid no hash at both`);
  }

  #note(job: Job): void {
    const space = this.#modules.spaceOf(job);
    const told = this.#told.get(space) ?? new Set();
    this.#told.set(space, told.add(job.target));
    this.#targets.add(job.target);
  }

  async #offer(job: Job, least: bigint, most: bigint): Promise<void> {
    try {
      const offer = await this.#modules.offer(job, least, most);
      if (offer !== undefined) this.#offers.push({ ...offer, space: this.#modules.spaceOf(job) });
    } catch (error) {
      if (!(error instanceof Judged)) throw error;
      this.#untold = error.judgement.came;
    }
  }

  #sentence(refused: Offer, paid: Offer): string {
    const of = ({ job, value }: Offer, verb: string) =>
      `job ${shown(job.id)} with the target ${this.#short(job.target)} ${verb} a hash of ${this.#short(value)}`;
    if (refused.job.id === paid.job.id && refused.job.target === paid.job.target) {
      return `one job, two targets: ${of(refused, 'refused')}, and, after another target was set, paid one of ${this.#short(paid.value)}`;
    }
    return `one header, two targets: ${of(refused, 'refused')}; ${of(paid, 'paid')}`;
  }

  /** The leading hex digits of a hash or target. */
  #short(target: bigint): string {
    return `${target
      .toString(16)
      .padStart(this.#modules.bits / 4, '0')
      .slice(0, 16)}..`;
  }
}
