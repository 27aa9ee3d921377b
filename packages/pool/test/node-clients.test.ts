import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

test('a pool that has stopped keeps no connection to its nodes', async (context) => {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
  const open = new Set<Socket>();
  // Between pool and node: it sees which connections stay.
  const between = createServer((socket) => {
    const node = connect(Number(new URL(devnet.url).port), '127.0.0.1');
    open.add(socket);
    socket.on('close', () => {
      open.delete(socket);
      node.destroy();
    });
    for (const side of [socket, node]) side.on('error', () => {});
    node.on('close', () => socket.destroy());
    socket.pipe(node).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(between, 'listening');
  context.after(async () => {
    for (const socket of open) socket.destroy();
    between.close();
    await devnet.close();
  });
  const { port } = between.address() as { port: number };
  const { pool } = await startPool(temporaryFolder(context), [zcashPool([`http://127.0.0.1:${port}`])]);
  await until('there is work', () => pool.status.chains.every(({ workAgeMs }) => workAgeMs !== undefined));
  assert.ok(open.size > 0);
  await pool.stop();
  // The kernel tells of the end in its own time; a connection that was kept would stay for as long as the process.
  await until('they are gone', () => open.size === 0);
});
