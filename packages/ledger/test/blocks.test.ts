import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type BlockRules, COEFFICIENT_ONE, openAccount, type SCHEME_KINDS, windowOf } from '@adit/money';
import { encodeHex, reverseBytes } from '@adit/primitives';
import {
  accountCredits,
  type BlockPlace,
  BlockService,
  type BlockWatcher,
  balanceOf,
  blockOf,
  blockStates,
  bookedCredit,
  CHAIN_TERMS,
  dropShares,
  type FoundBlockAlarm,
  SqliteDatabase,
  setScheme,
  setTerms,
  verifyFromJournals,
  verifyLedger,
} from '../src/index.ts';
import { setTariff } from '../src/pps/tariffs.ts';
import { digestOf, record, START_MS } from './support/journals.ts';
import { ShareLedger } from './support/share-ledger.ts';

const RULES: BlockRules = {
  confirmDepth: 10,
  matureDepth: 110,
  closedDepth: 1_000,
  lostDepth: 100,
  nodes: 2,
};
const nameOf = (number: number) => encodeHex(reverseBytes(digestOf(number)));

/** A watcher that says what the test wants, about each block. */
class Watcher implements BlockWatcher {
  at: BlockPlace | undefined = { kind: 'chain', place: 'best', depth: 1, nodes: 2 };
  pays: bigint | null = 1_000n;
  promised: bigint | null | undefined = 1_000n;
  readonly asked: string[] = [];

  best(depth: number, nodes = 2): void {
    this.at = { kind: 'chain', place: 'best', depth, nodes };
  }

  side(depth: number): void {
    this.at = { kind: 'chain', place: 'side', depth, nodes: 2 };
  }

  async place({ hash }: { readonly hash: string }): Promise<BlockPlace | undefined> {
    this.asked.push(hash);
    return this.at;
  }

  async reward(): Promise<bigint | null> {
    return this.pays;
  }

  async expected(): Promise<bigint | null | undefined> {
    return this.promised;
  }
}

async function pool(t: TestContext, schemeOf?: (account: string) => (typeof SCHEME_KINDS)[number]) {
  const ledger = await ShareLedger.open(
    t,
    {},
    schemeOf === undefined ? {} : { schemeOf: ({ account }) => schemeOf(account) },
  );
  const { database } = ledger;
  const watcher = new Watcher();
  const alarms: FoundBlockAlarm['kind'][] = [];
  const service = new BlockService(
    { actor: 'ledger', rulesOf: () => RULES, incomeOf: () => 'asset:coinbase' },
    {
      database,
      watcherOf: (chain) => (chain === 'zcash' ? watcher : undefined),
      now: () => ledger.now,
      onAlarm: ({ kind }) => alarms.push(kind),
    },
  );
  await database.transact(async (queries) => {
    const common = { chain: 'zcash', timeMs: START_MS, actor: 'test', reason: 'test' };
    const scheme = { kind: 'pplns', window: windowOf(0.004) } as const;
    await setScheme(queries, { ...common, scheme });
    const terms = { feePpm: 20_000n, donation: null, minimum: 1n };
    await setTerms(queries, { ...common, account: CHAIN_TERMS, terms });
  });
  return {
    ledger,
    watcher,
    service,
    alarms,
    journal: ledger.journal('a'),
    /** Looks as often as a block may need, each time when the next look is due. */
    async visit(times = 1): Promise<void> {
      for (let i = 0; i < times; i += 1) {
        ledger.now += 600_000;
        await service.visit();
      }
    },
    async state(number: number): Promise<string> {
      const block = await database.read((queries) => blockOf(queries, 'zcash', nameOf(number)));
      return `${block?.state} ${block?.generation}`;
    },
    balance: (account: Parameters<typeof balanceOf>[2]) =>
      database.read((queries) => balanceOf(queries, 'zcash', account)),
    async verify() {
      const into = await SqliteDatabase.open(':memory:');
      t.after(() => into.close());
      const rules =
        schemeOf === undefined ? {} : { schemeOf: (share: { account: string }) => schemeOf(share.account) };
      return verifyFromJournals({ database, into, tail: ledger.tail, rules });
    },
  };
}

/** Four shares, a thousandth of a block each; the fifth finds a block. */
const SHARES = [1, 2, 3, 4, 5].map((number) =>
  record(number, {
    account: number % 2 === 0 ? 'bob' : 'ann',
    weight: 1_048n,
    outcome: number === 5 ? 'block' : 'share',
  }),
);

test('a block is credited when it is deep enough, by what it pays and the terms of its time, and matures', async (t) => {
  const { ledger, watcher, journal, visit, state, balance, verify, alarms } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  assert.equal(await state(5), 'found 1');
  await visit();
  assert.equal(await state(5), 'seen 1');
  watcher.best(9);
  await visit();
  assert.equal(await state(5), 'seen 1');
  watcher.best(10);
  await visit();
  assert.equal(await state(5), 'confirmed 1');
  // A window of 0.004 blocks holds four of the five shares, two of each account, and a small part of the oldest.
  assert.deepEqual(
    [
      await balance(openAccount('miner-pending', 'ann')),
      await balance(openAccount('miner-pending', 'bob')),
      await balance('equity:fee-pending'),
      await balance('asset:immature'),
    ],
    [-490n, -490n, -20n, 1_000n],
  );
  // What is shown of it to the account, and to everybody.
  await ledger.database.read(async (queries) => {
    const [credit] = await accountCredits(queries, 'zcash', 'ann', { limit: 10 });
    assert.deepEqual([credit?.amount, credit?.blockState, credit?.hash], [490n, 'confirmed', nameOf(5)]);
    assert.ok(Math.abs((credit?.part ?? 0) - 0.5) < 0.001);
    const [shown] = await blockStates(queries, 'zcash', [encodeHex(digestOf(5))]);
    assert.deepEqual([shown?.state, shown?.depth, shown?.reward], ['confirmed', 10, 1_000n]);
  });
  watcher.best(110);
  await visit();
  assert.deepEqual(
    [await state(5), await balance(openAccount('miner', 'ann')), await balance('asset:coinbase')],
    ['mature 1', -490n, 1_000n],
  );
  watcher.best(1_000);
  await visit();
  assert.equal(await state(5), 'closed 1');
  watcher.asked.length = 0;
  await visit();
  assert.deepEqual([watcher.asked, alarms], [[], []]);
  assert.deepEqual(await verifyLedger(ledger.database), []);
  const { mismatches, rounds, shares } = await verify();
  assert.deepEqual([mismatches, rounds, shares], [[], 1, 5]);
});

test('a ledger that was off for a day leads a deep block through its states in one visit', async (t) => {
  const { ledger, watcher, journal, visit, state, balance } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  watcher.best(2_000);
  await visit();
  assert.equal(await state(5), 'closed 1');
  assert.equal(await balance('asset:coinbase'), 1_000n);
  const moves = await ledger.database.read((queries) =>
    queries.all("SELECT content FROM audit WHERE action = 'move' ORDER BY number"),
  );
  assert.deepEqual(
    moves.map((row) => JSON.parse(String(row['content'])).to),
    ['seen', 'confirmed', 'mature', 'closed'],
  );
});

test('an orphan is taken back to the unit, and a block that returns is credited once more', async (t) => {
  const { ledger, watcher, journal, visit, state, balance, alarms, verify } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  watcher.best(10);
  await visit();
  watcher.side(9);
  await visit();
  assert.equal(await state(5), 'confirmed 1');
  watcher.side(10);
  await visit();
  assert.equal(await state(5), 'orphaned 1');
  assert.equal(await balance('asset:immature'), 0n);
  watcher.best(11);
  watcher.pays = 1_000n;
  await visit();
  assert.equal(await state(5), 'confirmed 2');
  assert.equal(await balance(openAccount('miner-pending', 'ann')), -490n);
  watcher.best(110);
  await visit();
  watcher.side(120);
  await visit();
  assert.equal(await state(5), 'orphaned 2');
  for (const account of ['asset:immature', 'asset:coinbase', openAccount('miner', 'ann')] as const)
    assert.equal(await balance(account), 0n);
  watcher.side(1_000);
  await visit();
  assert.equal(await state(5), 'lost 2');
  assert.deepEqual(alarms, ['orphaned', 'orphaned_late']);
  assert.deepEqual(await verifyLedger(ledger.database), []);
  assert.deepEqual((await verify()).mismatches, []);
});

test('nothing is booked on the word of one node where two are wanted, nor while nodes disagree or are silent', async (t) => {
  const { ledger, watcher, journal, visit, state, alarms } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  watcher.best(500, 1);
  await visit();
  watcher.at = undefined;
  await visit();
  assert.equal(await state(5), 'found 1');
  watcher.at = { kind: 'disagreement', depth: 12 };
  await visit(3);
  assert.equal(await state(5), 'disputed 1');
  assert.deepEqual(alarms, ['nodes_disagree']);
  watcher.best(20);
  await visit();
  assert.equal(await state(5), 'confirmed 1');
});

test('a reward that was not promised is disputed, until a person accepts this very amount', async (t) => {
  const { ledger, watcher, journal, visit, state, balance, alarms, service } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  watcher.best(10);
  watcher.pays = 900n;
  await visit(2);
  assert.equal(await state(5), 'disputed 1');
  assert.deepEqual(alarms, ['reward_differs']);
  const order = { chain: 'zcash', hash: nameOf(5), actor: 'ann', reason: 'fees were burnt' };
  await assert.rejects(service.acceptReward({ ...order, hash: 'none', reward: 1n }), {
    code: 'ADIT_BAD_OPTION',
  });
  assert.equal(await service.acceptReward({ ...order, reward: 900n }), true);
  await visit();
  assert.equal(await state(5), 'confirmed 1');
  assert.equal(await balance('asset:immature'), 900n);
  assert.equal(await service.acceptReward({ ...order, reward: 1n }), false);
});

test('a block waits while nobody knows its reward, or whether one was promised', async (t) => {
  const { ledger, watcher, journal, visit, state, alarms } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  watcher.best(10);
  watcher.promised = undefined;
  await visit();
  watcher.promised = null;
  watcher.pays = null;
  await visit();
  assert.deepEqual([await state(5), alarms], ['seen 1', ['reward_unknown']]);
  watcher.pays = 7n;
  await visit();
  assert.equal(await state(5), 'confirmed 1');
});

test('a block that cannot be judged does not keep the others', async (t) => {
  const { ledger, watcher, journal, visit, state, alarms } = await pool(t);
  journal.append(...SHARES, record(6, { outcome: 'block' }));
  await ledger.takeAll();
  watcher.best(10);
  const { place } = watcher;
  watcher.place = async (block) => {
    if (block.hash === nameOf(5)) throw new Error('the answer cannot be read');
    return place.call(watcher, block);
  };
  await visit(2);
  assert.deepEqual([await state(5), await state(6), alarms], ['found 1', 'confirmed 1', ['failed']]);
});

test('a smaller weight is not applied to a share that a round has counted', async (t) => {
  const { ledger, watcher, journal, visit, verify } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  watcher.best(10);
  await visit();
  journal.lighten(record(4, { weight: 10n }));
  journal.append(record(6));
  await ledger.takeAll();
  assert.deepEqual(
    ledger.alarms.map(({ kind }) => kind),
    ['two_weights', 'weight_too_late'],
  );
  journal.lighten(record(6, { weight: 10n }));
  await ledger.takeAll();
  const numbers = await ledger.numbers();
  assert.deepEqual([numbers[3], numbers[5]], ['4 bob 1048 a:4', '6 ann 10 a:6']);
  assert.deepEqual((await verify()).mismatches, []);
});

test('a block of SOLO is its finder’s, and shares that were paid at once hold the part of the reserve', async (t) => {
  const kinds: Record<string, (typeof SCHEME_KINDS)[number]> = { solo: 'solo', pps: 'pps' };
  const { ledger, watcher, journal, visit, verify } = await pool(t, (account) => kinds[account] ?? 'pplns');
  const share = (number: number, account: string, outcome: 'share' | 'block' | 'fruit' = 'share') =>
    record(number, { account, outcome, weight: 1_048n });
  journal.append(
    share(1, 'pps'),
    share(2, 'ann'),
    share(3, 'solo', 'block'),
    share(4, 'ann', 'fruit'),
    share(5, 'pps'),
  );
  // Shares are paid at once while the reserve is open, and only then.
  await ledger.database.transact((queries) =>
    setTariff(
      queries,
      'zcash',
      { subsidy: 1_000n, feeRatioPpm: 0n, coefficient: COEFFICIENT_ONE, sinceMs: 0, isOpen: true },
      { timeMs: START_MS, actor: 'test', reason: 'test' },
    ),
  );
  await ledger.takeAll();
  watcher.best(10);
  await visit();
  const creditOf = (number: number) =>
    ledger.database.read((queries) => bookedCredit(queries, 'zcash', nameOf(number), 1));
  const solo = await creditOf(3);
  assert.deepEqual(
    [solo.parts.map(({ account, gross }) => [account, gross]), solo.reserve],
    [[['solo', 1_000n]], 0n],
  );
  const fruit = await creditOf(4);
  assert.deepEqual(
    [fruit.parts.map(({ account, gross }) => [account, gross]), fruit.reserve],
    [[['ann', 667n]], 333n],
  );
  assert.deepEqual((await verify()).mismatches, []);
});

test('shares that were given up keep their sums, and the journals still prove them', async (t) => {
  const { ledger, journal, verify } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  assert.equal(await ledger.database.transact((queries) => dropShares(queries, 'zcash', 5)), 0);
  assert.equal(await ledger.database.transact((queries) => dropShares(queries, 'zcash', 6)), 1);
  assert.deepEqual((await verify()).mismatches, []);
});

test('a round whose parts do not sum to its reward breaks I8', async (t) => {
  const { ledger, watcher, journal, visit } = await pool(t);
  journal.append(...SHARES);
  await ledger.takeAll();
  watcher.best(10);
  await visit();
  assert.deepEqual(await verifyLedger(ledger.database), []);
  await ledger.database.transact((queries) =>
    queries.run("UPDATE round_part SET gross = '7' WHERE position = 0"),
  );
  assert.deepEqual(
    (await verifyLedger(ledger.database)).map(({ invariant }) => invariant),
    ['I8'],
  );
});

test('a verification finds what was changed behind the ledger’s back', async (t) => {
  const changes: readonly (readonly [string, readonly string[]])[] = [
    ["UPDATE share_account SET name = 'eve' WHERE name = 'bob'", ['share_differs', 'sums_differ']],
    ["UPDATE round SET reward = '999'", ['credit_differs', 'entry_differs']],
    ["UPDATE round SET total = '1'", ['round_differs']],
    ["UPDATE round_part SET net = '1' WHERE account = 'ann'", ['credit_differs']],
    ['UPDATE posting SET amount = amount + 1 WHERE entry = 1', ['entry_differs']],
    ['UPDATE journal_mark SET sequence = 6', ['rows_uncovered']],
    [
      "INSERT INTO left_out (instance, first_sequence, last_sequence, because) VALUES ('a', 2, 2, 'duplicate')",
      ['left_out_wrongly', 'rows_uncovered'],
    ],
    ["UPDATE correction SET weight = '5', is_applied = 1", ['share_differs']],
  ];
  for (const [sql, kinds] of changes) {
    const { ledger, watcher, journal, visit, verify } = await pool(t);
    journal.append(...SHARES);
    await ledger.takeAll();
    watcher.best(10);
    await visit();
    journal.lighten(record(4, { weight: 10n }));
    journal.append(record(6));
    ledger.now += 1;
    await ledger.takeAll();
    if (sql.includes('sequence = 6')) journal.append(record(7));
    const fixed = sql.replace('sequence = 6', 'sequence = 7');
    await ledger.database.transact((queries) => queries.run(fixed));
    const found = new Set((await verify()).mismatches.map(({ kind }) => kind));
    assert.deepEqual(
      kinds.filter((kind) => !found.has(kind as never)),
      [],
      `${sql}: ${[...found].join()}`,
    );
  }
});

test('shares and blocks that a coinbase pays earn nothing in the books, and a rebuild agrees', async (t) => {
  const { ledger, journal, visit, verify, balance } = await pool(t);
  const [first, second, third, fourth, block] = SHARES;
  assert.ok(first !== undefined && second !== undefined && third !== undefined && fourth !== undefined);
  assert.ok(block !== undefined);
  const paid = { paid: 'solo-block' } as const;
  journal.append({ ...first, ...paid }, { ...second, ...paid }, third, { ...fourth, ...paid });
  journal.append({ ...block, ...paid });
  assert.equal(await ledger.takeAll(), 1);
  const rows = await ledger.database.read((queries) =>
    queries.all('SELECT first_sequence, last_sequence, because FROM left_out ORDER BY first_sequence'),
  );
  assert.deepEqual(
    rows.map((row) => Object.values(row)),
    [
      [1, 2, 'paid_in_block'],
      [4, 5, 'paid_in_block'],
    ],
  );
  await visit();
  assert.deepEqual(await ledger.database.read((queries) => queries.all('SELECT * FROM block')), []);
  assert.equal(await balance(openAccount('miner', 'ann')), 0n);
  assert.deepEqual((await verify()).mismatches, []);
});
