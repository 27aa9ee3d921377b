import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { FarHost } from '@adit/test-kit/far-host';
import { dial } from '../src/dial.ts';

/** Node gives an address 250 ms before it tries the next one, unless it is told otherwise. */
const LONGER_THAN_USUAL_MS = 400;

test('a host with two addresses, of which one is slow and the other one dead, is reached', async (context) => {
  const host = await FarHost.start('hello\n');
  context.after(() => host.stop());
  const { addresses } = FarHost;
  const { socket, opened } = dial({ host: 'pool.example', addresses, port: host.port });
  setTimeout(() => host.open(), LONGER_THAN_USUAL_MS);
  await once(socket, opened);
  assert.equal(socket.remoteAddress, '127.0.0.1');
  socket.destroy();
});
