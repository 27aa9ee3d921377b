import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ProblemError } from '../problems.ts';

/** An answer that is ready to be sent. */
export interface ReadyAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  /** Undefined where it would not be smaller. */
  readonly gzip: Buffer | undefined;
  readonly etag: string;
  /** How long a browser may use it, in seconds; undefined for one that nobody may keep. */
  readonly seconds: number | undefined;
}

/** Bounds of a cache. */
export interface AnswerCacheOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

interface Entry {
  readonly answer: ReadyAnswer;
  readonly untilMs: number;
  readonly bytes: number;
}

/** Smaller bodies fit into one packet anyway. */
const LEAST_GZIP_BYTES = 1_024;
/** Answers that are made at once. Each takes milliseconds; more wait in vain, and are told so. */
const MOST_MAKING = 64;
/** Keys, the map, the buffers' heads. */
const ENTRY_BYTES = 512;

/**
 * Answers by their addresses. However many callers ask for one at once, it is made once; the others wait for it. The one that was used
 * longest ago goes first.
 */
export class AnswerCache {
  readonly #options: AnswerCacheOptions;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #making = new Map<string, Promise<ReadyAnswer>>();
  #bytes = 0;

  /** @param now milliseconds of a monotonic clock */
  constructor(options: AnswerCacheOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Answers that are being made. */
  get making(): number {
    return this.#making.size;
  }

  /** @returns the answer if it is there and young enough */
  find(key: string): ReadyAnswer | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.untilMs <= this.#now()) {
      this.#remove(key, entry);
      return undefined;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.answer;
  }

  /**
   * The answer, which is made if it is not there.
   * @param make is called once at a time for a key; what it throws, all callers get, and nothing is kept
   * @throws ProblemError `ADIT_API_BUSY` where too many others are being made
   */
  get(key: string, make: () => Promise<ReadyAnswer>): Promise<ReadyAnswer> {
    const ready = this.find(key);
    if (ready !== undefined) return Promise.resolve(ready);
    const underWay = this.#making.get(key);
    if (underWay !== undefined) return underWay;
    if (this.#making.size >= MOST_MAKING) return Promise.reject(new ProblemError('ADIT_API_BUSY'));
    const made = make()
      .then((answer) => {
        this.put(key, answer);
        return answer;
      })
      .finally(() => this.#making.delete(key));
    this.#making.set(key, made);
    return made;
  }

  /** Keeps an answer for as long as it may be kept. */
  put(key: string, answer: ReadyAnswer): void {
    if (answer.seconds === undefined) return;
    const before = this.#entries.get(key);
    if (before !== undefined) this.#remove(key, before);
    const bytes = ENTRY_BYTES + key.length * 2 + answer.body.length + (answer.gzip?.length ?? 0);
    if (bytes > this.#options.maxBytes) return;
    this.#entries.set(key, { answer, untilMs: this.#now() + answer.seconds * 1000, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= this.#options.maxEntries && this.#bytes <= this.#options.maxBytes) return;
      this.#remove(oldest, entry);
    }
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

/** Makes an answer ready: its hash, and its short form. */
export function readyAnswer(
  status: number,
  type: string,
  text: string | Buffer,
  seconds: number | undefined,
): ReadyAnswer {
  const body = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  const short = body.length < LEAST_GZIP_BYTES ? undefined : gzipSync(body, { level: 6 });
  const gzip = short !== undefined && short.length < body.length ? short : undefined;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { status, type, body, gzip, etag, seconds };
}
