import { createServer, type Server, type Socket } from 'node:net';
import { errorLine, LineSplitter, parseMessage, SERVER_LINE_LIMIT } from '@adit/stratum';
import { type ListenAddress, listen, printable, requireLoopback, stopListening } from '@adit/wire';
import { type Conversation, type ConversationEvent, requireConnection } from '../recording/recording.ts';
import { Player } from './player.ts';
import { RecordedPool, type Sending } from './recorded-pool.ts';

export interface ReplayPoolOptions {
  readonly listen: ListenAddress;
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
    const { listen, allowRemote = false } = options;
    requireLoopback(listen.host, { allowed: allowRemote, option: '--i-operate-this-pool' });
    requireConnection(conversation);
    this.#parts = [...Map.groupBy(conversation.events, ({ connection }) => connection).values()];
    this.#options = options;
    this.#modules = modules;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** @returns the port it listens on @throws AditError `ADIT_CANNOT_LISTEN` */
  async start(): Promise<number> {
    return await listen(this.#server, this.#options.listen);
  }

  async stop(): Promise<void> {
    await stopListening(this.#server, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
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
