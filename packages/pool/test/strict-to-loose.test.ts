import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { targetOfEitherHalf } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { FROM } from './support/engines.ts';
import { scriptedTrue } from './support/scripted-truechain.ts';

const LOOSE = { startWeight: 8n, minWeight: 2n, maxWeight: 64n, fixed: false, shareIntervalMs: 1_000 };
const WORK = { header: 1, fruitTarget: 1n, blockTarget: 1n };

/** A process on a data folder. All its hashes have the weight eight. */
async function start(context: TestContext, data: string, strict: boolean, header = 1) {
  const setup = await scriptedTrue(context, {
    data,
    work: { ...WORK, header },
    pollMs: 50,
    ...(strict ? {} : { loose: LOOSE }),
  });
  setup.hasher.halves = () => [targetOfEitherHalf(8n), targetOfEitherHalf(1n)];
  return setup;
}

for (const [first, second] of [
  ['a bound prefix', 'one target for all'],
  ['one target for all', 'a bound prefix'],
] as const) {
  test(`shares of a header of ${first} are never paid after a start with ${second}, and those of the next one are`, async (context) => {
    const data = temporaryFolder(context);
    const strict = first === 'a bound prefix';
    const before = await start(context, data, strict);
    // The record may be on disk a little later than the job goes out.
    await before.next({ header: 2 });
    await before.next({ header: 1 });
    await before.engine.stop();
    const after = await start(context, data, !strict);
    const share = after.share([7n]);
    const target = targetOfEitherHalf(8n);
    const verdict = await after.engine.judge(strict ? share : { ...share, target }, FROM);
    assert.equal(verdict.accepted || verdict.reason, 'stale_job');
    await after.next({ header: 3 });
    const next = after.share([7n]);
    assert.equal((await after.engine.judge(strict ? next : { ...next, target }, FROM)).accepted, true);
  });
}
