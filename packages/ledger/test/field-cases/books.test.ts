// What went wrong with blocks and balances of other programs, in public reports, each as a test of ours.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type BlockPlace,
  BlockService,
  balanceOf,
  CHAIN_TERMS,
  dueAccounts,
  type FoundBlockMove,
  listBlocks,
  postEntry,
  setTerms,
  verifyLedger,
} from '@adit/ledger';
import { type ChartAccount, creditEntry, creditOf, openAccount, reserveEntry } from '@adit/money';
import { record, START_MS } from '../support/journals.ts';
import { PayoutDesk } from '../support/payout-desk.ts';
import { ShareLedger } from '../support/share-ledger.ts';

const RULES = { confirmDepth: 10, matureDepth: 110, closedDepth: 1_000, lostDepth: 100, nodes: 2 };
const PENDING = openAccount('miner-pending', 'ann');
const OWED = openAccount('miner', 'ann');

/** A ledger with ann's block, or several, and nodes that say what the test wants of each. */
async function pool(t: TestContext, blocks = 1) {
  const ledger = await ShareLedger.open(t);
  const { database } = ledger;
  await database.transact((queries) => {
    const terms = { feePpm: 0n, donation: null, minimum: 1n };
    return setTerms(queries, {
      chain: 'zcash',
      account: CHAIN_TERMS,
      terms,
      timeMs: 1,
      actor: 'test',
      reason: 'test',
    });
  });
  const journal = ledger.journal('a');
  for (let number = 1; number <= blocks; number += 1) journal.append(record(number, { outcome: 'block' }));
  await ledger.takeAll();
  const places: (BlockPlace | undefined)[] = [];
  const moves: FoundBlockMove[] = [];
  const make = (onMove: (move: FoundBlockMove) => void = (move) => moves.push(move)) =>
    new BlockService(
      { actor: 'ledger', rulesOf: () => RULES, incomeOf: () => 'asset:coinbase' },
      {
        database,
        watcherOf: () => ({
          place: async ({ number }) => places[number - 1],
          reward: async () => 1_000n,
          expected: async () => 1_000n,
        }),
        now: () => ledger.now,
        onMove,
      },
    );
  const service = make();
  return {
    ledger,
    journal,
    places,
    moves,
    make,
    async visit(...at: readonly (BlockPlace | undefined)[]): Promise<void> {
      places.splice(0, places.length, ...at);
      ledger.now += 600_000;
      await service.visit();
    },
    balance: (account: ChartAccount) => database.read((queries) => balanceOf(queries, 'zcash', account)),
    states: async () =>
      (await database.read((queries) => listBlocks(queries, { chain: 'zcash', limit: 10 }))).map(
        ({ state }) => state,
      ),
  };
}

const best = (depth: number, nodes = 2): BlockPlace => ({ kind: 'chain', place: 'best', depth, nodes });
const side = (depth: number, nodes = 2): BlockPlace => ({ kind: 'chain', place: 'side', depth, nodes });

test('miningcore 1233, cryptonote-pool 196: a block beside the chain is never credited, and an immature one is not due', async (t) => {
  const { visit, balance, states, ledger } = await pool(t, 2);
  await visit(best(10), side(10));
  assert.deepEqual([await balance(PENDING), await balance(OWED)], [-1_000n, 0n]);
  const due = await ledger.database.transact((queries) =>
    dueAccounts(queries, 'zcash', { atMs: ledger.now, poolMinimum: 1n }),
  );
  assert.deepEqual(due, []);
  await visit(best(110), side(110));
  assert.deepEqual(await states(), ['lost', 'mature']);
  assert.equal(await balance(OWED), -1_000n);
});

test('miningcore-fork 191, T28: one block is credited once, though two processes judge it at once, and two workers found it', async (t) => {
  const { ledger, journal, places, make, balance, states } = await pool(t);
  const other = ledger.journal('b');
  other.append(record(1, { outcome: 'block', account: 'bob', worker: 'bob.rig' }));
  journal.append(record(9));
  await ledger.takeAll();
  places.push(best(10));
  ledger.now += 600_000;
  await Promise.all([make().visit(), make().visit()]);
  await make().visit();
  assert.deepEqual(await states(), ['confirmed']);
  assert.equal(await balance('asset:immature'), 1_000n);
  assert.deepEqual(await verifyLedger(ledger.database), []);
});

test('T28: of two blocks at one height only that of the best chain is credited', async (t) => {
  const { visit, balance, states } = await pool(t, 2);
  await visit(side(12), best(12));
  assert.deepEqual(await states(), ['confirmed', 'found']);
  assert.equal(await balance('asset:immature'), 1_000n);
});

test('z-nomp 310, T29: a node that lags calls a good block an orphan, and the block keeps its credit', async (t) => {
  const { visit, states, balance } = await pool(t);
  await visit(best(20));
  await visit(side(20, 1));
  await visit(side(500, 1));
  assert.deepEqual(await states(), ['confirmed']);
  await visit(undefined);
  await visit(best(110));
  assert.deepEqual([await states(), await balance(OWED)], [['mature'], -1_000n]);
});

test('php-mpos 822, 715, T29: an orphan behind its maturity is taken back by mirror entries, as a debt that is seen', async (t) => {
  const { ledger, visit, states, balance } = await pool(t);
  await visit(best(110));
  await ledger.database.transact((queries) =>
    postEntry(
      queries,
      'zcash',
      reserveEntry({ chain: 'zcash', id: 'b1' }, [{ account: 'ann', gross: 600n }]),
      5,
    ),
  );
  await visit(side(150));
  assert.deepEqual(await states(), ['orphaned']);
  assert.equal(await balance(OWED), 600n, 'ann had 600 of it, and later credits make up for them');
  assert.equal(await balance('asset:coinbase'), 0n);
});

test('php-mpos 2550: a block without a share goes to suspense, and the next block is credited all the same', async (t) => {
  const { ledger, visit, balance } = await pool(t);
  const block = { chain: 'zcash', hash: 'nobody', generation: 1 };
  const nobody = creditOf(700n, { scores: new Map() }, () => ({ feePpm: 0n, donation: null }));
  await ledger.database.transact((queries) => postEntry(queries, 'zcash', creditEntry(block, nobody), 5));
  await visit(best(10));
  assert.deepEqual([await balance('suspense'), await balance(PENDING)], [-700n, -1_000n]);
});

test('cryptonote-nodejs-pool 136: a message that fails behind a credit does not make it again', async (t) => {
  const { ledger, places, make, balance } = await pool(t);
  places.push(best(10));
  const failing = make(() => {
    throw new Error('the mail server is away');
  });
  for (let visits = 0; visits < 3; visits += 1) {
    ledger.now += 600_000;
    await failing.visit().catch(() => {});
  }
  assert.equal(await balance(PENDING), -1_000n);
  assert.deepEqual(await verifyLedger(ledger.database), []);
});

test('bitcoin gold 225: a balance is bound to one payment, and the second one is refused instead of a debt', async () => {
  const desk = await PayoutDesk.open();
  const reserve = (id: string) =>
    desk.database.transact((queries) =>
      postEntry(
        queries,
        'zcash',
        reserveEntry({ chain: 'zcash', id }, [{ account: 'ann', gross: 50_000_000n }]),
        9,
      ),
    );
  await reserve('first');
  await assert.rejects(reserve('second'));
  const left = await desk.database.read((queries) => balanceOf(queries, 'zcash', OWED));
  assert.equal(left, 0n);
});

test('T31: whatever the scores and the fee, the parts of a reward sum to the reward', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const reward = BigInt(seed) ** 5n + 41_666_667n;
    const scores = new Map(
      Array.from(
        { length: (seed % 17) + 1 },
        (_, i) => [`m${i}`, BigInt((seed * 7_919 * (i + 1)) % 10_007)] as const,
      ),
    );
    const { parts, suspense } = creditOf(reward, { scores }, () => ({
      feePpm: BigInt(seed * 131),
      donation: null,
    }));
    const sum = parts.reduce((all, { net, fee, donation }) => all + net + fee + donation, suspense);
    assert.equal(sum, reward);
  }
});

test('T33: a disk that is full for a while loses no share, and numbers none twice', async (t) => {
  const ledger = await ShareLedger.open(t);
  const journal = ledger.journal('a');
  for (let number = 1; number <= 50; number += 1) journal.append(record(number));
  let isFull = true;
  const { database } = ledger;
  const transact = database.transact.bind(database);
  database.transact = (work) =>
    transact(async (queries) => {
      const done = await work(queries);
      if (isFull) throw new Error('the disk is full');
      return done;
    });
  for (let tries = 0; tries < 3; tries += 1) await assert.rejects(ledger.takeAll(), /disk is full/);
  isFull = false;
  ledger.now = START_MS + 2_000_000;
  assert.equal(await ledger.takeAll(), 50);
  assert.equal((await ledger.numbers()).length, 50);
});
