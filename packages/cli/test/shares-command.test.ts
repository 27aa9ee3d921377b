import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { countShares, ShareJournal, type ShareRecord } from '@adit/journal';
import { encodeHex } from '@adit/primitives';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit } from '@adit/test-kit/pool-process';
import { temporaryFolder } from '@adit/test-kit/temporary';

const START = Date.parse('2026-01-31T00:00:00Z');
const HUGE = 2n ** 200n;

function share(number: number, changes: Partial<ShareRecord> = {}): ShareRecord {
  const digest = new Uint8Array(32);
  digest[0] = number;
  return {
    timeMs: START + number * 60_000,
    network: 'zcash',
    chain: 'zec',
    height: 100 + number,
    workId: 'work',
    workGroup: `group${number % 3}`,
    account: number % 2 === 0 ? 'alice' : '=cmd,"x"',
    worker: number % 2 === 0 ? 'alice.rig1' : '=cmd,"x".rig 1',
    dialect: 'zcash',
    weight: HUGE + BigInt(number),
    shareTarget: 2n ** 240n,
    networkTarget: number === 4 ? null : 2n ** 200n,
    digest,
    outcome: number === 6 ? 'block' : 'share',
    ...changes,
  };
}

/** A folder with a configuration and two journals that share one share, of which the second has a smaller weight. */
async function folderWithShares(context: TestContext): Promise<string> {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, 'adit.toml'), 'data = "./data"\n');
  const dataFolder = path.join(folder, 'data');
  const [one, two] = ['one', 'two'].map((instance) => new ShareJournal({ dataFolder, instance }));
  assert.ok(one !== undefined && two !== undefined);
  for (let number = 1; number <= 8; number += 1) await one.append(share(number));
  for (const number of [9, 10]) await two.append(share(number));
  await two.append(share(2, { weight: 7n, workGroup: 'group2' }));
  await one.close();
  await two.close();
  return folder;
}

async function exported(folder: string, ...args: readonly string[]): Promise<Record<string, unknown>[]> {
  const { status, out, err } = await aditHere(['shares', 'export', '--jsonl', ...args], folder);
  assert.equal(status, 0, err);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('an export has the shares that the reader counts, each once, with exact weights as text', async (context) => {
  const folder = await folderWithShares(context);
  const { shares } = countShares({ dataFolder: path.join(folder, 'data') });
  const rows = await exported(folder);
  assert.equal(rows.length, shares.length);
  const key = (instance: unknown, sequence: unknown) => `${instance} ${sequence}`;
  const byKey = new Map(rows.map((row) => [key(row.instance, row.sequence), row]));
  for (const one of shares) {
    const row = byKey.get(key(one.instance, one.sequence));
    assert.equal(row?.weight, one.weight.toString());
    assert.equal(row?.digest, encodeHex(one.digest));
    assert.equal(row?.time, new Date(one.timeMs).toISOString());
    assert.equal(row?.network_target, one.networkTarget?.toString() ?? null);
    assert.equal(row?.worker, one.worker);
  }
});

test('a CSV export quotes names that a miner chose, keeps those that look like formulas text, and appears only when it is whole', async (context) => {
  const folder = await folderWithShares(context);
  const args = ['shares', 'export', '--csv', '--output', 'out.csv'];
  const first = await aditHere(args, folder);
  assert.equal(first.status, 0, first.err);
  const file = path.join(folder, 'out.csv');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const [head, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\r\n');
  assert.equal(
    head,
    'instance,sequence,time,network,chain,height,account,worker,weight,outcome,share_target,network_target,dialect,work_group,work_id,digest',
  );
  assert.equal(lines.length, 10);
  assert.ok(lines.some((line) => line.includes(`,"'=cmd,""x""","'=cmd,""x"".rig 1",`)));
  const again = await aditHere(args, folder);
  assert.equal(again.status, 73);
  assert.match(again.err, /exists already/);
  assert.ok(!readdirSync(folder).some((name) => name.endsWith('.part')));
});

test('an export can begin at a time or at a sequence, and end before a time', async (context) => {
  const folder = await folderWithShares(context);
  const sequences = (rows: readonly Record<string, unknown>[]) =>
    rows.map(({ instance, sequence }) => `${instance}:${sequence}`).sort();
  const timed = await exported(
    folder,
    '--since',
    '2026-01-31T00:03:00Z',
    '--until',
    '2026-01-31T01:05:00+01:00',
  );
  assert.deepEqual(sequences(timed), ['one:3', 'one:4']);
  const since = await exported(folder, '--from-sequence', 'one:8', '--from-sequence', 'two:2');
  assert.deepEqual(sequences(since), ['one:8', 'two:2']);
});

test('sums by account are exact, and say what was left out', async (context) => {
  const folder = await folderWithShares(context);
  const { out, status } = await aditHere(['shares', 'sum', '--json'], folder);
  assert.equal(status, 0);
  const { shares } = countShares({ dataFolder: path.join(folder, 'data') });
  const weightOf = (account: string) =>
    shares
      .filter((one) => one.account === account)
      .reduce((sum, { weight }) => sum + weight, 0n)
      .toString();
  const { sums, leftOut, twoWeights } = JSON.parse(out) as Record<string, unknown>;
  assert.deepEqual(sums, [
    { network: 'zcash', account: '=cmd,"x"', shares: 5, weight: weightOf('=cmd,"x"'), blocks: 0, fruits: 0 },
    { network: 'zcash', account: 'alice', shares: 5, weight: weightOf('alice'), blocks: 1, fruits: 0 },
  ]);
  assert.deepEqual([leftOut, twoWeights], [{}, 1]);
  const table = await runAdit(['shares', 'sum'], folder);
  assert.match(table.out, /^network +account +shares +weight +blocks +fruits\n/);
  assert.match(table.err, /1 shares came with two weights/);
});

test('a folder that was copied counts once beside the first one', async (context) => {
  const folder = await folderWithShares(context);
  cpSync(path.join(folder, 'data'), path.join(folder, 'copy'), { recursive: true });
  assert.equal((await exported(folder, '--also', 'copy')).length, 10);
  assert.equal((await exported(folder, '--data', 'copy')).length, 10);
});

test('wrong options of the commands for shares are refused with what was expected', async (context) => {
  const folder = await folderWithShares(context);
  mkdirSync(path.join(folder, 'nothing'));
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['--since', 'yesterday'], 64, /expected a day/],
    [['--since', '2026-01-31T12:00:00'], 64, /with its zone/],
    [['--from-sequence', 'one'], 64, /expected the instance/],
    [['--csv', '--jsonl'], 64, /exclude each other/],
    [['--data', 'nothing'], 73, /no journals in/],
    [['--also', 'nothing'], 73, /no journals in/],
    [['--config', 'gone.toml'], 78, /no such file/],
  ];
  for (const [args, status, words] of cases) {
    const answer = await aditHere(['shares', 'export', ...args], folder);
    assert.equal(answer.status, status, `${args.join(' ')}: ${answer.err}`);
    assert.match(answer.err, words);
    assert.equal(answer.out, '');
  }
});
