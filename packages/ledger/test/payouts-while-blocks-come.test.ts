import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pendingIncome, postEntry, type Queries, SqliteDatabase } from '@adit/ledger';
import { type BlockState, depositEntry } from '@adit/money';
import { PayoutDesk } from './support/payout-desk.ts';

const CHAIN = 'zcash';
/** Blocks of the chain between two that the pool finds. */
const FOUND_EVERY = 3;
/** Blocks until the books have a reward: longer than a payment takes. */
const MATURES_AFTER = 60;

interface Block {
  readonly height: number;
  readonly state: BlockState;
  readonly expected: bigint | null;
  /** What its round shared out; null before it is credited. */
  readonly credited?: bigint;
}

async function keep(queries: Queries, { height, state, expected, credited }: Block): Promise<void> {
  const hash = `block${height}`;
  await queries.run(
    `INSERT INTO block (chain, hash, what, number, chain_name, dialect, work_group, digest, height, found_ms, account, worker, scheme,
       state, generation, expected_reward, is_expected_known)
     VALUES (?, ?, 'block', ?, 'zcash', 'zcash', '', '', ?, 1, 'ann', 'ann', 'pplns', ?, 1, ?, 1)`,
    [CHAIN, hash, height, height, state, expected === null ? null : String(expected)],
  );
  if (credited !== undefined)
    await queries.run(
      `INSERT INTO round (chain, hash, generation, scheme, counts_from, newest_number, total, is_full, reward, reserve, suspense, made_ms)
       VALUES (?, ?, 1, '{"kind":"prop"}', 0, ?, '1', 1, ?, '0', '0', 1)`,
      [CHAIN, hash, height, String(credited)],
    );
}

test('income that the books wait for is that of seen, confirmed and disputed blocks, by height: as credited, or as expected', async (t) => {
  const database = await SqliteDatabase.open(':memory:');
  t.after(() => database.close());
  const blocks: readonly Block[] = [
    { height: 9, state: 'found', expected: 1n },
    { height: 8, state: 'seen', expected: 20n },
    { height: 7, state: 'seen', expected: null },
    { height: 6, state: 'confirmed', expected: 300n, credited: 301n },
    { height: 5, state: 'disputed', expected: 4_000n },
    { height: 4, state: 'mature', expected: 50_000n, credited: 50_000n },
    { height: 3, state: 'closed', expected: 50_000n, credited: 50_000n },
    { height: 2, state: 'orphaned', expected: 50_000n },
    { height: 1, state: 'lost', expected: 50_000n },
  ];
  await database.transact(async (queries) => {
    for (const block of blocks) await keep(queries, block);
  });
  assert.deepEqual(await database.read((queries) => pendingIncome(queries, CHAIN)), [4_000n, 301n, 20n]);
  assert.deepEqual(await database.read((queries) => pendingIncome(queries, 'other')), []);
});

/** A pool finds blocks all the time: its wallet has each reward at once, its books have it much later. */
async function findBlocks(desk: PayoutDesk, blocks: number): Promise<void> {
  const rewardOf = (height: number) => 7_000_000n + BigInt(height);
  const found: number[] = [];
  for (let mined = 0; mined < blocks; mined += 1) {
    const { height } = desk.chain;
    await desk.database.transact(async (queries) => {
      if (mined % FOUND_EVERY === 0) {
        await keep(queries, { height, state: 'seen', expected: rewardOf(height) });
        desk.wallet.earn(rewardOf(height), 'hot');
        found.push(height);
      }
      const old = found[0];
      if (old === undefined || old > height - MATURES_AFTER) return;
      found.shift();
      await queries.run("UPDATE block SET state = 'mature' WHERE chain = ? AND height = ?", [CHAIN, old]);
      const deposit = { chain: CHAIN, reference: `reward${old}`, amount: rewardOf(old) };
      await postEntry(queries, CHAIN, depositEntry(deposit), desk.clock.nowMs());
    });
    await desk.settle();
    desk.mine(1);
  }
}

test('a payment begins and ends although blocks are found all the time, before their rewards are in the books', async () => {
  const desk: PayoutDesk = await PayoutDesk.open({
    modules: { pendingIncome: () => desk.database.read((queries) => pendingIncome(queries, CHAIN)) },
  });
  await findBlocks(desk, 90);
  await desk.owe('cem', 40_000_000n);
  await findBlocks(desk, 90);
  const states = (await desk.commands.list()).map(({ position }) => position.state);
  assert.deepEqual(states, ['settled', 'settled']);
  assert.equal((await desk.commands.status()).control.hold, null);
  assert.equal((await desk.commands.reconcile()).gap, 0n);
});

test('rewards that nobody names are a gap, behind which nothing is paid', async () => {
  const desk = await PayoutDesk.open();
  await findBlocks(desk, 30);
  assert.equal((await desk.commands.status()).control.hold?.reason, 'reconcile_gap');
  assert.equal(desk.wallet.calls.size, 0);
});
