import type { Socket } from 'node:net';
import type { Ending } from './ending.ts';

/** The connection to which an output belongs. */
export interface OutputOwner {
  readonly open: boolean;
  /** @param ending why the connection ends */
  drop(ending: Ending): void;
}

/** Parts that have no more bytes than this together are copied into one: a second write costs more than the copy. */
const JOIN_LIMIT = 16 * 1024;

/** The output of a socket: it gathers the texts of one turn into one write, and bounds the bytes that wait. */
export class Output {
  readonly #socket: Socket;
  readonly #owner: OutputOwner;
  readonly #limit: number;
  /** Lines that will be sent at the end of this turn. */
  #text = '';
  #flushPlanned = false;

  /** @param options.limit bytes that may wait for the other side to read them; with more, the owner is dropped */
  constructor(
    options: { readonly limit: number },
    modules: { readonly socket: Socket; readonly owner: OutputOwner },
  ) {
    this.#limit = options.limit;
    this.#socket = modules.socket;
    this.#owner = modules.owner;
  }

  /** Sends the parts in one write, behind what was sent before. */
  send(parts: readonly (string | Uint8Array)[]): void {
    const [first] = parts;
    // The fast path for a job that goes to thousands of connections, and for the answers of a share.
    if (parts.length === 1 && first !== undefined) return this.#sendOne(first);
    if (parts.every((part) => typeof part === 'string')) {
      for (const part of parts) this.#text += part;
      if (this.#text.length > JOIN_LIMIT) this.flush();
      else this.#planFlush();
    } else if (this.#text === '') this.#write(parts);
    else {
      const text = this.#text;
      this.#text = '';
      this.#write([text, ...parts]);
    }
  }

  #sendOne(part: string | Uint8Array): void {
    if (typeof part === 'string') {
      this.#text += part;
      if (this.#text.length > JOIN_LIMIT) this.flush();
      else this.#planFlush();
    } else if (this.#text === '') this.#writeOne(part);
    else {
      const text = this.#text;
      this.#text = '';
      this.#write([text, part]);
    }
  }

  /** From now until `release` all texts wait. @returns what `release` takes */
  gather(): boolean {
    const planned = this.#flushPlanned;
    this.#flushPlanned = true;
    return planned;
  }

  /** Ends `gather`, and sends all its texts in one write. @param planned what `gather` returned */
  release(planned: boolean): void {
    this.#flushPlanned = planned;
    this.flush();
  }

  /** Writes the gathered text, unless the owner is closed. */
  flush(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    if (this.#owner.open) this.#writeOne(text);
  }

  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    // Not a microtask: ticks come after all microtasks, so the answers to a whole batch of verdicts leave in one write.
    process.nextTick(Output.#flush, this);
  }

  static #flush(output: Output): void {
    output.#flushPlanned = false;
    output.flush();
  }

  #write(parts: readonly (string | Uint8Array)[]): void {
    const [first] = parts;
    if (first === undefined) return;
    if (parts.length === 1) return this.#writeOne(first);
    this.#writeAll(parts);
    this.#check();
  }

  #writeOne(part: string | Uint8Array): void {
    this.#socket.write(part);
    this.#check();
  }

  #check(): void {
    if (this.#socket.writableLength <= this.#limit) return;
    this.#owner.drop({ cause: 'not_reading', detail: 'the other side does not read what this side sends' });
  }

  #writeAll(parts: readonly (string | Uint8Array)[]): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > JOIN_LIMIT) {
      this.#socket.cork();
      for (const part of parts) this.#socket.write(part);
      this.#socket.uncork();
    } else {
      const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
      this.#socket.write(Buffer.concat(bytes));
    }
  }
}
