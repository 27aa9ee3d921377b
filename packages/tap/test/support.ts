import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type ConversationEvent, Tap, type TapOptions } from '../src/index.ts';

/** Events that a test can wait for without a clock. */
export class Happenings<T> {
  readonly all: T[] = [];
  #waiting: (() => void)[] = [];

  add(item: T): void {
    this.all.push(item);
    for (const look of this.#waiting.splice(0)) look();
  }

  /** The first wanted event, now or as soon as it happens. */
  async first(wanted: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.all.find(wanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

export interface Upstream {
  readonly port: number;
  readonly sockets: Happenings<Socket>;
  readonly server: Server;
}

/** A server that does nothing by itself. */
export async function startUpstream(
  context: TestContext,
  onSocket: (socket: Socket) => void = () => {},
): Promise<Upstream> {
  const sockets = new Happenings<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => {});
    onSocket(socket);
    sockets.add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    for (const socket of sockets.all) socket.destroy();
    server.close();
  });
  return { port: portOf(server), sockets, server };
}

/** The port of a server that listens, with TLS or without. */
export function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return address.port;
}

export interface RunningTap {
  readonly tap: Tap;
  readonly port: number;
  readonly events: Happenings<ConversationEvent>;
}

export async function startTap(
  context: TestContext,
  upstreamPort: number,
  changes: Partial<TapOptions> = {},
): Promise<RunningTap> {
  const events = new Happenings<ConversationEvent>();
  const tap = new Tap(
    {
      listen: { host: '127.0.0.1', port: 0 },
      upstream: { host: '127.0.0.1', port: upstreamPort },
      ...changes,
    },
    { onEvent: (event) => events.add(event) },
  );
  const port = await tap.start();
  context.after(() => tap.stop());
  return { tap, port, events };
}

export async function connectTo(context: TestContext, port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  socket.on('error', () => {});
  context.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Reads until `count` bytes have come, or the other side ends. */
export async function bytesFrom(socket: Socket, length: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let total = 0;
  if (length === 0) return Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    const onData = (part: Buffer) => {
      parts.push(part);
      total += part.length;
      if (total >= length) finish();
    };
    const finish = () => {
      socket.off('data', onData);
      socket.off('end', finish);
      socket.off('close', finish);
      socket.pause();
      resolve();
    };
    socket.on('data', onData);
    socket.on('end', finish);
    socket.on('close', finish);
    socket.resume();
  });
  return Buffer.concat(parts);
}

export function isClosed(event: ConversationEvent): event is Extract<ConversationEvent, { event: 'closed' }> {
  return 'event' in event && event.event === 'closed';
}

export function hasLine(event: ConversationEvent): boolean {
  return 'line' in event || 'bytes' in event || 'omitted' in event;
}
