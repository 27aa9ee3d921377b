/** Each of them is told whole. */
const TOLD = 3;
/** Different texts: of a recording there are few, but a miner may name any method. */
const MOST_TEXTS = 200;
const OTHERS = 'more of other kinds';

/** Notes that may come by the thousand: the first of each are told, then the 10th, the 100th, and so on. */
export class Notes {
  readonly #counts = new Map<string, { all: number; told: number }>();

  /** @returns what is to be printed; undefined where it has been said often enough */
  next(text: string): string | undefined {
    const key = this.#counts.has(text) || this.#counts.size < MOST_TEXTS ? text : OTHERS;
    const count = this.#counts.get(key) ?? { all: 0, told: 0 };
    this.#counts.set(key, count);
    count.all += 1;
    const again = /^10+$/.test(String(count.all));
    if (count.all > TOLD && !again) return undefined;
    count.told = count.all;
    return again ? `${key} (${count.all} times by now)` : key;
  }

  /** At the end: what has come since it was told last. */
  rest(): string[] {
    return [...this.#counts].flatMap(([text, { all, told }]) =>
      all > told ? [`${text} (${all} times in all)`] : [],
    );
  }
}
