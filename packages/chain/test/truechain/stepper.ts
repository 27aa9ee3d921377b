/** A `sleep` and a `now` under a test's control: the loop under test continues only when the test says so. */
export class Stepper {
  #now = 1_700_000_000_000;
  #wake: (() => void) | undefined;
  #onSleep: (() => void) | undefined;
  /** How long the loop wanted to sleep the last time. */
  lastMs = 0;

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new Error('aborted'));
        return;
      }
      this.lastMs = ms;
      signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      this.#wake = () => {
        this.#now += ms;
        resolve();
      };
      this.#onSleep?.();
    });

  /** Resolves at the loop's next sleep; `act` starts what leads to it. */
  async until(act: () => void): Promise<void> {
    const slept = new Promise<void>((resolve) => {
      this.#onSleep = resolve;
    });
    act();
    await slept;
  }

  /** Lets the loop run once more, or several times. */
  async step(times = 1): Promise<void> {
    for (let i = 0; i < times; i += 1) await this.until(() => this.#wake?.());
  }
}
