import type { Socket } from 'node:net';
import { LineSplitter, type Message, parseMessage } from '@adit/stratum';
import { Redactor } from '../tap/redact.ts';
import type { Turn } from './turn.ts';

export interface Received {
  readonly message: Message;
  readonly text: string;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** A miner that answers a job id of 100 KB may well send it back. */
const LINE_LIMIT = 1024 * 1024;
/** Messages of one connection: some hours of shares at the pace that is asked for; more only a flood has. */
const MAX_KEPT = 20_000;
/** Of each line only its beginning is kept as text. */
const TEXT_KEPT = 400;
/** Pieces of a line that are sent apart leave in turns of the event loop. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** One connection of a miner, driven by hand: what the check says is sent, and everything that comes is kept. */
export class MinerLink {
  readonly received: Received[] = [];
  readonly since = performance.now();
  readonly #socket: Socket;
  readonly #turn: () => Turn;
  readonly #splitter = new LineSplitter(LINE_LIMIT);
  readonly #waiting = new Set<() => void>();
  readonly #redactor = new Redactor();
  #listener: ((received: Received) => void) | undefined;
  /** While a line leaves in pieces: what waits behind it, or an answer would land in its middle. */
  #behind: (string | Uint8Array)[] | undefined;
  #closed: string | undefined;
  #closedAt = 0;

  constructor(socket: Socket, turn: () => Turn) {
    this.#socket = socket;
    this.#turn = turn;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#onClosed(error.code ?? error.message));
    socket.on('end', () => this.#onClosed('closed by the miner'));
    socket.on('close', () => this.#onClosed('closed'));
  }

  /** Why the connection ended; undefined while it is open. */
  get closed(): string | undefined {
    return this.#closed;
  }

  /** When it ended, on the clock of `performance.now()`. */
  get closedAt(): number {
    return this.#closedAt;
  }

  /** The address that the miner reached. */
  get localAddress(): string {
    return (this.#socket.localAddress ?? '').replace(/^::ffff:/, '');
  }

  /** Everything that has come and everything that comes is handed over, in order and once. */
  listen(listener: (received: Received) => void): void {
    this.#listener = listener;
    for (const received of [...this.received]) listener(received);
  }

  /** One line; the line end is added where it is missing. */
  send(line: string): void {
    this.bytes(line.endsWith('\n') ? line : `${line}\n`);
  }

  /** Bytes as they are. @param label what the report shows of them */
  bytes(data: string | Uint8Array, label?: string): void {
    if (label !== undefined) this.#turn().add(this, 'probe', label);
    else
      for (const line of Buffer.from(data).toString().trimEnd().split('\n'))
        this.#turn().add(this, 'probe', line);
    if (this.#behind !== undefined) this.#behind.push(data);
    else if (this.#closed === undefined) this.#socket.write(data);
  }

  /** Whole lines byte by byte, each on its own way; what is sent meanwhile leaves after them. */
  async slowly(data: string): Promise<void> {
    this.#turn().add(this, 'probe', `${data.trimEnd()} (byte by byte)`);
    const behind: (string | Uint8Array)[] = [];
    this.#behind = behind;
    for (const byte of Buffer.from(data)) {
      if (this.#closed !== undefined) return;
      this.#socket.write(Uint8Array.of(byte));
      await nextTurn();
    }
    this.#behind = undefined;
    for (const waiting of behind) this.#socket.write(waiting);
  }

  /** The first thing received, from place `from` on, that is wanted; waits for it, but not on a closed connection. */
  async next(
    wanted: (received: Received) => boolean,
    { within, from = 0 }: { readonly within: number; readonly from?: number },
  ): Promise<Received | undefined> {
    let place = from;
    let found: Received | undefined;
    await this.until(() => {
      while (found === undefined && place < this.received.length) {
        const candidate = this.received[place];
        place += 1;
        if (candidate !== undefined && wanted(candidate)) found = candidate;
      }
      return found !== undefined;
    }, within);
    return found;
  }

  /** Whether the condition came true in time; asked whenever something came, given up when the connection ends. */
  async until(condition: () => boolean, within: number): Promise<boolean> {
    const budget = this.#turn().budget(within);
    if (condition()) return true;
    if (this.#closed !== undefined) return false;
    const outcome = await new Promise<boolean>((resolve) => {
      const finish = (came: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(came);
      };
      const look = () => {
        if (condition()) finish(true);
        else if (this.#closed !== undefined) finish(false);
      };
      const timer = setTimeout(() => finish(condition()), budget);
      this.#waiting.add(look);
    });
    if (!outcome && budget < within && this.#closed === undefined) this.#turn().budget(0);
    return outcome;
  }

  /** Lets time pass, or less where the connection ends. @returns whether it is still open */
  async quiet(within: number): Promise<boolean> {
    await this.until(() => false, within);
    return this.#closed === undefined;
  }

  close(): void {
    this.#onClosed('closed by the probe');
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    if (this.#closed !== undefined) return;
    const { lines, tooLong } = this.#splitter.push(chunk);
    for (const line of lines) {
      const text = Buffer.from(line.subarray(0, TEXT_KEPT)).toString();
      const received = { message: parseMessage(line), text, at: performance.now() };
      this.#turn().add(this, 'peer', this.#shown(line));
      this.received.push(received);
      this.#listener?.(received);
      if (this.received.length >= MAX_KEPT) this.close();
    }
    if (tooLong) {
      this.#turn().add(this, 'peer', `(a line of more than ${LINE_LIMIT} bytes)`);
      this.close();
    }
    this.#wake();
  }

  /** What a report shows of a line: the password in it is nobody's business. */
  #shown(line: Uint8Array): string {
    const redacted = this.#redactor.line('miner', line);
    if (redacted.kind === 'omitted') return `(a line that is not shown: ${redacted.reason})`;
    return Buffer.from(redacted.line.subarray(0, TEXT_KEPT)).toString();
  }

  #onClosed(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#closedAt = performance.now();
    this.#turn().add(this, 'peer', `(${reason})`);
    this.#socket.destroy();
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
