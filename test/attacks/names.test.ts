import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { codeOf, LineClient } from '@adit/test-kit/line-client';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { TrueRig } from '@adit/test-kit/true-rig';
import { plainShare, trueScene, trueShare, zcashScene } from './setup.ts';
import { ANY_NUMBER } from './stranger.ts';

// A name is text and nothing else: it is no path, no key that is joined, no label and no part of a statement. So what is
// printable is taken as it is, and those who show it escape it (the log: see log-lines.test.ts). The pages that will
// show names, with their Content-Security-Policy, do not exist yet.

/** Taken, kept as they are, and split at the first dot. */
const TAKEN: readonly (readonly [string, string])[] = [
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['<img src=x onerror=alert(1)>.rig', '<img src=x onerror=alert(1)>'],
  ['"><svg/onload=alert(1)>', '"><svg/onload=alert(1)>'],
  ['/etc/passwd', '/etc/passwd'],
  ['C:\\windows\\system32', 'C:\\windows\\system32'],
  ['a:b|c', 'a:b|c'],
  ['a:b|c.d:e|f', 'a:b|c'],
  ['shares:roundCurrent', 'shares:roundCurrent'],
  ["'; DROP TABLE share; --", "'; DROP TABLE share; --"],
  ['__proto__', '__proto__'],
  ['constructor.prototype', 'constructor'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['toString.x.y.z', 'toString'],
  ['%00%2e%2e%2f', '%00%2e%2e%2f'],
  ['$(reboot)`reboot`', '$(reboot)`reboot`'],
  ['{{7*7}}#{7*7}', '{{7*7}}#{7*7}'],
  ['%s%n%x', '%s%n%x'],
  ['NaN', 'NaN'],
  ['-1', '-1'],
  ['Alice', 'Alice'],
  ['alice', 'alice'],
  ['x'.repeat(128), 'x'.repeat(128)],
];

/** Refused: what a person cannot tell from another name, what turns or breaks lines, and what is too long. */
const REFUSED: readonly unknown[] = [
  '',
  'x'.repeat(321),
  'x'.repeat(10_000),
  // Blanks at an end, and accounts of no letters: what stands before the first dot is the account.
  ' ',
  ' alice',
  'alice ',
  'alice .rig',
  '.rig',
  '..',
  '../../../etc/passwd',
  // Look-alikes: Cyrillic a, full-width letters, a ligature, a combining accent, a zero-width space.
  '\u0430lice',
  '\uff41\uff4c\uff49\uff43\uff45',
  'of\ufb01ce',
  'alice\u0301',
  'ali\u200bce',
  'alice\u00a0',
  '\u202ealice',
  'alice\u2066',
  '\ufeffalice',
  'alice\n',
  'alice\r\nbob',
  'alice\0',
  'alice\0.rig',
  '\u001b[2Jalice',
  'alice\u007f',
  'alice\u0085',
  'alice\u2028',
  '\ud800',
  '\u{1f480}',
  null,
  7,
  true,
  ['alice'],
  { toString: 'alice' },
];

const filesIn = (folder: string) => readdirSync(folder, { recursive: true }).map(String).toSorted();

test('T24: a printable name is kept letter by letter with its share, and leads nowhere', async (context) => {
  const around = temporaryFolder(context);
  const data = path.join(around, 'deep', 'er', 'data');
  const { rig, shares } = await zcashScene(context, { data, pool: { limits: ANY_NUMBER } });
  const first = await rig('alice');
  assert.equal((await first.submit(await plainShare(first))).result, true);
  const files = filesIn(around);
  for (const [name] of TAKEN) {
    const miner = await rig(name);
    assert.equal((await miner.submit(await plainShare(miner))).result, true, name);
    miner.client.close();
  }
  assert.deepEqual(
    shares()
      .slice(1)
      .map(({ worker, account }) => [worker, account]),
    TAKEN.map(([name, account]) => [name, account]),
  );
  assert.deepEqual(filesIn(around), files);
});

test('T24: a name that is not printable ASCII, or too long, or no text, is refused, and mines for nobody', async (context) => {
  const zcash = await zcashScene(context, { pool: { limits: ANY_NUMBER } });
  const miner = await zcash.rig('alice');
  const share = await plainShare(miner);
  for (const name of REFUSED) {
    const what = JSON.stringify(name).slice(0, 50);
    const client = await LineClient.connect(zcash.portOf('zcash'));
    await client.request('mining.subscribe', ['x']);
    assert.equal(codeOf(await client.request('mining.authorize', [name, 'x'])), 24, what);
    assert.equal(client.last('mining.notify'), undefined, what);
    client.close();
    const { jobId, time, nonce2, solution } = share;
    const answer = await miner.client.request('mining.submit', [name, jobId, time, nonce2, solution]);
    assert.notEqual(answer.result, true, what);
  }
  assert.deepEqual(zcash.shares(), []);
});

test('T24: the same names on a TrueStratum port', async (context) => {
  const { portOf, shares } = await trueScene(context, { pool: { limits: ANY_NUMBER } });
  const names = TAKEN.map(([name]) => name);
  for (const name of names) {
    const rig = await TrueRig.connect(portOf('truechain'), name);
    assert.equal((await rig.submit(await trueShare(rig))).result, true, name);
    rig.client.close();
  }
  assert.deepEqual(
    shares().map(({ worker, account }) => [worker, account]),
    TAKEN.map(([name, account]) => [name, account]),
  );
  for (const name of REFUSED) {
    const client = await LineClient.connect(portOf('truechain'));
    await client.request('mining.subscribe', ['x', 'TrueStratum/1.0.0']);
    const answer = await client.request('mining.authorize', [name, 'x']);
    assert.notEqual(answer.result, true, JSON.stringify(name).slice(0, 50));
    client.close();
  }
});
