import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { CHAIN_TERMS, postEntry, SqliteDatabase, setTerms } from '@adit/ledger';
import { creditEntry, creditOf, matureEntry } from '@adit/money';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { receiverFromKey, writeAddress } from '@adit/wallets';

/** The folder is that of the configuration. */
const run = (config: string, ...args: readonly string[]) =>
  aditHere(['ledger', ...args], path.dirname(config));

const CHAIN = 'zcash-devnet-48_5';
const OWN = writeAddress(receiverFromKey(`p2pkh:${'11'.repeat(20)}`), 'zcash-regtest');
const TERMS = { feePpm: 10_000n, donation: null, minimum: 1_000_000n };

/** A configuration with a ledger in which ann is owed the larger part of a mature block, and bob has an immature one. */
async function ledgerOf(context: TestContext): Promise<string> {
  const folder = temporaryFolder(context);
  const config = path.join(folder, 'adit.toml');
  writeFileSync(
    config,
    poolToml(
      [
        zcashToml(undefined, {
          chain: { network: CHAIN },
          tables: { money: { fee_percent: 1, reward_addresses: [OWN] } },
        }),
      ],
      {
        top: { data: folder },
      },
    ),
  );
  const database = await SqliteDatabase.open(path.join(folder, 'ledger.db'));
  await database.transact(async (queries) => {
    const change = { chain: CHAIN, timeMs: 1, actor: 'test', reason: 'a test' };
    await setTerms(queries, { ...change, account: CHAIN_TERMS, terms: TERMS });
    const mature = creditOf(
      100_000_000n,
      {
        scores: new Map([
          ['ann', 3n],
          ['bob', 1n],
        ]),
      },
      () => TERMS,
    );
    const block = { chain: CHAIN, hash: 'ab'.repeat(32), generation: 1 };
    await postEntry(queries, CHAIN, creditEntry(block, mature), 1_000);
    await postEntry(queries, CHAIN, matureEntry(block, mature, 'asset:coinbase'), 2_000);
    const immature = creditOf(50_000_000n, { scores: new Map([['bob', 1n]]) }, () => TERMS);
    await postEntry(queries, CHAIN, creditEntry({ ...block, hash: 'cd'.repeat(32) }, immature), 3_000);
  });
  await database.close();
  return config;
}

test('balances say what is owed and what is immature, in coins for people and in units for programs', async (context) => {
  const config = await ledgerOf(context);
  const shown = await run(config, 'balances');
  assert.match(shown.out, /^ {2}ann +0\.74250000 +0\.00000000$/m);
  assert.match(shown.out, /^ {2}bob +0\.24750000 +0\.49500000$/m);
  const json = JSON.parse((await run(config, 'balances', 'bob', '--json')).out);
  assert.deepEqual(json[0].balances, [{ account: 'bob', owed: '24750000', pending: '49500000' }]);
});

test('a statement has the newest entry first, with the balance behind each and its source', async (context) => {
  const config = await ledgerOf(context);
  const { out } = await run(config, 'statement', 'bob', '--json');
  const [owed, immature] = JSON.parse(out).statements;
  assert.deepEqual(
    owed.lines.map((line: { amount: string; kind: string }) => [line.kind, line.amount]),
    [['block_mature', '0.24750000']],
  );
  assert.deepEqual(
    immature.lines.map((line: { amount: string; balance: string }) => [line.amount, line.balance]),
    [
      ['0.49500000', '0.49500000'],
      ['-0.24750000', '0.00000000'],
      ['0.24750000', '0.24750000'],
    ],
  );
});

test('an account that is parked and paid again leaves two rows in the audit, with who and why', async (context) => {
  const config = await ledgerOf(context);
  const why = ['--reason', 'asked by phone', '--by', 'op'];
  assert.match((await run(config, 'account', 'park', 'ann', ...why)).out, /is set aside/);
  assert.match((await run(config, 'account', 'park', 'ann', ...why)).out, /was set aside already/);
  assert.match((await run(config, 'account', 'unpark', 'ann', ...why)).out, /is paid again/);
  const { out } = await run(config, 'audit', '--json');
  const rows = JSON.parse(out).rows.filter(({ actor }: { actor: string }) => actor === 'op');
  assert.deepEqual(
    rows.map((row: { action: string; content: { reason: string } }) => [row.action, row.content.reason]),
    [
      ['park', 'asked by phone'],
      ['unpark', 'asked by phone'],
    ],
  );
});

test('verify ends with status 0 where the books are in order, and names the rule where they are not', async (context) => {
  const config = await ledgerOf(context);
  const good = await run(config, 'verify');
  assert.deepEqual([good.status, good.out], [0, 'the books are in order\n']);
  const database = await SqliteDatabase.open(path.join(path.dirname(config), 'ledger.db'));
  await database.transact((queries) =>
    queries.run("UPDATE balance SET amount = '-1' WHERE account = 'liab:miner:ann'"),
  );
  await database.close();
  // The status of a whole process, which a cron job sees.
  const bad = await runAdit(['ledger', 'verify'], path.dirname(config));
  assert.equal(bad.status, 1);
  assert.match(bad.out, /^I3 .*liab:miner:ann/m);
});

test('without a ledger, or with an unknown account or chain, the command says what to do', async (context) => {
  const config = await ledgerOf(context);
  const stranger = await run(config, 'statement', 'eve');
  assert.match(stranger.err, /nothing was ever booked for an account eve/);
  const chain = await run(config, 'balances', '--chain', 'komodo');
  assert.deepEqual([chain.status, /expected one of zcash-devnet-48_5/.test(chain.err)], [64, true]);
  writeFileSync(config, poolToml([zcashToml()]));
  assert.match((await run(config, 'verify')).err, /has no \[chain\.money\]/);
});
