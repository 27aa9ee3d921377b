import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zcashChain } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { endedWithin } from '../src/service/faults.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Loaded before the pool: makes errors that nothing catches, when the test says so. */
const FAULTS = `
import { isMainThread } from 'node:worker_threads';
const fault = () => { throw new Error('a made-up fault'); };
if (isMainThread) process.on('SIGUSR2', () => {
  if (process.env.FAULT === 'exception') return setTimeout(fault);
  // Each error causes further ones, as real faults do.
  for (let more = 0; more < 3; more += 1) void (async () => fault())();
});
`;

async function faultyPool(context: TestContext, fault: string) {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({
    chain: zcashChain('zcash-devnet-48_5'),
    initialTarget: 1n << 248n,
  });
  context.after(() => devnet.close());
  const preload = path.join(folder, 'faults.mjs');
  writeFileSync(preload, FAULTS);
  writeFileSync(
    path.join(folder, 'adit.toml'),
    poolToml([zcashToml(devnet.url)], {
      top: { data: './data' },
      log: { format: 'json' },
      admin: { listen: '127.0.0.1:0' },
    }),
  );
  const args = ['--conditions=adit-source', '--import', preload, main, 'pool'];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, FAULT: fault } });
  context.after(() => child.kill('SIGKILL'));
  const text = { log: '', err: '' };
  const listening = Promise.withResolvers<number>();
  child.stderr.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    text.log += chunk.toString();
    const found = /"event":"listening".*?"number":(\d+)/.exec(text.log);
    if (found !== null) listening.resolve(Number(found[1]));
  });
  child.once('exit', () => listening.reject(new Error(`the pool ended: ${text.log}${text.err}`)));
  return { folder, child, text, port: await listening.promise };
}

for (const fault of ['rejection', 'exception']) {
  test(`after a fault (${fault}) that nobody caught the pool says why, and ends in good order with status 1`, async (context) => {
    const { folder, child, text, port } = await faultyPool(context, fault);
    const miner = connect(port, '127.0.0.1');
    let answer = '';
    miner.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    miner.write('{"id":1,"method":"mining.subscribe","params":["test",null,"127.0.0.1","3333"]}\n');
    miner.write('{"id":2,"method":"mining.authorize","params":["me.rig1","x"]}\n');
    while (!answer.includes('mining.notify')) await once(miner, 'data');
    const hungUp = once(miner, 'close');
    const exit = once(child, 'close');
    child.kill('SIGUSR2');
    const [status] = await exit;
    await hungUp;
    assert.equal(status, 1);
    // The pool asked it to connect again, as at every stop.
    assert.match(answer, /client\.reconnect/);
    assert.equal(text.err, '');
    const lines = text.log.split('\n').filter((line) => line.includes('"event":"fault"'));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /"level":"error".*a fault of this program \(a made-up fault\)/);
    assert.doesNotMatch(text.log, /not everything could be finished/);
    // A journal without a share is removed when it is closed in order. After a sudden end it would still be there.
    assert.deepEqual(
      readdirSync(path.join(folder, 'data', 'journal')).filter((name) => name.includes('.db')),
      [],
    );
  });
}

test('an end that does not come, or fails, is not awaited beyond its limit', async () => {
  assert.equal(await endedWithin(() => new Promise(() => {}), 10), false);
  assert.equal(await endedWithin(() => Promise.reject(new Error('no')), 60_000), false);
  assert.equal(await endedWithin(() => Promise.resolve(), 60_000), true);
});
