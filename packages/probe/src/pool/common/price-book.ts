import { cannotTell, fail, Judged, type Judgement, notApplicable, pass } from '../../report/finding.ts';
import { shown } from '../../wire/printable.ts';

/** A job and what was said of it. */
export interface PricedJob {
  readonly id: string;
  /** What was in force when it came. */
  readonly target: bigint;
}

/** What a pool made of one hash under one job. */
export interface Offer {
  /** All that a miner cannot choose: whatever is hashed in it can be sold once. */
  readonly space: string;
  readonly job: PricedJob;
  /** The hash as a number: the lower, the rarer. */
  readonly value: bigint;
  readonly paid: boolean;
}

export interface PriceBookModules<Job extends PricedJob> {
  readonly spaceOf: (job: Job) => string;
  /**
   * Finds a hash within the bounds (inclusive), and hands it in for the job.
   * @returns undefined where the answer says nothing about the target. Throws `Judged` where none is found in time
   */
  readonly offer: (job: Job, least: bigint, most: bigint) => Promise<Omit<Offer, 'space'> | undefined>;
  /** Bits of a hash. */
  readonly bits: number;
}

/**
 * Whether one header space has one target. Two are there where a hash was paid that is not lower than one that was refused
 * as too high: who may choose between them hands each hash in where it is worth most, and is credited more than his work.
 */
export class PriceBook<Job extends PricedJob> {
  readonly #modules: PriceBookModules<Job>;
  readonly #offers: Offer[] = [];
  /** Targets that were told of each space. A check sees some dozens of jobs. */
  readonly #told = new Map<string, Set<bigint>>();
  readonly #sampled = new Set<string>();
  readonly #targets = new Set<bigint>();
  readonly #compared = new Set<string>();
  #untold: string | undefined;

  constructor(modules: PriceBookModules<Job>) {
    this.#modules = modules;
  }

  /** What the pool takes for a job, as long as no wish has been heard: a hash just below its target, and one just above. */
  async sample(job: Job): Promise<void> {
    const { spaceOf, bits } = this.#modules;
    const space = spaceOf(job);
    if (this.#sampled.has(space)) return;
    this.#sampled.add(space);
    this.#note(job);
    const most = (1n << BigInt(bits)) - 1n;
    const above = 2n * job.target;
    // A target that nearly every hash meets has next to nothing above it.
    if (most - job.target > job.target / 8n)
      await this.#offer(job, job.target + 1n, above < most ? above : most);
    await this.#offer(job, job.target / 2n, job.target);
  }

  /** Looks at jobs in the order in which they came; two of one space with different targets are compared. */
  async look(jobs: readonly Job[]): Promise<void> {
    for (const [place, job] of jobs.entries()) {
      this.#note(job);
      const space = this.#modules.spaceOf(job);
      const other = jobs
        .slice(0, place)
        .find((one) => one.target !== job.target && this.#modules.spaceOf(one) === space);
      if (other !== undefined) await this.compare(other, job);
    }
  }

  /** Whether a hash that meets only the easier of two targets is paid, and where. */
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
    // Not lower than what was refused: if this is paid, there are two prices.
    await this.#offer(easier, least < easier.target ? least : harder.target + 1n, easier.target);
  }

  /** Whether an older job is worth more since an easier target was told, which holds for later work. */
  async belated(job: Job, now: bigint): Promise<void> {
    const key = `${this.#modules.spaceOf(job)} ${job.id} ${now}`;
    if (now <= job.target || this.#compared.has(key)) return;
    this.#compared.add(key);
    this.#targets.add(now);
    await this.#offer(job, 2n * job.target < now ? 2n * job.target : job.target + 1n, now);
  }

  /** The failure, as soon as there is one. */
  get failure(): Judgement | undefined {
    for (const paid of this.#offers.filter((offer) => offer.paid)) {
      const refused = this.#offers.find(
        (offer) => !offer.paid && offer.space === paid.space && offer.value <= paid.value,
      );
      if (refused !== undefined) return fail(this.#sentence(refused, paid));
    }
    return undefined;
  }

  /** Whether another target than the first has been told. */
  get changed(): boolean {
    return this.#targets.size > 1;
  }

  /** @param wishes what was tried, for the sentence */
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
    return pass(
      `targets ${targets}: two of them were told for one header, but no hash could be sold at both`,
    );
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
      return `one job, two targets: ${of(refused, 'refused')}, and, since another target was told, paid one of ${this.#short(paid.value)}`;
    }
    return `one header, two targets: ${of(refused, 'refused')}; ${of(paid, 'paid')}`;
  }

  /** The leading digits. */
  #short(target: bigint): string {
    return `${target
      .toString(16)
      .padStart(this.#modules.bits / 4, '0')
      .slice(0, 16)}..`;
  }
}
