import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { MinerLink } from '../../src/miner/link.ts';
import { Turn } from '../../src/miner/turn.ts';

/** A connection of nobody, and the probe's end of it. */
export async function linked(
  context: TestContext,
  seconds = 10,
): Promise<{ link: MinerLink; turn: Turn; miner: Socket }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const miner = connect(address.port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  context.after(() => {
    miner.destroy();
    socket.destroy();
    server.close();
  });
  const turn = new Turn(seconds);
  return { link: new MinerLink(socket, () => turn), turn, miner };
}
