import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { adit, runAdit, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, type TomlTable, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

const FREE = { listen: '127.0.0.1:0' };

async function taken(context: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return (server.address() as { port: number }).port;
}

async function setUp(context: TestContext) {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const toml = (listen: readonly string[], tables: Readonly<Record<string, TomlTable>> = {}) =>
    poolToml(
      [zcashToml(devnet.url, { ports: listen.map((address, i) => ({ name: `p${i}`, listen: address })) })],
      tables,
    );
  return { folder, data: path.join(folder, 'data'), toml };
}

const modesIn = (data: string) =>
  ['.', 'journal', 'blocks', 'bans.db'].map((name) => statSync(path.join(data, name)).mode & 0o7777);
const journalsIn = (data: string) =>
  readdirSync(path.join(data, 'journal')).filter((name) => name.endsWith('.db'));

test('a second start is refused before it touches anything in the folder of the running pool', async (context) => {
  const { folder, data, toml } = await setUp(context);
  const group = String(process.getgid?.() ?? 0);
  const file = path.join(folder, 'adit.toml');
  writeFileSync(file, toml(['127.0.0.1:0'], { top: { group, data: './data' }, admin: FREE }));
  const pool = adit(['pool'], folder);
  context.after(() => pool.kill('SIGKILL'));
  await until('it runs', () => existsSync(path.join(data, 'control.sock')));
  const before = { modes: modesIn(data), journals: journalsIn(data) };
  assert.equal(before.modes[0], 0o2750);
  const other = toml(['127.0.0.1:0'], { top: { data: './data' }, admin: FREE });
  writeFileSync(path.join(folder, 'other.toml'), other);
  const { status, err } = await runAdit(['pool', '-c', 'other.toml'], folder);
  assert.equal(status, 73);
  assert.match(err, /another pool answers on .*control\.sock/);
  assert.deepEqual({ modes: modesIn(data), journals: journalsIn(data) }, before);
});

test('a start whose ports or admin address are in use makes no file, not even the data folder', async (context) => {
  const { folder, data, toml } = await setUp(context);
  const port = await taken(context);
  const file = path.join(folder, 'adit.toml');
  const top = { data: './data' };
  writeFileSync(file, toml(['127.0.0.1:0', `127.0.0.1:${port}`], { top, admin: FREE }));
  const second = await runAdit(['pool'], folder);
  assert.equal(second.status, 73);
  assert.match(
    second.err,
    new RegExp(
      `adit\\.toml:\\d+: chain\\[0\\]\\.ports\\[1\\]\\.listen: found 127\\.0\\.0\\.1:${port}, .*another program has it`,
    ),
  );
  const check = await runAdit(['pool', '--check'], folder);
  assert.deepEqual([check.status, check.err], [second.status, second.err], 'the check says the same');
  assert.equal(existsSync(data), false);
  writeFileSync(file, toml(['127.0.0.1:0'], { top, admin: { listen: `127.0.0.1:${port}` } }));
  const admin = await runAdit(['pool'], folder);
  assert.equal(admin.status, 73);
  assert.match(
    admin.err,
    new RegExp(`admin\\.listen: found 127\\.0\\.0\\.1:${port}, .*another program has it`),
  );
  assert.equal(existsSync(data), false);
});

test('a start that fails at its last step admits no miner, and leaves no journal', async (context) => {
  const { folder, data, toml } = await setUp(context);
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as { port: number };
  await new Promise((resolve) => free.close(resolve));
  // The control socket cannot be made, because its folder is missing.
  writeFileSync(
    path.join(folder, 'adit.toml'),
    toml([`127.0.0.1:${port}`], {
      top: { data: './data', control: './missing/control.sock' },
      log: { format: 'json', level: 'debug' },
      admin: { enabled: false },
    }),
  );
  const child = adit(['pool'], folder);
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
  let heard = '';
  const ended = once(child, 'close');
  // This miner connects as soon as the port is open, and stays.
  const knock = () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
    });
    socket.on('error', () => {
      if (child.exitCode === null) setTimeout(knock, 5);
    });
    socket.write('{"id":1,"method":"mining.subscribe","params":[]}\n');
    context.after(() => socket.destroy());
  };
  knock();
  const [status] = (await ended) as [number | null];
  assert.equal(status, 69, out);
  assert.match(out, /the control socket cannot be opened/);
  assert.doesNotMatch(out, /"event":"(connected|listening)"/);
  assert.equal(heard, '');
  assert.deepEqual(readdirSync(path.join(data, 'journal')), []);
});

test('a miner that connects while the pool is starting is served when it is up', async (context) => {
  const { folder, toml } = await setUp(context);
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as { port: number };
  await new Promise((resolve) => free.close(resolve));
  let answer = '';
  let stop = false;
  context.after(() => {
    stop = true;
  });
  const knock = () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {
      if (!stop) setTimeout(knock, 5);
    });
    socket.write('{"id":1,"method":"mining.subscribe","params":["test/1",null,"h",1]}\n');
    context.after(() => socket.destroy());
  };
  knock();
  const pool = await startPoolProcess(folder, toml([`127.0.0.1:${port}`]));
  context.after(() => pool.kill('SIGKILL'));
  await until('the miner is answered', () => answer.includes('"id":1'));
});

test('a pool that is started and stopped without a share leaves no journal, however often', async (context) => {
  const { folder, data, toml } = await setUp(context);
  for (let i = 0; i < 2; i += 1) {
    const pool = await startPoolProcess(folder, toml(['127.0.0.1:0']));
    await pool.kill('SIGTERM');
    assert.equal(pool.child.exitCode, 0);
    assert.deepEqual(readdirSync(path.join(data, 'journal')), []);
  }
});
