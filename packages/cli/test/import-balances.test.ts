import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { auditRows, balanceOf, SqliteDatabase, verifyLedger } from '@adit/ledger';
import { openAccount } from '@adit/money';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { writeUnifiedAddress } from '@adit/wallets';
import { runImportBalances } from '../src/commands/ledger/import-balances.ts';
import { accountReaderOf } from '../src/config/account-addresses.ts';
import { readOpeningBalances } from '../src/ledger/opening-balances.ts';
import { RECEIVERS, TRANSPARENT, writeRegtest } from './support/regtest-addresses.ts';

const NETWORK = 'zcash-devnet-48_5';
const ZEC = { symbol: 'ZEC', decimals: 8 };

/** Runs the command, and gives what it prints. */
async function imported(
  context: TestContext,
  ...args: Parameters<typeof runImportBalances>
): Promise<string> {
  let out = '';
  const write = context.mock.method(process.stdout, 'write', (text: string) => {
    out += text;
    return true;
  });
  try {
    await runImportBalances(...args);
  } finally {
    write.mock.restore();
  }
  return out;
}

test('opening balances are booked once, with a control sum, and a second run changes nothing', async (context) => {
  const folder = temporaryFolder(context);
  const config = path.join(folder, 'adit.toml');
  const tables = { money: { reward_addresses: [TRANSPARENT] } };
  writeFileSync(
    config,
    poolToml([zcashToml(undefined, { chain: { network: NETWORK }, tables })], { top: { data: folder } }),
  );
  const database = await SqliteDatabase.open(path.join(folder, 'ledger.db'));
  context.after(() => database.close());
  const owed = (name: string) =>
    database.read((queries) => balanceOf(queries, NETWORK, openAccount('miner', name)));
  const file = path.join(folder, 'balances.csv');
  writeFileSync(file, `\uFEFFpayee,amount\r\n${TRANSPARENT},1.5\r\n"a:b, c",0.00000001\r\n`);
  const options = { config, json: false, dryRun: false, reason: 'moved in', by: 'carol' };
  const dry = await imported(context, file, { ...options, dryRun: true });
  assert.match(dry, /2 accounts, 1\.50000001 ZEC in all/);
  assert.match(dry, /1 of them are no addresses/);
  assert.equal(await owed(TRANSPARENT), 0n);
  await assert.rejects(imported(context, file, options), { code: 'ADIT_BAD_OPTION' });
  await assert.rejects(imported(context, file, { ...options, total: '1.5' }), {
    code: 'ADIT_IMPORT_REFUSED',
    message: '--total: found 1.5, and the file sums to 1.50000001 ZEC; nothing was imported',
  });
  assert.equal(await owed(TRANSPARENT), 0n);
  const right = { ...options, total: '1.50000001' };
  assert.match(await imported(context, file, right), /they are owed from now on/);
  assert.equal(await owed(TRANSPARENT), -150_000_000n);
  assert.equal(await owed('a:b, c'), -1n);
  assert.match(await imported(context, file, right), /they were imported before/);
  writeFileSync(file, `${TRANSPARENT},1.5\nann,1\n`);
  await assert.rejects(imported(context, file, { ...options, total: '2.5' }), {
    code: 'ADIT_IMPORT_REFUSED',
  });
  assert.equal(await owed('ann'), 0n);
  assert.equal(await owed(TRANSPARENT), -150_000_000n);
  assert.deepEqual(await verifyLedger(database), []);
  const rows = await database.read((queries) => auditRows(queries, { after: 0, limit: 10 }));
  assert.deepEqual(
    rows.map(({ actor, action }) => `${actor} ${action}`),
    ['carol import_balances'],
  );
});

test('lines that are wrong are named by number, and nothing of the file counts', () => {
  const { faults } = readOpeningBalances(
    [
      'payee,amount',
      'ann,1',
      'bob',
      'bob;2',
      'carol,1,000',
      ' ,1',
      'dave.rig,1',
      'eve,-1',
      'eve,0',
      'eve,1e3',
      'eve,0.123456789',
      'ann,2',
      '"fred,1',
    ].join('\n'),
    ZEC,
    undefined,
  );
  assert.deepEqual(
    faults.map(({ line, message }) => `${line} ${message.split(':')[0]?.slice(0, 40)}`),
    [
      '3 expected two fields with a comma between',
      '4 expected two fields with a comma between',
      '5 expected two fields with a comma between',
      '6 expected an account of 1 to 320 printabl',
      '7 found a dot',
      '8 found "-1", expected an amount of ZEC wi',
      '9 found 0, expected an amount above zero, ',
      '10 found "1e3", expected an amount of ZEC w',
      '11 found "0.123456789", expected an amount ',
      '12 it names the same account as line 2',
      '13 expected two fields with a comma between',
    ],
  );
  assert.equal(readOpeningBalances('', ZEC, undefined).faults.length, 1);
});

test('where accounts are addresses, each line names one, and two spellings of a payee are one account', () => {
  const unified = writeUnifiedAddress([RECEIVERS.orchard, RECEIVERS.sapling], 'zcash-regtest');
  const orchard = writeRegtest(RECEIVERS.orchard);
  const reader = accountReaderOf('zcash-regtest');
  assert.deepEqual(readOpeningBalances(`${unified},1\n`, ZEC, reader).balances, [
    { account: orchard, amount: 100_000_000n },
  ]);
  const { faults } = readOpeningBalances(`${unified},1\n${orchard},1\nann,1\n`, ZEC, reader);
  assert.deepEqual(
    faults.map(({ line, message }) => `${line} ${message}`),
    [
      '2 it names the same account as line 1: write one line with the sum',
      "3 this is not an address of Zcash's Regtest",
    ],
  );
});
