import type { Socket } from 'node:net';
import { messageOf } from '@adit/primitives';
import { LineSplitter, type Message, parseMessage } from '@adit/stratum';
import { cannotTell, Judged } from '../report/finding.ts';
import { afterAwake } from '../wire/awake.ts';
import { Redactor } from '../wire/redact.ts';
import type { Turn } from './turn.ts';

export interface Received {
  readonly message: Message;
  readonly text: string;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** A miner that answers a job id of 100 KB may well send it back. */
const LINE_LIMIT = 1024 * 1024;

interface Budget {
  readonly messages: number;
  /** As it lies in memory, about. */
  readonly bytes: number;
}
const MIB = 1024 * 1024;
/** Of one connection that a check has: half an hour of shares at the pace that is asked for; more only a flood has. */
const HEARD: Budget = { messages: 20_000, bytes: 32 * MIB };
/** Of one that waits for a check: a login, and what a hasty miner repeats meanwhile. */
const WAITING: Budget = { messages: 256, bytes: 2 * MIB };
/** What a member of a list or an object takes beside its digits: two bytes of the wire can make an object. */
const MEMBER_BYTES = 64;
/** For a miner that reads slowly; the longest answer, the seeds of a dataset, has 370 KB. */
const MAX_UNREAD = 16 * MIB;
/** More than a login has. */
const EARLY_LINES = 16;
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
  #onFirst: (() => void) | undefined;
  /** Lines that came before a check took this connection. They belong into the conversation of that check as well. */
  readonly #early: { readonly turn: Turn; readonly text: string }[] = [];
  #keptBytes = 0;
  /** Where the probe itself did not know what to do with a message: nothing can be told of this connection. */
  #broken: string | undefined;
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

  /** About how much memory everything that has come takes. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Called once, when the first message comes. */
  speaks(callback: () => void): void {
    this.#onFirst = callback;
  }

  /** Everything that has come and everything that comes is handed over, in order and once. */
  listen(listener: (received: Received) => void): void {
    this.#listener = listener;
    for (const { turn, text } of this.#early.splice(0)) {
      if (turn !== this.#turn()) this.#turn().add(this, 'peer', text);
    }
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
    if (this.#closed !== undefined) return;
    if (this.#behind !== undefined) this.#behind.push(data);
    else this.#socket.write(data);
    const waiting = this.#behind?.reduce((sum, { length }) => sum + length, 0) ?? 0;
    if (this.#socket.writableLength + waiting > MAX_UNREAD)
      this.#giveUp(`it leaves more than ${MAX_UNREAD / MIB} MiB unread`);
  }

  /** Whole lines byte by byte, each on its own way; what is sent meanwhile leaves after them. */
  async slowly(data: string): Promise<void> {
    this.#turn().add(this, 'probe', `${data.trimEnd()} (byte by byte)`);
    const behind: (string | Uint8Array)[] = [];
    this.#behind = behind;
    try {
      for (const byte of Buffer.from(data)) {
        if (this.#closed !== undefined) return;
        this.#socket.write(Uint8Array.of(byte));
        await nextTurn();
      }
    } finally {
      this.#behind = undefined;
    }
    for (const waiting of behind) if (this.#closed === undefined) this.#socket.write(waiting);
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

  /**
   * Whether the condition came true in time; asked whenever something came, given up when the connection ends.
   * @throws Judged `cannot_tell` where the probe itself ended it
   */
  async until(condition: () => boolean, within: number): Promise<boolean> {
    const budget = this.#turn().budget(within);
    if (condition()) return true;
    this.#whole();
    if (this.#closed !== undefined) return false;
    const outcome = await new Promise<boolean>((resolve, reject) => {
      // What is thrown in a socket's or a timer's turn would end the run.
      const look = (last: boolean) => {
        try {
          const came = condition();
          if (!came && !last && this.#closed === undefined) return;
          resolve(came);
        } catch (error) {
          reject(error);
        }
        stop();
        this.#waiting.delete(wake);
      };
      const wake = () => look(false);
      const stop = afterAwake(budget, () => look(true));
      this.#waiting.add(wake);
    });
    if (!outcome) this.#whole();
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
      if (this.#closed !== undefined) break;
      try {
        this.#onLine(line);
      } catch (error) {
        // One message that the probe cannot cope with must not cost the findings of the whole run.
        this.#broken = `the probe itself failed: ${messageOf(error)}`;
        this.#giveUp(this.#broken);
      }
    }
    if (tooLong) this.#giveUp(`a line of more than ${LINE_LIMIT} bytes`);
    this.#wake();
  }

  #onLine(line: Uint8Array): void {
    const text = Buffer.from(line.subarray(0, TEXT_KEPT)).toString();
    const received = { message: parseMessage(line), text, at: performance.now() };
    this.#tell(this.#shown(line));
    this.received.push(received);
    this.#keptBytes += weightOf(line);
    this.#listener?.(received);
    this.#onFirst?.();
    this.#onFirst = undefined;
    const { messages, bytes } = this.#listener === undefined ? WAITING : HEARD;
    if (this.received.length >= messages) this.#giveUp(`it sent ${messages} messages`);
    else if (this.#keptBytes > bytes)
      this.#giveUp(`it sent more than is kept of one connection, ${bytes / MIB} MiB`);
  }

  #tell(text: string): void {
    const turn = this.#turn();
    turn.add(this, 'peer', text);
    if (this.#listener === undefined && this.#early.length < EARLY_LINES) this.#early.push({ turn, text });
  }

  /** What a report shows of a line: the password in it is nobody's business. */
  #shown(line: Uint8Array): string {
    const redacted = this.#redactor.line('miner', line);
    if (redacted.kind === 'omitted')
      return `(a line of ${line.length} bytes that is not shown: ${redacted.reason})`;
    return Buffer.from(redacted.line.subarray(0, TEXT_KEPT)).toString();
  }

  #onClosed(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#closedAt = performance.now();
    this.#tell(`(${reason})`);
    this.#socket.destroy();
    this.#wake();
  }

  #giveUp(why: string): void {
    this.#onClosed(`closed by the probe: ${why}`);
  }

  /** @throws Judged `cannot_tell` where this connection ended by a mistake of the probe */
  #whole(): void {
    if (this.#broken !== undefined) throw new Judged(cannotTell(this.#broken));
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** What a message takes in memory, about: its text, and an object for each member that it may have. */
function weightOf(line: Uint8Array): number {
  let members = 1;
  for (const byte of line) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) members += 1;
  return line.length + TEXT_KEPT + members * MEMBER_BYTES;
}
