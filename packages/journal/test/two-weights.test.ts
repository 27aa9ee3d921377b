import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countShares, ShareJournal, type WeightAlarm } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { record } from './support/records.ts';

test('a share that comes again with another weight is a duplicate and an alarm, and the smallest weight counts', async (context) => {
  const dataFolder = temporaryFolder(context);
  const alarms: WeightAlarm[] = [];
  const journal = new ShareJournal({ dataFolder }, { onAlarm: (alarm) => alarms.push(alarm) });
  assert.equal(await journal.append(record(1, { weight: 100n })), 'kept');
  assert.equal(await journal.append(record(1, { weight: 100n })), 'duplicate');
  assert.equal(alarms.length, 0);
  for (const weight of [400n, 30n, 60n, 20n]) {
    assert.equal(await journal.append(record(1, { weight })), 'duplicate');
  }
  assert.equal(alarms.length, 4);
  assert.deepEqual(alarms[0]?.weights, [100n, 400n]);
  // In one batch too.
  const batch = [journal.append(record(2, { weight: 9n })), journal.append(record(2, { weight: 8n }))];
  assert.deepEqual(await Promise.all(batch), ['kept', 'duplicate']);
  await journal.close();
  const counted = countShares({ dataFolder });
  assert.deepEqual(
    counted.shares.map(({ sequence, weight }) => [sequence, weight]),
    [
      [1, 20n],
      [2, 8n],
    ],
  );
  assert.deepEqual(
    counted.alarms.map(({ weights }) => weights),
    [
      [20n, 30n, 100n],
      [8n, 9n],
    ],
  );
});

test('a share that another process has kept with a larger weight counts with the smaller one', async (context) => {
  const dataFolder = temporaryFolder(context);
  const first = new ShareJournal({ dataFolder, instance: 'a' });
  await first.append(record(1, { weight: 100n }));
  await first.close();
  const second = new ShareJournal({ dataFolder, instance: 'b' });
  assert.equal(await second.append(record(1, { weight: 5n })), 'duplicate');
  await second.close();
  assert.deepEqual(
    countShares({ dataFolder }).shares.map(({ instance, weight }) => [instance, weight]),
    [['a', 5n]],
  );
});
