/** This many notes of each text are printed one by one. */
const TOLD = 3;
/** Different texts that are counted. A recording has few, but a miner may send any method name. */
const MOST_TEXTS = 200;
const OTHERS = 'more of other kinds';

/**
 * Thins out notes that may come by the thousand: prints the first three of each text, then the 10th, the 100th, and so
 * on.
 */
export class Notes {
  readonly #counts = new Map<string, { all: number; told: number }>();

  /** @returns the text to print; undefined if this note is only counted */
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

  /** At the end: the total of each text that was not printed in full. */
  rest(): string[] {
    return [...this.#counts].flatMap(([text, { all, told }]) =>
      all > told ? [`${text} (${all} times in all)`] : [],
    );
  }
}
