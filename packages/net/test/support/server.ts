import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  Census,
  CONNECTION_LIMITS,
  type Connection,
  type ConnectionLimits,
  type ListenerModules,
  type ListenerOptions,
  StratumListener,
} from '@adit/net';

/** Visitors may come one after the other as fast as they like. */
export const UNHURRIED: ConnectionLimits = {
  ...CONNECTION_LIMITS,
  connectionsPerSecond: 1e6,
  connectionBurst: 1e6,
  addressConnectionsPerSecond: 1e6,
  addressConnectionBurst: 1e6,
};

/** Not the one that a test may have put in its place. */
const realTimeout = setTimeout;

export interface Server {
  readonly port: number;
  readonly lines: string[];
  /** The cause of each end. */
  readonly closed: string[];
  readonly connections: Connection[];
  /** Address and reason. */
  readonly refused: string[];
  /** What was said about them. */
  readonly details: string[];
  readonly problems: string[];
  readonly census: Census;
  readonly listener: StratumListener;
  /** Stops the server, and checks that all connections were counted out. */
  stop(): Promise<void>;
}

export interface ServerExtras extends Partial<ListenerModules> {
  readonly limits?: Partial<ConnectionLimits>;
  /** Each line is sent back. */
  readonly echo?: boolean;
}

export async function setUp(
  options: Partial<ListenerOptions> = {},
  { limits = {}, echo = false, ...modules }: ServerExtras = {},
): Promise<Server> {
  const lines: string[] = [];
  const closed: string[] = [];
  const refused: string[] = [];
  const details: string[] = [];
  const problems: string[] = [];
  const connections: Connection[] = [];
  const census = new Census({ ...CONNECTION_LIMITS, ...limits });
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0, ...options },
    {
      census,
      accept: (connection) => {
        connections.push(connection);
        return {
          line: (line) => {
            const text = Buffer.from(line).toString();
            lines.push(text);
            if (echo) connection.send(text, '\n');
          },
          closed: ({ cause }) => closed.push(cause),
        };
      },
      onRefused: (address, because, detail) => {
        refused.push(`${address} ${because}`);
        details.push(detail);
      },
      onProblem: (detail) => problems.push(detail),
      ...modules,
    },
  );
  const port = await listener.listen();
  const stop = async () => {
    await listener.close();
    await until(() => census.total === 0);
  };
  return { port, lines, closed, connections, refused, details, problems, census, listener, stop };
}

export async function dial(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host, port });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the other side ends, or the connection is cut. */
export async function bytesUntilEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const end = Promise.withResolvers<void>();
  socket.once('end', end.resolve).once('close', () => end.resolve());
  await end.promise;
  return Buffer.concat(chunks);
}

export async function textUntilEnd(socket: Socket): Promise<string> {
  return (await bytesUntilEnd(socket)).toString();
}

/** The next line that comes. */
export async function nextLine(socket: Socket): Promise<string> {
  let text = '';
  while (!text.includes('\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString();
  }
  return text.slice(0, text.indexOf('\n'));
}

export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not happen within half a minute');
    await new Promise((resolve) => realTimeout(resolve, 5));
  }
}
