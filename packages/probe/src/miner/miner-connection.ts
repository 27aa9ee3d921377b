import type { Socket } from 'node:net';
import type { WireLine } from '../report/finding.ts';
import { Connection, type Received } from '../wire/connection.ts';
import { Redactor } from '../wire/redact.ts';
import type { CheckRun } from './check-run.ts';

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

/** One connection of a miner. It outlives checks: what it sends and hears belongs to the check that runs. */
export class MinerConnection extends Connection {
  readonly #checkRun: () => CheckRun;
  readonly #redactor = new Redactor();
  #listener: ((received: Received) => void) | undefined;
  #onFirst: (() => void) | undefined;
  /** Lines that came before a check took this connection. They belong into the report of that check as well. */
  readonly #early: { readonly checkRun: CheckRun; readonly text: string }[] = [];
  #keptBytes = 0;
  /** While a line leaves in pieces: what waits behind it, or an answer would land in its middle. */
  #behind: (string | Uint8Array)[] | undefined;

  /** @param checkRun the check that runs now */
  constructor(socket: Socket, checkRun: () => CheckRun) {
    super({ otherSide: 'miner', lineLimit: LINE_LIMIT, textKept: TEXT_KEPT }, socket);
    this.#checkRun = checkRun;
    socket.setNoDelay(true);
  }

  /** The address that the miner reached. */
  get localAddress(): string {
    return (this.socket.localAddress ?? '').replace(/^::ffff:/, '');
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
    for (const { checkRun, text } of this.#early.splice(0)) {
      if (checkRun !== this.#checkRun()) this.#checkRun().add(this, 'peer', text);
    }
    for (const received of [...this.received]) listener(received);
  }

  /** One line; the line end is added where it is missing. */
  send(line: string): void {
    this.bytes(line.endsWith('\n') ? line : `${line}\n`);
  }

  /** Bytes as they are. @param label what the report shows of them */
  bytes(data: string | Uint8Array, label?: string): void {
    if (label !== undefined) this.#checkRun().add(this, 'probe', label);
    else
      for (const line of Buffer.from(data).toString().trimEnd().split('\n'))
        this.#checkRun().add(this, 'probe', line);
    if (this.closed !== undefined) return;
    if (this.#behind !== undefined) this.#behind.push(data);
    else this.socket.write(data);
    const waiting = this.#behind?.reduce((sum, { length }) => sum + length, 0) ?? 0;
    if (this.socket.writableLength + waiting > MAX_UNREAD)
      this.giveUp(`it leaves more than ${MAX_UNREAD / MIB} MiB unread`);
  }

  /** Whole lines byte by byte, each on its own way; what is sent meanwhile leaves after them. */
  async slowly(data: string): Promise<void> {
    this.#checkRun().add(this, 'probe', `${data.trimEnd()} (byte by byte)`);
    const behind: (string | Uint8Array)[] = [];
    this.#behind = behind;
    try {
      for (const byte of Buffer.from(data)) {
        if (this.closed !== undefined) return;
        this.socket.write(Uint8Array.of(byte));
        await nextTurn();
      }
    } finally {
      this.#behind = undefined;
    }
    for (const waiting of behind) if (this.closed === undefined) this.socket.write(waiting);
  }

  /** @throws Judged `cannot_tell` when the time of the check is over, too */
  override async until(condition: () => boolean, within: number): Promise<boolean> {
    const budget = this.#checkRun().budget(within);
    const came = await super.until(condition, budget);
    if (!came && budget < within && this.closed === undefined) this.#checkRun().budget(0);
    return came;
  }

  /** Lets time pass, or less where the connection ends. @returns whether it is still open */
  async quiet(within: number): Promise<boolean> {
    await this.until(() => false, within);
    return this.closed === undefined;
  }

  protected override record(from: WireLine['from'], text: string): void {
    const checkRun = this.#checkRun();
    checkRun.add(this, from, text);
    if (from === 'peer' && this.#listener === undefined && this.#early.length < EARLY_LINES)
      this.#early.push({ checkRun, text });
  }

  /** Without the password that may be in it. */
  protected override shown(line: Uint8Array): string {
    const redacted = this.#redactor.line('miner', line);
    if (redacted.kind === 'omitted')
      return `(a line of ${line.length} bytes that is not shown: ${redacted.reason})`;
    return Buffer.from(redacted.line.subarray(0, TEXT_KEPT)).toString();
  }

  protected override onMessage(received: Received, line: Uint8Array): void {
    this.#keptBytes += weightOf(line);
    this.#listener?.(received);
    this.#onFirst?.();
    this.#onFirst = undefined;
    const { messages, bytes } = this.#listener === undefined ? WAITING : HEARD;
    if (this.received.length >= messages) this.giveUp(`it sent ${messages} messages`);
    else if (this.#keptBytes > bytes)
      this.giveUp(`it sent more than is kept of one connection, ${bytes / MIB} MiB`);
  }
}

/** What a message takes in memory, about: its text, and an object for each member that it may have. */
function weightOf(line: Uint8Array): number {
  let members = 1;
  for (const byte of line) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) members += 1;
  return line.length + TEXT_KEPT + members * MEMBER_BYTES;
}
