import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readShares } from '@adit/journal';
import { aditHere } from '@adit/test-kit/adit-here';
import { adit } from '@adit/test-kit/pool-process';
import { temporaryFolder } from '@adit/test-kit/temporary';

/** The demo keeps each run apart. */
function runFolder(folder: string): string {
  const demos = path.join(folder, 'adit-data', 'demo');
  const [run] = readdirSync(demos);
  return path.join(demos, run ?? '');
}

// `npm run demo-goal` lets it mine blocks of both chains, which takes a minute of both cores.
test('the demo mines real Equihash(200,9) by itself, and Ctrl-C ends it in order', async (context) => {
  const folder = temporaryFolder(context);
  const child = adit(['demo'], folder);
  context.after(() => child.kill('SIGKILL'));
  let out = '';
  const isShare = (text: string) => /zcash: (share of \S+ accepted|block \d+ \(\S+\) found)/.test(text);
  child.stdout?.on('data', (chunk: Buffer) => {
    const before = isShare(out);
    out += chunk.toString();
    if (!before && isShare(out)) child.kill('SIGINT');
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(status, 0);
  assert.ok(readShares(runFolder(folder)).some(({ chain }) => chain === 'zcash'));
});

test('a goal that is no number is refused', async (context) => {
  const folder = temporaryFolder(context);
  for (const blocks of ['0', '-1', 'two', '1.5']) {
    const { status, err } = await aditHere(['demo', `--blocks=${blocks}`], folder);
    assert.equal(status, 64);
    assert.match(err, /--blocks: found .*, expected a whole number from 1/);
  }
});
