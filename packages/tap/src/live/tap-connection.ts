import type { Socket } from 'node:net';
import { type ClientTlsOptions, dial } from '@adit/net';
import { OTHER_SIDE, Redactor, type Side, speaksNoTls } from '@adit/wire';
import { type ConversationEvent, MAX_LINE_BYTES } from '../recording/recording.ts';
import { type CutLine, LineCutter } from './line-cutter.ts';

type WithoutPlace<E> = E extends unknown ? Omit<E, 'at' | 'connection'> : never;
/** An event on one connection. The tap adds the connection and the time. */
type ConnectionEvent = WithoutPlace<ConversationEvent>;

export interface TapConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: ClientTlsOptions;
  readonly connectTimeoutMs: number;
}

export interface TapConnectionModules {
  readonly onEvent: (event: ConnectionEvent) => void;
  readonly onClosed: () => void;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One miner and its own connection to the pool, with everything that passes between them. */
export class TapConnection {
  readonly #sockets: Readonly<Record<Side, Socket>>;
  readonly #cutters: Readonly<Record<Side, LineCutter>>;
  readonly #opened: 'connect' | 'secureConnect';
  readonly #redactor = new Redactor();
  readonly #modules: TapConnectionModules;
  /** The number of sockets that are not closed yet. */
  #open = 2;
  #reason: string | undefined;

  /** @param miner a paused socket that may be half open */
  constructor(miner: Socket, options: TapConnectionOptions, modules: TapConnectionModules) {
    const { socket, opened } = dial({ ...options, allowHalfOpen: true });
    this.#sockets = { miner, pool: socket };
    this.#cutters = { miner: new LineCutter(MAX_LINE_BYTES), pool: new LineCutter(MAX_LINE_BYTES) };
    this.#opened = opened;
    this.#modules = modules;
    socket.setTimeout(options.connectTimeoutMs, () => {
      this.#fail('pool', 'no answer');
    });
  }

  start(): void {
    this.#modules.onEvent({ event: 'opened' });
    for (const side of ['miner', 'pool'] as const) {
      const socket = this.#sockets[side];
      // After a reset of one side, the other side's data may still be written to it before the error is known.
      socket.on('error', (error: NodeJS.ErrnoException) => this.#onError(side, error));
      socket.on('close', () => this.#gone());
    }
    this.#sockets.pool.once(this.#opened, () => {
      this.#sockets.pool.setTimeout(0);
      this.#pipe('miner');
      this.#pipe('pool');
    });
  }

  stop(): void {
    this.#reason ??= 'the tap was stopped';
    for (const socket of Object.values(this.#sockets)) socket.destroy();
  }

  /** Passes bytes on as they came, no faster than the other side takes them. One chunk and one high-water mark may wait. */
  #pipe(side: Side): void {
    const from = this.#sockets[side];
    const to = this.#sockets[OTHER_SIDE[side]];
    from.on('data', (chunk: Buffer) => {
      // Records before it passes on, so that the recording has a line before the answer to it.
      this.#look(side, chunk);
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => {
      this.#finish(side);
      this.#reason ??= `closed by the ${side}`;
      this.#modules.onEvent({ event: 'ended', from: side });
      to.end();
    });
    from.resume();
  }

  #look(side: Side, chunk: Uint8Array): void {
    for (const line of this.#cutters[side].push(chunk)) this.#tell(side, line);
  }

  #finish(side: Side): void {
    const rest = this.#cutters[side].finish();
    if (rest !== undefined) this.#tell(side, rest);
  }

  #tell(from: Side, { line, end, length, tooLong }: CutLine): void {
    const tail = end === '\n' ? {} : { end };
    const omit = (reason: string) => this.#modules.onEvent({ from, omitted: length, reason, ...tail });
    if (tooLong) return omit('too long');
    const redacted = this.#redactor.line(from, line);
    if (redacted.kind === 'omitted') return omit(`may hold a password: ${redacted.reason}`);
    const text = decode(redacted.line);
    if (text !== undefined) this.#modules.onEvent({ from, line: text, ...tail });
    else this.#modules.onEvent({ from, bytes: Buffer.from(redacted.line).toString('hex'), ...tail });
  }

  /** Passes the error of one side on to the other: over TCP a reset stays a reset. */
  #onError(side: Side, error: NodeJS.ErrnoException): void {
    const why = speaksNoTls(error) ? 'does not speak TLS' : (error.code ?? error.message);
    this.#fail(side, why, error.code === 'ECONNRESET');
  }

  /** Ends both sides. @param why a clause for people */
  #fail(side: Side, why: string, isReset = false): void {
    this.#reason ??= `${side}: ${why}`;
    this.#sockets[side].destroy();
    const other = this.#sockets[OTHER_SIDE[side]];
    if (isReset && !('encrypted' in other)) other.resetAndDestroy();
    else other.destroy();
  }

  #gone(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    this.#finish('miner');
    this.#finish('pool');
    this.#modules.onEvent({ event: 'closed', reason: this.#reason ?? 'closed' });
    this.#modules.onClosed();
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
