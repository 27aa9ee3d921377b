import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount, scoreOf, windowOf } from '@adit/money';
import {
  auditRows,
  schemeChoices,
  setSchemeChoice,
  setTerms,
  tariffsOf,
  verifyLedger,
} from '../src/index.ts';
import { record, START_MS } from './support/journals.ts';
import { CHAIN, FACTS, ppsLedger } from './support/pps-ledger.ts';

const targetOf = (weight: bigint) => 2n ** 256n / weight - 1n;
/** The five shares of the schemes' vector: oldest first. */
const VECTOR = [
  [400n, 1_000n],
  [900n, 1_000n],
  [700n, 1_100n],
  [500n, 1_100n],
  [600n, 1_200n],
] as const;
const vector = (from = 1) =>
  VECTOR.map(([weight, network], i) =>
    record(from + i, { account: `m${i}`, weight, networkTarget: targetOf(network) }),
  );
const owed = (name: string) => openAccount('miner', name);

test('each share is paid at once by its score and the price, less the fee, as the vector says', async (t) => {
  const { ledger, pay, balance, verify } = await ppsLedger(t);
  ledger.journal('a').append(...vector());
  ledger.now += 1_000;
  const { credited } = await pay();
  const paid = [16_333_333n, 36_750_001n, 25_984_849n, 18_560_606n, 20_416_667n];
  assert.deepEqual(
    await Promise.all(paid.map((_, i) => balance(owed(`m${i}`)))),
    paid.map((one) => -one),
  );
  const sum = paid.reduce((all, one) => all + one);
  assert.deepEqual([credited?.first, credited?.last, credited?.accounts, credited?.paid], [1, 5, 5, sum]);
  assert.equal(await balance('equity:pps'), sum - 10n ** 12n);
  assert.equal((await pay()).credited, undefined, 'no share is paid twice');
  const { mismatches, intervals } = await verify();
  assert.deepEqual([mismatches, intervals], [[], 1]);
  assert.deepEqual(await verifyLedger(ledger.database), []);
});

test('FPPS adds the fees of recent blocks, PPS does not', async (t) => {
  const fpps = await ppsLedger(t, { scheme: { kind: 'fpps', window: windowOf(2) } });
  fpps.price.facts = { ...FACTS, feeRatioPpm: 500_000n };
  await fpps.pay();
  const pps = await ppsLedger(t);
  pps.price.facts = { ...FACTS, feeRatioPpm: 500_000n };
  await pps.pay();
  for (const { ledger, pay } of [fpps, pps]) {
    ledger.journal('a').append(...vector());
    ledger.now += 1_000;
    await pay();
  }
  assert.equal(await pps.balance(owed('m0')), -16_333_333n);
  assert.equal(await fpps.balance(owed('m0')), -24_500_000n);
});

test('however shares are cut into credits, an account has the same: fractions of a unit are kept', async (t) => {
  const { ledger, pay, balance, verify } = await ppsLedger(t);
  const journal = ledger.journal('a');
  for (let number = 1; number <= 20; number += 1) {
    // A share of a 2^26th of a block earns 0.6 units.
    journal.append(record(number, { weight: 1n, networkTarget: targetOf(2n ** 26n) }));
    ledger.now = START_MS + number + 1;
    await pay();
  }
  const score = scoreOf(1n, 2n ** 26n);
  assert.equal(-(await balance(owed('ann'))), (20n * score * 41_666_668n * 98n) / (2n ** 64n * 100n));
  const { mismatches, intervals } = await verify();
  assert.deepEqual([mismatches, intervals], [[], 20]);
  assert.deepEqual(await verifyLedger(ledger.database), []);
});

test('below its floor the reserve is shut: new shares count for PPLNS until it has enough again', async (t) => {
  const { ledger, pay, balance, fund, verify } = await ppsLedger(t, {
    floor: 50_000_000n,
    resumeAt: 150_000_000n,
    fund: 200_000_000n,
  });
  const journal = ledger.journal('a');
  journal.append(...vector(1), ...vector(10));
  ledger.now += 1_000;
  const stop = await pay();
  // The shares that were accepted before keep what they were promised, and cost more than the reserve had.
  assert.deepEqual(stop.reserve, { ...stop.reserve, isOpen: false, why: 'below_floor', hasChanged: true });
  const spent = await balance('equity:pps');
  assert.ok(spent > 0n, 'the reserve is overdrawn, and says so');
  const before = await balance(owed('m1'));
  journal.append(...vector(20));
  ledger.now += 1_000;
  assert.equal((await pay()).reserve?.hasChanged, false);
  assert.equal(await balance(owed('m1')), before);
  assert.equal(await fund(150_000_000n + spent), 150_000_000n);
  assert.equal((await pay()).reserve?.isOpen, true);
  journal.append(record(4_000, { account: 'm1' }));
  ledger.now += 10_000;
  await pay();
  assert.ok((await balance(owed('m1'))) < before);
  assert.deepEqual((await verify()).mismatches, []);
  assert.deepEqual(await verifyLedger(ledger.database), []);
  const actions = await ledger.database.read((queries) => auditRows(queries, { after: 0, limit: 100 }));
  assert.deepEqual(
    actions
      .filter(({ action }) => action === 'pps_tariff')
      .map(({ content }) => /"isOpen":(\w+)/.exec(content)?.[1]),
    ['true', 'false', 'true'],
  );
});

test('a stop holds for old shares too that are numbered after it: an empty reserve does not pay for an outage', async (t) => {
  const { ledger, pay, balance } = await ppsLedger(t, { floor: 1n, fund: 10_000_000n });
  const journal = ledger.journal('a');
  journal.append(...vector(1));
  ledger.now += 1_000;
  assert.equal((await pay()).reserve?.isOpen, false);
  const before = await balance('equity:pps');
  // Made before the stop, and read behind it.
  journal.append(record(6, { timeMs: START_MS + 5 }));
  await pay();
  assert.equal(await balance('equity:pps'), before);
});

test('a price holds for shares that are made under it, and the one before for all others', async (t) => {
  const { ledger, price, pay, balance, verify } = await ppsLedger(t);
  const journal = ledger.journal('a');
  const share = { weight: 500n, networkTarget: targetOf(1_000n) };
  journal.append(record(1, { ...share, account: 'old' }));
  ledger.now += 100;
  price.facts = { ...FACTS, subsidy: 20_000_000n };
  await pay();
  journal.append(record(50, { ...share, account: 'before' }), record(200, { ...share, account: 'behind' }));
  ledger.now += 1_000;
  await pay();
  const half = (subsidy: bigint) => (subsidy * 98n) / 200n;
  assert.deepEqual(
    [await balance(owed('old')), await balance(owed('before')), await balance(owed('behind'))],
    [-half(FACTS.subsidy), -half(FACTS.subsidy), -half(20_000_000n)],
  );
  const { mismatches, intervals } = await verify();
  assert.deepEqual([mismatches, intervals], [[], 3]);
});

test('without a price or a floor nothing is paid at once, and shares count for PPLNS', async (t) => {
  const { ledger, price, pay } = await ppsLedger(t, { fund: 0n, floor: 5n });
  price.facts = undefined;
  ledger.journal('a').append(...vector());
  ledger.now += 1_000;
  const { reserve, credited } = await pay();
  assert.deepEqual([reserve?.isOpen, reserve?.isOpen === false && reserve.why], [false, 'no_price']);
  assert.equal(credited, undefined);
  const kinds = await ledger.database.read((queries) => queries.all('SELECT sums FROM slice'));
  assert.equal(kinds.length, 1);
});

test('a smaller weight that comes behind the credit changes nothing, and is an alarm', async (t) => {
  const { ledger, pay, balance, verify } = await ppsLedger(t);
  const journal = ledger.journal('a');
  const share = record(1, { weight: 500n, networkTarget: targetOf(1_000n) });
  journal.append(share);
  ledger.now += 1_000;
  await pay();
  const before = await balance(owed('ann'));
  journal.lighten({ ...share, weight: 250n });
  ledger.now += 1_000;
  await pay();
  assert.equal(await balance(owed('ann')), before);
  assert.deepEqual(
    ledger.alarms.map(({ kind }) => kind),
    ['two_weights', 'weight_too_late'],
  );
  assert.deepEqual((await verify()).mismatches, []);
});

test('a miner chooses its scheme by its name where the pool offers it, for the same account', async (t) => {
  const { ledger, pay, balance, verify } = await ppsLedger(t, {
    scheme: { kind: 'pplns', window: windowOf(2) },
  });
  const { database } = ledger;
  const by = { chain: CHAIN, timeMs: START_MS, actor: 'test', reason: 'test' };
  await database.transact((queries) => setSchemeChoice(queries, { ...by, kinds: ['pps', 'solo'] }));
  const journal = ledger.journal('a');
  const share = { weight: 500n, networkTarget: targetOf(1_000n) };
  journal.append(
    record(1, { ...share, account: 'ann' }),
    record(2, { ...share, account: 'pps:ann' }),
    record(3, { ...share, account: 'fpps:ann' }),
    record(4, { ...share, account: 'solo:bob', outcome: 'block' }),
  );
  ledger.now += 1_000;
  const { credited } = await pay();
  assert.equal(credited?.accounts, 1);
  assert.equal(await balance(owed('ann')), -((FACTS.subsidy * 98n) / 200n));
  await database.read(async (queries) => {
    const [block] = await queries.all('SELECT account, scheme FROM block');
    assert.deepEqual(block, { account: 'bob', scheme: 'solo' });
    const names = await queries.all('SELECT name FROM share_account ORDER BY name');
    assert.deepEqual(
      names.map(({ name }) => name),
      ['ann', 'bob'],
    );
    assert.equal((await schemeChoices(queries, CHAIN)).length, 1);
    assert.equal((await tariffsOf(queries, CHAIN)).length, 1);
  });
  await database.transact(async (queries) => {
    assert.equal(await setSchemeChoice(queries, { ...by, kinds: ['solo', 'pps'] }), false);
    await setSchemeChoice(queries, { ...by, kinds: [] });
  });
  journal.append(record(5, { ...share, account: 'pps:ann' }));
  ledger.now += 1_000;
  await pay();
  assert.equal(
    await balance(owed('ann')),
    -((FACTS.subsidy * 98n) / 200n),
    'it counts for the scheme of the chain',
  );
  assert.deepEqual((await verify()).mismatches, []);
});

test('fee and donation of an account are those of its shares, and the fee stays in the reserve', async (t) => {
  const { ledger, pay, balance, verify } = await ppsLedger(t);
  const by = { chain: CHAIN, timeMs: START_MS, actor: 'test', reason: 'test' };
  const terms = { feePpm: 10_000n, donation: { ppm: 100_000n, cause: 'devs' }, minimum: null };
  await ledger.database.transact((queries) => setTerms(queries, { ...by, account: 'ann', terms }));
  ledger.journal('a').append(record(1, { weight: 1_000n, networkTarget: targetOf(1_000n) }));
  ledger.now += 1_000;
  await pay();
  const left = (FACTS.subsidy * 99n) / 100n;
  assert.equal(await balance('liab:donation:devs'), -(left / 10n));
  assert.equal(await balance(owed('ann')), -(left - left / 10n));
  assert.equal(await balance('equity:pps'), left - 10n ** 12n);
  assert.deepEqual((await verify()).mismatches, []);
});

test('a credit that was changed, or a share that was not paid for, is found', async (t) => {
  const { ledger, pay, verify } = await ppsLedger(t);
  const journal = ledger.journal('a');
  journal.append(...vector());
  ledger.now += 1_000;
  await pay();
  journal.append(...vector(10));
  ledger.now += 1_000;
  await pay();
  const { database } = ledger;
  await database.transact((queries) =>
    queries.run("UPDATE pps_interval SET paid = '1' WHERE first_number = 1"),
  );
  assert.deepEqual(
    (await verify()).mismatches.map(({ kind }) => kind),
    ['pps_differs'],
  );
  assert.deepEqual(
    (await verifyLedger(database)).map(({ invariant }) => invariant),
    ['I8'],
  );
  await database.transact((queries) => queries.run('DELETE FROM pps_interval WHERE first_number = 1'));
  assert.ok((await verify()).mismatches.some(({ detail }) => /were not credited/.test(detail)));
  assert.deepEqual(
    (await verifyLedger(database)).map(({ invariant }) => invariant),
    ['I8'],
  );
  await database.transact((queries) => queries.run('UPDATE pps_mark SET next_number = 6'));
  assert.ok((await verifyLedger(database)).some(({ invariant }) => invariant === 'I7'));
});
