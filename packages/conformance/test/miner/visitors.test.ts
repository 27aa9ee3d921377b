import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { MINER_PROBE_LIMITS } from '../../src/index.ts';
import { MinerProbe } from '../../src/miner/probe/miner-probe.ts';
import { ZcashMinerDialect } from '../../src/miner/zcash/dialect.ts';
import { SMALL } from './scripted-miner.ts';

const DEADLINE_MS = 10_000;

async function comes(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(performance.now() < deadline, what);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('connections that spoke and left are not kept, and one that stays is still found', async () => {
  const probe = await MinerProbe.open(
    { host: '127.0.0.1', port: 0, allowRemote: false, rate: undefined, limits: MINER_PROBE_LIMITS },
    { dialect: new ZcashMinerDialect(SMALL) },
  );
  try {
    const visit = async () => {
      const visitor = connect(probe.port, '127.0.0.1');
      await once(visitor, 'connect');
      visitor.write('{"id":1,"method":"mining.subscribe","params":[]}\n');
      return visitor;
    };
    for (let i = 0; i < 40; i += 1) {
      const visitor = await visit();
      await comes(() => probe.arrivals > 0, `visitor ${i} is not seen`);
      visitor.end();
      await comes(() => probe.arrivals === 0, `${probe.arrivals} visitors are kept after they left`);
    }
    const miner = await visit();
    const connection = await probe.nextConnection(DEADLINE_MS);
    assert.equal(connection?.closed, undefined);
    assert.equal(connection?.received.length, 1);
    miner.destroy();
  } finally {
    await probe.close();
  }
});
