import type { Socket } from 'node:net';
import { memoryOf, type Received, Redactor, type Speaker } from '@adit/wire';
import { ExaminedConnection } from '../../checks/examined-connection.ts';
import type { CheckRun } from './check-run.ts';

/** The longest line. A miner sends a job id of 100 KB back in its submissions. */
const LINE_LIMIT_BYTES = 1024 * 1024;

interface Budget {
  readonly messages: number;
  /** Memory that the messages take, estimated. */
  readonly bytes: number;
}
const MIB = 1024 * 1024;
/** For a connection that a check uses. Half an hour of shares at `paceMs` fits; only a flood has more. */
const HEARD: Budget = { messages: 20_000, bytes: 32 * MIB };
/** For a connection that waits for a check. A login fits, with the requests that a hasty miner repeats. */
const WAITING: Budget = { messages: 256, bytes: 2 * MIB };
/** The most that a miner may leave unread. The longest answer, the seeds of a dataset, has 370 KB. */
const MAX_UNREAD_BYTES = 16 * MIB;
/** A login has fewer lines. */
const EARLY_LINES = 16;
/** The beginning of each line is kept as text. */
const TEXT_KEPT_BYTES = 400;
/** Lets the event loop send one piece of a line before the next. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** One connection of a miner. It outlives checks: each line belongs to the report of the check that runs. */
export class MinerConnection extends ExaminedConnection {
  readonly #checkRun: () => CheckRun;
  readonly #redactor = new Redactor();
  #listener: ((received: Received) => void) | undefined;
  #onFirst: (() => void) | undefined;
  /** Lines that came before a check used this connection. The report of that check shows them too. */
  readonly #early: { readonly checkRun: CheckRun; readonly text: string }[] = [];
  #keptBytes = 0;
  /** Set while a line leaves in pieces. Other lines wait here, so that none lands inside it. */
  #behind: (string | Uint8Array)[] | undefined;

  /** @param checkRun says which check runs now */
  constructor(socket: Socket, checkRun: () => CheckRun) {
    super({ otherSide: 'miner', lineLimit: LINE_LIMIT_BYTES, textKept: TEXT_KEPT_BYTES }, socket);
    this.#checkRun = checkRun;
    socket.setNoDelay(true);
  }

  /** The address that the miner reached. */
  get localAddress(): string {
    return (this.socket.localAddress ?? '').replace(/^::ffff:/, '');
  }

  /** An estimate of the memory that the kept messages take. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** @param callback called once, when the first message comes */
  speaks(callback: () => void): void {
    this.#onFirst = callback;
  }

  /** Gives every message to the listener once and in order, those that have come already first. */
  listen(listener: (received: Received) => void): void {
    this.#listener = listener;
    for (const { checkRun, text } of this.#early.splice(0)) {
      if (checkRun !== this.#checkRun()) this.#checkRun().add(this, 'peer', text);
    }
    for (const received of [...this.received]) listener(received);
  }

  /** Sends one line, and adds the line end where it is missing. */
  send(line: string): void {
    this.bytes(line.endsWith('\n') ? line : `${line}\n`);
  }

  /** Sends bytes as they are. @param label what the report shows in their place */
  bytes(data: string | Uint8Array, label?: string): void {
    if (label !== undefined) this.#checkRun().add(this, 'probe', label);
    else
      for (const line of Buffer.from(data).toString().trimEnd().split('\n'))
        this.#checkRun().add(this, 'probe', line);
    if (this.closed !== undefined) return;
    if (this.#behind !== undefined) this.#behind.push(data);
    else this.write(data);
    const waiting = this.#behind?.reduce((sum, { length }) => sum + length, 0) ?? 0;
    if (this.socket.writableLength + waiting > MAX_UNREAD_BYTES)
      this.giveUp(`it leaves more than ${MAX_UNREAD_BYTES / MIB} MiB unread`);
  }

  /** Sends whole lines byte by byte, each byte in its own write. Lines that are sent in the meantime leave after them. */
  async slowly(data: string): Promise<void> {
    this.#checkRun().add(this, 'probe', `${data.trimEnd()} (byte by byte)`);
    const behind: (string | Uint8Array)[] = [];
    this.#behind = behind;
    try {
      for (const byte of Buffer.from(data)) {
        if (this.closed !== undefined) return;
        this.write(Uint8Array.of(byte));
        await nextTurn();
      }
    } finally {
      this.#behind = undefined;
    }
    for (const waiting of behind) this.write(waiting);
  }

  /** @throws Judged `cannot_tell` also when the time of the check is over */
  override async until(condition: () => boolean, within: number): Promise<boolean> {
    const budget = this.#checkRun().budget(within);
    const came = await super.until(condition, budget);
    if (!came && budget < within && this.closed === undefined) this.#checkRun().budget(0);
    return came;
  }

  /** Waits for `within` milliseconds, or until the connection ends. @returns whether it is still open */
  async quiet(within: number): Promise<boolean> {
    await this.until(() => false, within);
    return this.closed === undefined;
  }

  protected override record(from: Speaker, text: string): void {
    const checkRun = this.#checkRun();
    checkRun.add(this, from, text);
    if (from === 'peer' && this.#listener === undefined && this.#early.length < EARLY_LINES)
      this.#early.push({ checkRun, text });
  }

  /** The line without its password. */
  protected override shown(line: Uint8Array): string {
    const redacted = this.#redactor.line('miner', line);
    if (redacted.kind === 'omitted')
      return `(a line of ${line.length} bytes that is not shown: ${redacted.reason})`;
    return Buffer.from(redacted.line.subarray(0, TEXT_KEPT_BYTES)).toString();
  }

  protected override onMessage(received: Received, line: Uint8Array): void {
    this.#keptBytes += memoryOf(line) + TEXT_KEPT_BYTES;
    this.#listener?.(received);
    this.#onFirst?.();
    this.#onFirst = undefined;
    const { messages, bytes } = this.#listener === undefined ? WAITING : HEARD;
    if (this.received.length >= messages) this.giveUp(`it sent ${messages} messages`);
    else if (this.#keptBytes > bytes)
      this.giveUp(`it sent more than is kept of one connection, ${bytes / MIB} MiB`);
  }
}
