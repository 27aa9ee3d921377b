import type { Random } from '@adit/test-kit/random';
import { Violation } from './violation.ts';

/** The result of running one input. */
export interface Ran {
  /** Names of the behaviours that it showed. An input with a new one is kept and changed further. */
  readonly features: Iterable<string>;
  /** The longest single call into the code under attack, in milliseconds of the given clock. */
  readonly slowest: number;
  /** How many lines the code under attack got. */
  readonly lines: number;
}

/** Code under attack. Inputs are plain JSON, so that they can be printed, stored and repeated. */
export interface Target<Input> {
  readonly name: string;
  readonly seeds: readonly Input[];
  mutate(input: Input, other: Input, random: Random): Input;
  /** @throws Violation */
  run(input: Input, clock: () => number): Ran;
  /** Smaller inputs that may show the same fault, the smallest ones first. */
  smaller(input: Input): Iterable<Input>;
}

export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly rule: string;
  readonly message: string;
  /** The smallest input that shows the fault. */
  readonly input: unknown;
}

/** The longest time in milliseconds that one line may block the event loop. */
export const LONGEST_MS = 50;
/** How often a slow input is measured again. The machine may be busy, so only the best measurement counts. */
const MEASUREMENTS = 7;
/** How many inputs are kept; beyond this, a new one replaces an old one. */
const MAX_CORPUS = 2_000;
/** Features that are kept, as hashes. There are some thousands; one with free text must not fill the memory. */
const MAX_FEATURES = 100_000;
/** The most runs for making one failing input smaller. */
const MAX_SHRINKS = 3_000;
const MAX_SLOW_SHRINKS = 30;

/** Milliseconds of processor time of this thread, which the system may count in steps of some ms. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const wallMs = () => performance.now();

/** The attack on one target: it keeps inputs that show new features, and makes new inputs of them. */
export class Campaign<Input> {
  readonly target: Target<Input>;
  readonly #seed: number;
  readonly #random: Random;
  readonly #corpus: Input[];
  readonly #features = new Set<string>();
  #tried = 0;
  inputs = 0;
  lines = 0;
  /** The longest call until now, as the best of some measurements with both clocks. */
  longestMs = 0;

  /** @param seed the seed of the whole run, which findings name */
  constructor(target: Target<Input>, seed: number, random: Random) {
    this.target = target;
    this.#seed = seed;
    this.#random = random;
    this.#corpus = [...target.seeds];
  }

  get behaviours(): number {
    return this.#features.size;
  }

  get corpus(): readonly Input[] {
    return this.#corpus;
  }

  /** Tries one input: first the seed inputs, then changed ones. */
  step(): Finding | undefined {
    const random = this.#random;
    const seed = this.target.seeds[this.#tried];
    this.#tried += 1;
    const input = seed ?? this.target.mutate(random.pick(this.#corpus), random.pick(this.#corpus), random);
    return this.try(input, seed === undefined);
  }

  /** @param keep whether it may join the corpus */
  try(input: Input, keep = false): Finding | undefined {
    this.inputs += 1;
    try {
      const { features, slowest, lines } = this.target.run(input, wallMs);
      this.lines += lines;
      if (this.#learn(features) && keep) this.#keep(input);
      if (slowest > this.longestMs) this.#judgeTime(input, slowest);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return this.#finding(input, error);
    }
    return undefined;
  }

  #learn(features: Iterable<string>): boolean {
    let news = false;
    for (const feature of features) {
      if (this.#features.has(feature) || this.#features.size >= MAX_FEATURES) continue;
      this.#features.add(feature);
      news = true;
    }
    return news;
  }

  #keep(input: Input): void {
    if (this.#corpus.length < MAX_CORPUS) this.#corpus.push(input);
    else this.#corpus[this.#random.below(MAX_CORPUS)] = input;
  }

  #judgeTime(input: Input, first: number): void {
    let best = first;
    for (let i = 0; i < MEASUREMENTS && best > this.longestMs; i += 1) {
      best = Math.min(best, this.target.run(input, wallMs).slowest);
    }
    // Wall time is at least the processor time of the thread; on a busy machine every measurement of it is too long.
    if (best > LONGEST_MS) best = this.#demandTime(input);
    else if (best > this.longestMs) best = Math.min(best, this.target.run(input, threadMs).slowest);
    this.longestMs = Math.max(this.longestMs, best);
  }

  /** @throws Violation if the thread needs too much processor time in every measurement */
  #demandTime(input: Input): number {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < MEASUREMENTS && best > LONGEST_MS; i += 1) {
      best = Math.min(best, this.target.run(input, threadMs).slowest);
    }
    if (best > LONGEST_MS) throw new Violation('slow', `one call takes ${Math.round(best)} ms`);
    return best;
  }

  #finding(input: Input, violation: Violation): Finding {
    const { rule } = violation;
    const small = shrink(this.target, input, (candidate) => this.#fails(candidate, rule), rule === 'slow');
    const { message } = this.#failure(small, rule) ?? violation;
    return { target: this.target.name, seed: this.#seed, rule, message, input: small };
  }

  #fails(input: Input, rule: string): boolean {
    return this.#failure(input, rule) !== undefined;
  }

  #failure(input: Input, rule: string): Violation | undefined {
    try {
      if (rule === 'slow') this.#demandTime(input);
      else this.target.run(input, wallMs);
    } catch (error) {
      if (error instanceof Violation && error.rule === rule) return error;
    }
    return undefined;
  }
}

/** @returns the smallest input that still fails, found within a bounded number of runs */
function shrink<Input>(
  target: Target<Input>,
  input: Input,
  fails: (candidate: Input) => boolean,
  slow: boolean,
): Input {
  let best = input;
  let runs = slow ? MAX_SLOW_SHRINKS : MAX_SHRINKS;
  for (let again = true; again; ) {
    again = false;
    for (const candidate of target.smaller(best)) {
      if (runs === 0) return best;
      runs -= 1;
      if (!fails(candidate)) continue;
      best = candidate;
      again = true;
      break;
    }
  }
  return best;
}

/** @returns the list with a part left out: a half, a quarter, down to single items */
export function* without<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let size = Math.ceil(items.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < items.length; at += size) yield items.toSpliced(at, size);
  }
}
