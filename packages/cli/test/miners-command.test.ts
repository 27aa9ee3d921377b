import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import type { MinerEntry } from '@adit/pool';
import { aditHere } from '@adit/test-kit/adit-here';
import { type PoolProcess, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { minersText } from '../src/commands/miners.ts';
import { minersResult } from '../src/control/miners-result.ts';
import { RESULTS } from '../src/control/results.ts';

const entry = (worker: string, changes: Partial<MinerEntry> = {}): MinerEntry => ({
  worker,
  port: 'asic',
  connection: 1,
  address: '10.0.0.1',
  sinceMs: 60_000,
  accepted: 2,
  refused: 1,
  weight: 1n << 70n,
  rate: 1_000,
  lastShareMs: 5_000,
  ...changes,
});

const BY_ACCOUNT = { command: 'miners', by: 'account', limit: 10 } as const;

test('workers are summed up by account, exactly, and the fastest account comes first', () => {
  const result = minersResult(
    [
      entry('alice.a', { rate: 1 }),
      entry('bob', { rate: 10, connection: 2, address: '10.0.0.2', lastShareMs: undefined, accepted: 0 }),
      entry('alice.b', { rate: 2, connection: 3, port: 'cpu', sinceMs: 90_000, lastShareMs: 7_000 }),
    ],
    BY_ACCOUNT,
  );
  assert.ok(RESULTS.miners.safeParse(result).success);
  assert.deepEqual([result.total, result.rate], [2, 13]);
  const [bob, alice] = result.miners;
  assert.deepEqual([bob?.name, bob?.lastShareMs], ['bob', null]);
  assert.deepEqual(alice, {
    name: 'alice',
    workers: 2,
    connections: 2,
    ports: ['asic', 'cpu'],
    addresses: ['10.0.0.1'],
    moreAddresses: 0,
    accepted: 4,
    refused: 2,
    weight: (1n << 71n).toString(),
    rate: 3,
    sinceMs: 90_000,
    lastShareMs: 5_000,
  });
});

test('rows and addresses are bounded, and the answer says how many there are', () => {
  const many = Array.from({ length: 30 }, (_, i) =>
    entry('farm.rig', { connection: i, address: `10.0.0.${i}`, rate: 1 }),
  );
  const others = Array.from({ length: 20 }, (_, i) =>
    entry(`account${i}`, { connection: 100 + i, rate: i / 100 }),
  );
  const result = minersResult([...many, ...others], { ...BY_ACCOUNT, limit: 3 });
  assert.deepEqual([result.total, result.miners.length], [21, 3]);
  assert.deepEqual([result.miners[0]?.addresses.length, result.miners[0]?.moreAddresses], [4, 26]);
  const one = minersResult(many, { ...BY_ACCOUNT, by: 'worker', account: 'nobody' });
  assert.deepEqual(one, { total: 0, rate: 0, miners: [] });
});

test('the table fits a terminal, and nothing in a name can change it', () => {
  const result = minersResult(
    [entry(`t1${'x'.repeat(90)}.rig`, { rate: 4_200_000 }), entry('a\u001b[31m', { rate: 0, connection: 2 })],
    BY_ACCOUNT,
  );
  const [head = '', first = '', second = '', foot = ''] = minersText(result, 'account').split('\n');
  assert.match(head, /^account +rate +accepted +refused +last share +since +lines +from$/);
  assert.match(first, /^t1x{35}\.\.\. +4\.20 M +2 +1 +5 s +60 s +1 +10\.0\.0\.1$/);
  assert.match(second, /^a\\u001b\[31m +0 /);
  assert.match(foot, /^rate: /);
  for (const line of [head, first, second]) assert.ok(line.length <= 120);
  assert.equal(minersText({ total: 0, rate: 0, miners: [] }, 'account'), 'nobody mines');
});

test('`adit miners` shows who is connected to a running pool, and refused logins are in its log', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0 });
  context.after(async () => {
    miner?.destroy();
    await pool?.kill('SIGKILL');
    await devnet.close();
  });
  let pool: PoolProcess | undefined;
  let miner: Socket | undefined;
  const toml = zcashToml(devnet.url, { ports: [{ name: 'asic', workers: ['alice', 'bob.rig1'] }] });
  pool = await startPoolProcess(folder, poolToml([toml], {}).replace(/^data = .*\n/m, ''));
  miner = connect(pool.port, '127.0.0.1');
  await once(miner, 'connect');
  miner.on('data', () => {});
  miner.write('{"id":1,"method":"mining.subscribe","params":["t"]}\n');
  for (const name of ['mallory.rig', 'alice.rig1', 'alice.rig2', 'bob.rig1'])
    miner.write(`{"id":2,"method":"mining.authorize","params":["${name}","x"]}\n`);
  await until('all are let in', () => pool?.log().includes('bob.rig1 mines') === true);
  const text = await aditHere(['miners'], folder);
  assert.deepEqual([text.status, text.err], [0, '']);
  assert.match(text.out, /^account .*\nalice +0 +0 +0 +- +\d+ s +1 +127\.0\.0\.1\nbob /);
  const { out } = await aditHere(['miners', '--account', 'alice', '--json'], folder);
  const { miners } = JSON.parse(out) as { miners: { name: string }[] };
  assert.deepEqual(
    miners.map(({ name }) => name),
    ['alice.rig1', 'alice.rig2'],
  );
  const wrong = await aditHere(['miners', '--limit', '0'], folder);
  assert.equal(wrong.status, 64);
  assert.match(wrong.err, /--limit: found "0", expected a whole number from 1 to 1000/);
  assert.match(pool.log(), /"event":"login_refused",.*"address":"127\.0\.0\.1",.*"worker":"mallory\.rig"/);
});
