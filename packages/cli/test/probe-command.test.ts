import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startZcashDevnet } from '@adit/devnet';
import { aditHere } from '@adit/test-kit/adit-here';
import { adit, runAdit, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { TestPool } from '../../conformance/test/support/test-pool.ts';

const TALK = fileURLToPath(new URL('../../../test/conversations/zcash-miner.jsonl', import.meta.url));

/** A command that runs until the test ends it. */
function start(context: TestContext, ...args: readonly string[]) {
  const child = adit(args, temporaryFolder(context));
  context.after(() => child.kill('SIGKILL'));
  const text = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  return {
    child,
    text,
    ended: once(child, 'close').then(([status]: (number | null)[]) => status),
    prints: (what: RegExp) => until(`${what} is printed: ${text.out}${text.err}`, () => what.test(text.out)),
  };
}

test('a command that cannot begin ends with status 2 and a sentence, and --help ends with 0', async (context) => {
  const folder = temporaryFolder(context);
  const cases: readonly (readonly [string, RegExp])[] = [
    ['pool --nope', /unknown option '--nope'/],
    ['pool --dialect zcsh', /Allowed choices are zcash, truestratum/],
    ['pool h:1 surplus', /too many arguments/],
    ['tap', /required option '--listen/],
    ['replay', /missing required argument 'file'/],
    ['pool 127.0.0.1:99999', /a port above 65535/],
    ['pool localhost:1 --answer-seconds 0', /^adit: --answer-seconds must be .* above 0/],
    ['tap --listen 0 --upstream localhost:1/x', /--upstream: .* behind the port/],
    ['miner --listen 0.0.0.0:0', /allow it with --allow-remote/],
    ['pool localhost:1 --junit --output /nonexistent/x.xml', /cannot be written to \/nonexistent\/x.xml/],
  ];
  for (const [args, message] of cases) {
    const { status, out, err } = await aditHere(['probe', ...args.split(' ')], folder);
    assert.deepEqual([args, status, out], [args, 2, '']);
    assert.match(err, message, args);
  }
  const { status, out } = await runAdit(['probe', 'replay', '--help'], folder);
  assert.equal(status, 0);
  assert.match(out, /Exit status: /);
});

test('a list holds the checks that --only names', async (context) => {
  const args = ['probe', 'pool', '--list', '--json', '--only', 'zcash-resume'];
  const { status, out } = await aditHere(args, temporaryFolder(context));
  assert.equal(status, 0);
  assert.deepEqual(
    (JSON.parse(out) as { id: string }[]).map(({ id }) => id),
    ['zcash-resume'],
  );
});

test('a command ends silently when its output is closed', async (context) => {
  const { child, text, ended } = start(context, 'probe', 'miner', '--listen', '127.0.0.1:0');
  child.stdout?.destroy();
  assert.equal(await ended, 141);
  assert.match(text.err, /^start the miner now.*\n$/);
});

test('a pool goes on when the output of its log is closed', async (context) => {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const pool = await startPoolProcess(temporaryFolder(context), poolToml([zcashToml(devnet.url)]));
  context.after(() => pool.kill('SIGKILL'));
  pool.child.stdout?.destroy();
  // Each run makes lines in the log. A run that completes was served.
  for (let count = 0; count < 2; count += 1) {
    const args = `probe pool 127.0.0.1:${pool.port} --chain-params 48,5 --only zcash-subscribe-reply`;
    const { status, err } = await aditHere(args.split(' '), temporaryFolder(context));
    assert.deepEqual([status, err], [0, '']);
  }
  assert.equal(pool.child.exitCode, null);
});

test('a stopped run finishes the present check, prints its findings, and writes the report', async (context) => {
  const pool = await TestPool.start(context);
  const file = path.join(temporaryFolder(context), 'report.json');
  const only = 'zcash-subscribe-reply,zcash-job-refresh,zcash-old-job,zcash-stale-job';
  const { child, text, ended, prints } = start(
    context,
    ...`probe pool 127.0.0.1:${pool.port} --chain-params 48,5 --job-seconds 30 --json`.split(' '),
    ...['--only', only, '--output', file],
  );
  await prints(/zcash-subscribe-reply/);
  assert.equal(existsSync(file), false);
  // The second check waits for a job, which comes only when the test asks for it.
  child.kill('SIGINT');
  await until('it has been told', () => /behind the check in hand/.test(text.err));
  const jobs = setInterval(() => pool.nextJob(false), 200);
  context.after(() => clearInterval(jobs));
  assert.equal(await ended, 130);
  assert.match(text.out, /2 checks: not asked: the run was stopped\n\n2 pass, 0 FAIL, .*, in \d+\.\d s\n$/);
  const { findings } = JSON.parse(readFileSync(file, 'utf8')) as { findings: { id: string; came: string }[] };
  assert.deepEqual(findings.map(({ id }) => id).sort(), only.split(',').sort());
  assert.equal(findings.filter(({ came }) => came === 'not asked: the run was stopped').length, 2);
});

test('a run without a miner prints one line, with the time that it waited', async (context) => {
  const folder = temporaryFolder(context);
  const args = ['probe', 'miner', '--listen', '127.0.0.1:0', '--wait', '0.3'];
  const begun = performance.now();
  const { status, out } = await aditHere(args, folder);
  const took = (performance.now() - begun) / 1000;
  assert.equal(status, 3);
  const told =
    /^asking the miner at .*\n\ncannot tell +\d+ checks: no miner came within .*\n\n0 pass, .* in (\d+\.\d) s\n$/.exec(
      out,
    );
  assert.ok(told !== null, out);
  // Rounded to a tenth.
  const seconds = Number(told[1]);
  assert.ok(seconds >= 0.3 && seconds <= took + 0.1, `${seconds} s of ${took} s`);
  const json = await aditHere([...args, '--json'], folder);
  const { summary, findings } = JSON.parse(json.out) as {
    summary: { cannot_tell: number };
    findings: unknown[];
  };
  assert.ok(findings.length > 50 && summary.cannot_tell === findings.length);
});

test('a stopped probe of a miner shows it by its exit status', async (context) => {
  const { child, text, ended, prints } = start(context, 'probe', 'miner', '--listen', '[::1]:0');
  await prints(/^asking the miner at \[::1\]:\d+, zcash\n/);
  child.kill('SIGINT');
  assert.equal(await ended, 130);
  assert.match(text.out, /checks: not asked to the end: the run was stopped\n/);
});

test('a stopped replay reports what came before', async (context) => {
  const pool = start(context, 'probe', 'replay', TALK, '--listen', '127.0.0.1:0', '--fast');
  await pool.prints(/listens on 127\.0\.0\.1:\d+\n/);
  const [, port] = /listens on 127\.0\.0\.1:(\d+)/.exec(pool.text.out) ?? [];
  // The recorded pauses are longer than this test.
  const talk = path.join(temporaryFolder(context), 'slow.jsonl');
  const [head = '', ...events] = readFileSync(TALK, 'utf8').trimEnd().split('\n');
  const later = events.map((line, index) => {
    const event = JSON.parse(line) as { at: number };
    return JSON.stringify(index < 4 ? event : { ...event, at: event.at + 3_600_000 });
  });
  writeFileSync(talk, `${[head, ...later].join('\n')}\n`);
  const replay = start(context, 'probe', 'replay', talk, '--against', `127.0.0.1:${port}`);
  await replay.prints(/same .*mining\.subscribe/);
  replay.child.kill('SIGINT');
  assert.equal(await replay.ended, 130);
  assert.match(replay.text.out, /\d+ requests, 0 answered otherwise, .*; stopped before the end\n$/);
  pool.child.kill('SIGINT');
  assert.equal(await pool.ended, 0);
});
