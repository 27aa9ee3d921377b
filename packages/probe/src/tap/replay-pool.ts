import { createServer, type Server, type Socket } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import { errorLine, LineSplitter, parseMessage, SERVER_LINE_LIMIT } from '@adit/stratum';
import { isThisMachine, numeric, placeOf } from '../wire/address.ts';
import { printable } from '../wire/printable.ts';
import { RecordedPool, type Sending } from './recorded-pool.ts';
import { type Conversation, type ConversationEvent, requireConnection } from './recording.ts';

export interface ReplayPoolOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** Leaves out the recorded pauses. */
  readonly fast: boolean;
  readonly allowRemote?: boolean;
}

export interface ReplayPoolModules {
  /** Called with notes for people: connections that come, requests without an answer in the recording. */
  readonly onNote?: (connection: number, text: string) => void;
}

/** The most connections. Each holds the lines that it has still to send, which are at most the recording. */
const MAX_CONNECTIONS = 64;
/** Recorded pauses are shortened to this. */
const LONGEST_PAUSE_MS = 120_000;

/**
 * Plays the pool's part of a conversation to miners. The first that connects gets the first connection of the
 * recording, and so on, from the beginning again when there are no more.
 */
export class ReplayPool {
  readonly #options: ReplayPoolOptions;
  readonly #modules: ReplayPoolModules;
  readonly #parts: readonly (readonly ConversationEvent[])[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #count = 0;

  /** @throws AditError `ADIT_NOT_LOOPBACK`; `ADIT_BAD_RECORDING` where no connection is in it */
  constructor(conversation: Conversation, options: ReplayPoolOptions, modules: ReplayPoolModules = {}) {
    if (options.allowRemote !== true && !isThisMachine(options.listen.host)) {
      throw new AditError(
        'ADIT_NOT_LOOPBACK',
        `${options.listen.host} can be reached by others: listen on 127.0.0.1, or say --i-operate-this-pool`,
      );
    }
    requireConnection(conversation);
    this.#parts = [...Map.groupBy(conversation.events, ({ connection }) => connection).values()];
    this.#options = options;
    this.#modules = modules;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** @returns the port it listens on @throws AditError `ADIT_LISTEN` */
  async start(): Promise<number> {
    const { host, port } = this.#options.listen;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => {
        reject(new AditError('ADIT_LISTEN', `cannot listen on ${placeOf(host, port)}: ${messageOf(error)}`));
      });
      this.#server.listen({ host: numeric(host), port }, resolve);
    });
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {});
    const events = this.#parts[this.#count % this.#parts.length];
    if (events === undefined || this.#sockets.size >= MAX_CONNECTIONS) {
      socket.destroy();
      return;
    }
    this.#count += 1;
    const number = this.#count;
    this.#sockets.add(socket);
    const note = (text: string) => this.#modules.onNote?.(number, text);
    const again = number > this.#parts.length ? ' again: it has no more' : '';
    note(`a miner connects and gets connection ${events[0]?.connection} of the recording${again}`);
    const recorded = new RecordedPool(events);
    const player = new Player(socket, this.#options.fast);
    const splitter = new LineSplitter(SERVER_LINE_LIMIT);
    player.play(recorded.begin());
    socket.on('data', (chunk: Buffer) => {
      const { lines, tooLong } = splitter.push(chunk);
      for (const line of lines) {
        const message = parseMessage(line);
        const { sendings, unknown } = recorded.heard(message);
        player.play(sendings);
        if (!unknown || message.kind === 'response') continue;
        note(
          `the recording has no (further) answer to ${message.kind === 'fault' ? 'that' : printable(message.method, 40)}`,
        );
        if (message.kind !== 'notification') {
          player.play([sending(errorLine(message.id, 20, 'the recording has no answer to this', null))]);
        }
      }
      if (tooLong) socket.destroy();
    });
    socket.on('end', () => player.finish());
    socket.on('close', () => {
      player.stop();
      this.#sockets.delete(socket);
      note('the miner is gone');
    });
  }
}

function sending(line: string): Sending {
  return { bytes: Buffer.from(line), pauseMs: 0, last: false };
}

/** Sends bytes one after the other, each after its pause. */
class Player {
  readonly #socket: Socket;
  readonly #fast: boolean;
  readonly #queue: Sending[] = [];
  #timer: NodeJS.Timeout | undefined;
  #finishing = false;

  constructor(socket: Socket, fast: boolean) {
    this.#socket = socket;
    this.#fast = fast;
  }

  play(sendings: readonly Sending[]): void {
    this.#queue.push(...sendings);
    if (this.#timer === undefined) this.#next();
  }

  /** The miner has ended its half: sends what is still due, and then ends the connection. */
  finish(): void {
    this.#finishing = true;
    if (this.#timer === undefined) this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #next(): void {
    this.#timer = undefined;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (!this.#fast && first.pauseMs > 0) {
        const { bytes, last } = first;
        this.#timer = setTimeout(
          () => {
            this.#queue[0] = { bytes, last, pauseMs: 0 };
            this.#next();
          },
          Math.min(first.pauseMs, LONGEST_PAUSE_MS),
        );
        return;
      }
      this.#queue.shift();
      if (first.bytes.length > 0 && this.#socket.writable) this.#socket.write(first.bytes);
      if (first.last) this.#socket.end();
    }
    if (this.#finishing) this.#socket.end();
  }
}
