import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { EquihashSolver } from '@adit/pow';
import { aditHere } from '@adit/test-kit/adit-here';
import { LineClient } from '@adit/test-kit/line-client';
import { startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { NETWORK } from './setup.ts';
import { Stranger } from './stranger.ts';

/** Texts that break a line, colour or clear a terminal, turn the writing direction, or end a JSON string. */
const HOSTILE = [
  'a\nb',
  'a\r\n{"level":"info","msg":"forged"}',
  '"},{"level":"info","msg":"forged"',
  '\u001b[2J\u001b[31mred\u001b]0;title\u0007',
  '\u009b31m',
  '\u202egnp.exe',
  '\u2028\u2029\u0085',
  '\0\u0001\u007f\b',
  '\ud800',
  '\ufeff\u200b',
  '<script>alert(1)</script>',
  '%s %d %j %o',
  '__proto__',
  'x'.repeat(3_000),
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((name) => statSync(name).isFile());
}

/** In any of the ways in which a text could have been written down. */
function contains(bytes: Buffer, secret: string): boolean {
  const ways = [
    Buffer.from(secret),
    Buffer.from(secret, 'utf16le'),
    Buffer.from(Buffer.from(secret).toString('hex')),
    Buffer.from(Buffer.from(secret).toString('base64').slice(0, -4)),
  ];
  return ways.some((way) => bytes.includes(way));
}

test('T22: hostile texts cannot forge a log line, and no password or session id is kept or shown anywhere', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: NETWORK, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const right = 'right-0f6e2d91c7b84a35';
  const wrong = 'wrong-93b1e6a05d7c42f8';
  const secretFile = path.join(folder, 'port-password');
  writeFileSync(secretFile, `${right}\n`, { mode: 0o600 });
  const pool = await startPoolProcess(
    folder,
    poolToml([
      zcashToml(devnet.url, { ports: [{ start_difficulty: 0.01, password_file: 'port-password' }] }),
    ]),
  );
  context.after(() => pool.kill('SIGKILL'));
  const solver = new EquihashSolver(SMALL.equihash);
  const miner = await ZcashRig.connect(pool.port, SMALL.equihash, 'alice.rig1', { password: right, solver });
  await miner.job();
  assert.equal((await miner.submit(await miner.solve((value, target) => value <= target))).result, true);

  for (const [i, text] of HOSTILE.entries()) {
    const client = await LineClient.connect(pool.port, `127.0.0.${10 + i}`);
    await client.request('mining.subscribe', [text, text, text, text]);
    await client.request('mining.authorize', [`ok.${i}`, `${right},d=${text.slice(0, 20)}`]);
    await client.request('mining.authorize', [text, wrong]);
    await client.request('mining.authorize', [`mallory.${i}`, wrong]);
    await client.request('mining.authorize', [`mallory.${i}`, `${wrong}${text}`]);
    await client.request('mining.authorize', [wrong.length, wrong, wrong]);
    await client.request(text, [text]);
    await client.request('mining.submit', [text, text, text, text, text]);
    await client.request('mining.submit', [`ok.${i}`, text, text, text, text]);
    await client.request('mining.suggest_target', [text]);
    client.write(`${text}\n`);
    client.write(Buffer.from([0xff, 0x1b, 0x5b, 0x32, 0x4a, 0x0d, 0x0a]));
    client.write('\n');
    client.close();
  }
  for (const words of ['GET /\u001b[2J HTTP/1.1\r\n\r\n', 'PROXY TCP4 \u001b[2J\r\n']) {
    const stranger = await Stranger.connect(pool.port, { from: '127.0.0.9' });
    stranger.write(words);
    await stranger.untilClosed();
  }
  const outputs: string[] = [];
  for (const args of [['status'], ['status', '--json'], ['bans'], ['bans', '--json']]) {
    const { status, out, err } = await aditHere(args, folder);
    assert.equal(status, 0, `${args.join(' ')}: ${err}`);
    assert.match(out, /^[\x20-\x7e\n]*$/, args.join(' '));
    outputs.push(out, err);
  }
  const admin = /"event":"admin","port":(\d+)/.exec(pool.log())?.[1];
  const metrics = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
  assert.match(metrics, /^[\x20-\x7e\n]*$/);
  assert.ok(!metrics.includes('alert(1)') && metrics.length > 1_000);
  outputs.push(metrics);
  const before = filesBelow(path.join(folder, 'data')).map((file) => readFileSync(file));
  await pool.kill('SIGTERM');

  const log = pool.log();
  const lines = log.split('\n').slice(0, -1);
  assert.ok(lines.length > HOSTILE.length * 5, 'each of them has left its lines');
  for (const line of lines) {
    assert.match(line, /^[\x20-\x7e]+$/);
    const entry = JSON.parse(line) as Record<string, unknown>;
    assert.notEqual(entry['msg'], 'forged', line);
    assert.ok(typeof entry['level'] === 'string' && line.length < 2_000, line.slice(0, 300));
  }
  const session = miner.sessionId ?? '';
  assert.equal(session.length, 32);
  const after = filesBelow(path.join(folder, 'data')).map((file) => readFileSync(file));
  const texts = [log, ...outputs].map((text) => Buffer.from(text));
  for (const secret of [right, wrong, session]) {
    for (const bytes of [...texts, ...before, ...after]) assert.equal(contains(bytes, secret), false, secret);
  }
  assert.ok(before.length > 0 && before.some((bytes) => bytes.includes('alice.rig1')), 'the share is there');
});
