import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

/** The event that Node publishes for each connection that this process opens. */
const OPENED = 'net.client.socket';

test('a pool that has stopped keeps no connection to its nodes', async (context) => {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
  const opened: Socket[] = [];
  const onOpened = (message: unknown) => void opened.push((message as { socket: Socket }).socket);
  subscribe(OPENED, onOpened);
  context.after(async () => {
    unsubscribe(OPENED, onOpened);
    await devnet.close();
  });
  const { pool } = await startPool(temporaryFolder(context), [zcashPool([devnet.url])]);
  await until('there is work', () => pool.status.chains.every(({ workAgeMs }) => workAgeMs !== undefined));
  assert.ok(opened.length > 0);
  await pool.stop();
  assert.deepEqual(
    opened.filter(({ destroyed }) => !destroyed),
    [],
  );
});
