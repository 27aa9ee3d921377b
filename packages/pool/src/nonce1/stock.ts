import { AditError, messageOf } from '@adit/primitives';
import type { Nonce1Block, Nonce1Wanted } from './leases.ts';

export interface Nonce1Modules {
  /** Leases a block of values; see `Nonce1Thread`. */
  readonly lease: (wanted: Nonce1Wanted) => Promise<Nonce1Block | undefined>;
  /** Values cannot be leased at the moment. Called once for each code. */
  readonly onProblem?: (failure: AditError) => void;
  /** Milliseconds of a clock that only grows. */
  readonly now?: () => number;
}

interface InHand {
  readonly block: Nonce1Block;
  used: number;
}

/** Pause after a request that brought no block. Otherwise every new connection would ask again. */
const RETRY_MS = 1_000;
/** The thread itself waits for a locked file. This pause only keeps the main thread from a busy loop if it does not. */
const PAUSE_MS = 50;

const NONE_LEFT = 'no nonce1 is left: all are in use or rest until their work is gone';
const BEING_FETCHED = 'no nonce1 is at hand, more are being fetched: please connect again';

/** Values of one length that nobody had yet: the block in hand, and the next one, which is fetched in time. */
export class Nonce1Stock {
  readonly #wanted: Nonce1Wanted;
  readonly #modules: Nonce1Modules;
  readonly #now: () => number;
  #inHand: InHand | undefined;
  #next: Nonce1Block | undefined;
  #fetching: Promise<void> | undefined;
  #retryAt = Number.NEGATIVE_INFINITY;
  #noneLeft = false;
  #failure: AditError | undefined;

  constructor(wanted: Nonce1Wanted, modules: Nonce1Modules) {
    this.#wanted = wanted;
    this.#modules = modules;
    this.#now = modules.now ?? (() => performance.now());
  }

  /** Why `next` has nothing. */
  get whyEmpty(): string {
    if (this.#failure !== undefined) {
      return `no nonce1 is at hand: the leases in the data folder do not answer (${this.#failure.message})`;
    }
    return this.#noneLeft ? NONE_LEFT : BEING_FETCHED;
  }

  /** The next value and the start of its block; undefined where none is at hand. */
  next(): { nonce1: Uint8Array; block: number } | undefined {
    if (this.#left === 0 && this.#next !== undefined) this.#begin(this.#next);
    const value = this.#takeOne();
    this.#lookAhead();
    return value;
  }

  /** @see Nonce1Allocator.begin */
  async begin(timeoutMs: number): Promise<void> {
    const deadline = this.#now() + timeoutMs;
    const late = Promise.withResolvers<AditError>();
    const timer = setTimeout(
      () => late.resolve(unusable(`no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    try {
      while (this.#left === 0 && this.#next === undefined) {
        const tooLate = await Promise.race([this.#fetch(), late.promise]);
        if (tooLate !== undefined) throw tooLate;
        if (this.#failure === undefined) return;
        const again = this.#failure.code === 'ADIT_LEASES_LOCKED' && this.#now() < deadline;
        if (!again) throw unusable(this.#failure.message, this.#failure);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Forgets blocks that belong to another process now. */
  forget(isLost: (block: number) => boolean): void {
    if (this.#next !== undefined && isLost(this.#next.lease.start)) this.#next = undefined;
    if (this.#inHand !== undefined && isLost(this.#inHand.block.lease.start)) this.#inHand = undefined;
  }

  get #left(): number {
    if (this.#inHand === undefined) return 0;
    return this.#inHand.block.nonce1s.length / this.#wanted.length - this.#inHand.used;
  }

  #begin(block: Nonce1Block): void {
    this.#inHand = { block, used: 0 };
    this.#next = undefined;
  }

  #takeOne(): { nonce1: Uint8Array; block: number } | undefined {
    if (this.#inHand === undefined || this.#left === 0) return undefined;
    const { block } = this.#inHand;
    const { length } = this.#wanted;
    const nonce1 = block.nonce1s.subarray(this.#inHand.used * length, (this.#inHand.used + 1) * length);
    this.#inHand.used += 1;
    return { nonce1, block: block.lease.start };
  }

  #lookAhead(): void {
    if (this.#next !== undefined || this.#now() < this.#retryAt) return;
    if (this.#left * 4 > (this.#inHand?.block.lease.size ?? 0)) return;
    void this.#fetch();
  }

  #fetch(): Promise<void> {
    this.#fetching ??= this.#lease().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Never throws: a connection that gets no value comes again, and the next request tries again. */
  async #lease(): Promise<void> {
    try {
      const block = await this.#modules.lease(this.#wanted);
      this.#failure = undefined;
      this.#noneLeft = block === undefined;
      if (block === undefined) this.#retryAt = this.#now() + RETRY_MS;
      else if (this.#left === 0) this.#begin(block);
      else this.#next = block;
    } catch (error) {
      const failure =
        error instanceof AditError ? error : new AditError('ADIT_LEASES_FAILED', messageOf(error));
      this.#retryAt = this.#now() + RETRY_MS;
      if (this.#failure?.code !== failure.code) this.#modules.onProblem?.(failure);
      this.#failure = failure;
    }
  }
}

function unusable(reason: string, cause?: unknown): AditError {
  const text = `the leases of nonce1 values in the data folder cannot be used: ${reason}`;
  return new AditError('ADIT_DATA_FOLDER', text, { cause });
}
