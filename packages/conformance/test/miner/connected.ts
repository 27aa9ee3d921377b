import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { CheckRun } from '../../src/miner/probe/check-run.ts';
import { MinerConnection } from '../../src/miner/probe/miner-connection.ts';

/** A connection from a bare socket, and the probe's end of it. */
export async function connected(
  context: TestContext,
  seconds = 10,
): Promise<{ connection: MinerConnection; checkRun: CheckRun; miner: Socket }> {
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
  const checkRun = new CheckRun(seconds);
  return { connection: new MinerConnection(socket, () => checkRun), checkRun, miner };
}
