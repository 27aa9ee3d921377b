import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { until } from '@adit/test-kit/until';
import { HeldAddress } from '../src/held-address.ts';
import { Census, CONNECTION_LIMITS, StratumListener } from '../src/index.ts';

async function hold(context: TestContext) {
  const held = await HeldAddress.bind({ host: '127.0.0.1', port: 0 });
  context.after(() => held.close());
  const { port } = held.server.address() as { port: number };
  return { held, port };
}

test('a connection that comes before its listener waits, and no byte that it sent is lost', async (context) => {
  const { held, port } = await hold(context);
  const early = connect(port, '127.0.0.1');
  context.after(() => early.destroy());
  early.write('{"id":1}\n');
  await until('it waits', () => held.waiting === 1);
  const lines: string[] = [];
  const listener = new StratumListener(
    { host: '127.0.0.1', port },
    {
      census: new Census(CONNECTION_LIMITS),
      accept: (connection) => ({
        line: (line) => {
          lines.push(Buffer.from(line).toString());
          connection.send('served\n');
        },
        closed: () => {},
      }),
    },
  );
  context.after(() => listener.close());
  assert.equal(await listener.listen(held.server), port);
  held.release(listener.server);
  await once(early, 'data');
  assert.deepEqual(lines, ['{"id":1}']);
  const later = connect(port, '127.0.0.1');
  context.after(() => later.destroy());
  later.write('{"id":2}\n');
  await once(later, 'data');
  assert.equal(lines.length, 2);
});

test('the error for an address in use says so, and an address that was closed is free', async (context) => {
  const { held, port } = await hold(context);
  await assert.rejects(HeldAddress.bind({ host: '127.0.0.1', port }), {
    code: 'ADIT_CANNOT_LISTEN',
    message: `cannot listen on 127.0.0.1:${port}: the port is in use`,
  });
  const waiting = connect(port, '127.0.0.1');
  waiting.on('error', () => {});
  await until('it waits', () => held.waiting === 1);
  await Promise.all([once(waiting, 'close'), held.close()]);
  const again = await HeldAddress.bind({ host: '127.0.0.1', port });
  await again.close();
});
