export interface RestingNonce {
  readonly nonce1: Uint8Array;
  /** Start of its block. */
  readonly block: number;
}

interface Chunk {
  readonly nonce1s: Uint8Array;
  readonly blocks: Uint32Array;
  readonly times: Float64Array;
  /** The entries from `from` to `to` (exclusive) are in use. */
  from: number;
  to: number;
}

const CHUNK = 1024;

/** nonce1 values of one length that were given back, the oldest first. Each costs 12 bytes and the value itself. */
export class RestingNonces {
  readonly #length: number;
  #chunks: Chunk[] = [];
  #size = 0;

  constructor(length: number) {
    this.#length = length;
  }

  get size(): number {
    return this.#size;
  }

  /** @param at when the value was given back, in milliseconds of a clock that only grows; never before the last one */
  put({ nonce1, block }: RestingNonce, at: number): void {
    const chunk = this.#lastWithRoom();
    chunk.nonce1s.set(nonce1, chunk.to * this.#length);
    chunk.blocks[chunk.to] = block;
    chunk.times[chunk.to] = at;
    chunk.to += 1;
    this.#size += 1;
  }

  /** Takes the oldest value, if it was given back before this moment. */
  takeBefore(moment: number): RestingNonce | undefined {
    const chunk = this.#chunks[0];
    if (chunk === undefined || (chunk.times[chunk.from] ?? moment) >= moment) return undefined;
    const taken = this.#at(chunk, chunk.from);
    chunk.from += 1;
    this.#size -= 1;
    if (chunk.from === chunk.to) this.#chunks.shift();
    return taken;
  }

  /** Forgets values of blocks that belong to another process now. */
  forget(isLost: (block: number) => boolean): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#size = 0;
    for (const chunk of chunks) {
      for (let i = chunk.from; i < chunk.to; i += 1) {
        const resting = this.#at(chunk, i);
        if (!isLost(resting.block)) this.put(resting, chunk.times[i] ?? 0);
      }
    }
  }

  #at(chunk: Chunk, i: number): RestingNonce {
    const nonce1 = chunk.nonce1s.slice(i * this.#length, (i + 1) * this.#length);
    return { nonce1, block: chunk.blocks[i] ?? 0 };
  }

  #lastWithRoom(): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.to < CHUNK) return last;
    const chunk = {
      nonce1s: new Uint8Array(CHUNK * this.#length),
      blocks: new Uint32Array(CHUNK),
      times: new Float64Array(CHUNK),
      from: 0,
      to: 0,
    };
    this.#chunks.push(chunk);
    return chunk;
  }
}
