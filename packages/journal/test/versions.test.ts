import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countShares, JournalTail, readShares, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { digestOf, journalFile, numberOf, record, writeOldJournal } from './support/records.ts';

test('a journal of version 1 is read: the name of its chain is its network, unless an option names another', (context) => {
  const dataFolder = temporaryFolder(context);
  const { network: _network, ...old } = record(1, { chain: 'main', networkTarget: null });
  writeOldJournal(dataFolder, 'old', [old]);
  assert.deepEqual(readShares(dataFolder), [{ ...old, network: 'main', instance: 'old', sequence: 1 }]);
  const { shares } = countShares({ dataFolder, networks: { main: 'zcash' } });
  assert.deepEqual(
    shares.map(({ chain, network }) => [chain, network]),
    [['main', 'zcash']],
  );
});

test('two names of one chain in a journal of version 1 count a share once', (context) => {
  const dataFolder = temporaryFolder(context);
  const names = ['main', 'spare', 'komodo'];
  writeOldJournal(
    dataFolder,
    'old',
    names.map((chain) => record(1, { chain })),
  );
  const { shares, leftOut } = countShares({ dataFolder, networks: { main: 'zcash', spare: 'zcash' } });
  assert.deepEqual(
    shares.map(({ chain, network }) => [chain, network]),
    [
      ['main', 'zcash'],
      ['komodo', 'komodo'],
    ],
  );
  assert.deepEqual(
    leftOut.map(({ because }) => because),
    ['other_chain'],
  );
});

test('a new process knows the shares in a journal of version 1, by their network', async (context) => {
  const dataFolder = temporaryFolder(context);
  writeOldJournal(dataFolder, 'old', [record(1, { chain: 'main' })]);
  const journal = new ShareJournal({ dataFolder, networks: { main: 'zcash' } });
  assert.deepEqual((await journal.digestsOf('zcash', 'aa')).map(numberOf), [1]);
  assert.equal(await journal.append(record(1)), 'duplicate');
  await journal.close();
  assert.equal(countShares({ dataFolder, networks: { main: 'zcash' } }).shares.length, 1);
});

test('the error for a journal of a newer version names it and its version, and a pool reports it and goes on', async (context) => {
  const dataFolder = temporaryFolder(context);
  writeOldJournal(dataFolder, 'future', [record(1)], 4);
  assert.throws(() => readShares(dataFolder), {
    code: 'ADIT_JOURNAL_VERSION',
    message: /future\.db has version 4, .* up to 3/,
  });
  const journal = new ShareJournal({ dataFolder });
  assert.equal(await journal.append(record(2, { digest: digestOf(2) })), 'kept');
  assert.match(journal.faults.join(), /future\.db has version 4/);
  await journal.close();
});

test('a network that wants no block has no target: null, never 0', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder });
  await journal.append(record(1, { networkTarget: null }));
  await journal.append(record(2, { networkTarget: 0n }));
  await journal.close();
  assert.deepEqual(
    readShares(dataFolder).map(({ networkTarget }) => networkTarget),
    [null, null],
  );
});

test('a share whose block would pay its miner says so, and one of version 2 never does', async (context) => {
  const dataFolder = temporaryFolder(context);
  for (const instance of ['new', 'old']) {
    const journal = new ShareJournal({ dataFolder, instance });
    const workGroup = instance;
    await journal.append(record(1, { workGroup, paid: 'solo-block' }));
    await journal.append(record(2, { workGroup }));
    await journal.close();
  }
  const db = new Database(journalFile(dataFolder, 'old'));
  db.exec('ALTER TABLE share DROP COLUMN paid; UPDATE journal SET version = 2');
  db.close();
  const paid = (shares: readonly { readonly instance: string; readonly paid?: string }[]) =>
    shares.map(({ instance, paid: how }) => [instance, how]);
  const expected = [
    ['new', 'solo-block'],
    ['new', undefined],
    ['old', undefined],
    ['old', undefined],
  ];
  assert.deepEqual(paid(readShares(dataFolder)), expected);
  assert.deepEqual(paid(countShares({ dataFolder }).shares), expected);
  const tail = new JournalTail({ dataFolder });
  context.after(() => tail.close());
  tail.look(new Map());
  assert.deepEqual(paid([...tail.rows('new', 0, 9), ...tail.rows('old', 0, 9)]), expected);
});
