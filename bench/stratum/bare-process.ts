// The baseline: a bare Node server. It parses each line with JSON.parse of a string, answers with JSON.stringify, and
// sends one prebuilt Buffer to all connections.
import { createServer, type Socket } from 'node:net';
import { commonNow, serve } from './child.ts';
import { vitalCommands } from './vitals.ts';

const sockets = new Set<Socket>();
const server = createServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  let rest = '';
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { id, method } = JSON.parse(line) as { id: unknown; method: string };
      const answer =
        method === 'mining.submit'
          ? { id, result: null, error: [21, 'Job not found', null] }
          : { id, result: true, error: null };
      socket.write(`${JSON.stringify(answer)}\n`);
    }
  });
});

serve({
  ...vitalCommands(),
  listen: async () => {
    await new Promise<void>((resolve) =>
      server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve),
    );
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  },
  /** @returns when it began to send, in common time */
  broadcast: (line: string) => {
    const bytes = Buffer.from(line);
    const start = commonNow();
    for (const socket of sockets) socket.write(bytes);
    return start;
  },
});
