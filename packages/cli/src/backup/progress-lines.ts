/** Time between two lines. A backup that is done before is not announced. */
const LINE_MS = 5_000;

/** Tells people what a long backup does, one line every five seconds. */
export class ProgressLines {
  readonly #out: { write(text: string): unknown } | undefined;
  readonly #now: () => number;
  #toldAt: number;

  /** @param out undefined: nobody reads it @param now milliseconds that only grow */
  constructor(
    out: { write(text: string): unknown } | undefined,
    now: () => number = () => performance.now(),
  ) {
    this.#out = out;
    this.#now = now;
    this.#toldAt = now();
  }

  at(step: string, files: number): void {
    const now = this.#now();
    if (now - this.#toldAt < LINE_MS) return;
    this.#toldAt = now;
    this.#out?.write(`backup: ${step}${files === 0 ? '' : `, ${files} files so far`}\n`);
  }
}
