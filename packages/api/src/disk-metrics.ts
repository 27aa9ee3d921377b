import { freeBytesOf } from '@adit/pool';
import { Gauge, type Registry } from 'prom-client';

/** Longest wait for the answer: a disk of another machine may hang, and a scrape must not. */
const ANSWER_MS = 1_000;

/** The disk of the data folder. When it is full, shares are refused. */
export class DiskMetrics {
  readonly #free: Gauge;
  readonly #folder: string | undefined;
  #asking: Promise<number | undefined> | undefined;

  /** @param folder undefined where there is none, as in tests */
  constructor(registry: Registry, folder: string | undefined) {
    this.#folder = folder;
    this.#free = new Gauge({
      name: 'adit_disk_free_bytes',
      help: 'Bytes that the pool may still write to the disk of its data folder; NaN while the disk does not answer',
      registers: [registry],
    });
  }

  /** Called before each scrape. */
  async collect(): Promise<void> {
    // While a disk hangs, one question waits for it, not one for each scrape.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), ANSWER_MS);
    const free = await Promise.race([this.#asking, late.promise]);
    clearTimeout(timer);
    this.#free.set(free ?? Number.NaN);
  }

  async #ask(): Promise<number | undefined> {
    if (this.#folder === undefined) return undefined;
    return freeBytesOf(this.#folder).catch(() => undefined);
  }
}
