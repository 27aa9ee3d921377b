import { CHAIN_TERMS, dueAccounts, type Queries, SqliteDatabase, setTerms } from '@adit/ledger';
import { planPayouts } from '@adit/money';
import { zecdLimits } from '@adit/wallets';
import { cpuSeconds } from './bare-read.ts';

const ACCOUNTS = 100_000;
const CHAIN = 'zcash';
const COIN = 100_000_000n;

/**
 * Plans the next batch of a ledger that owes 100,000 accounts, as the payout service does at each step.
 * @returns milliseconds of processor time: of reading who is due, and of the plan
 */
export async function measurePlanner(): Promise<{ readonly dueMs: number; readonly planMs: number }> {
  const database = await SqliteDatabase.open(':memory:');
  try {
    await database.transact(fill);
    const minimum = COIN / 100n;
    // The first look notes since when each account is due; the usual one finds that noted.
    await database.transact((queries) => dueAccounts(queries, CHAIN, { atMs: 2, poolMinimum: minimum }));
    const start = process.cpuUsage();
    const due = await database.transact((queries) =>
      dueAccounts(queries, CHAIN, { atMs: 3, poolMinimum: minimum }),
    );
    const dueMs = cpuSeconds(start) * 1_000;
    if (due.length !== ACCOUNTS) throw new Error(`${due.length} accounts are due`);
    const middle = process.cpuUsage();
    const { batches } = planPayouts(due, {
      minimum,
      paymentCap: 10n * COIN,
      batchCap: 1_000n * COIN,
      leftToday: 10_000n * COIN,
      spendable: 10_000n * COIN,
      keep: 0n,
      ownReceivers: new Set(),
      wallet: zecdLimits(),
      feeBorneBy: 'pool',
      mostBatches: 1,
    });
    const planMs = cpuSeconds(middle) * 1_000;
    if (batches.length !== 1) throw new Error(`the plan has ${batches.length} batches`);
    return { dueMs, planMs };
  } finally {
    await database.close();
  }
}

/** Balances and payees as entries and orders would leave them. */
async function fill(queries: Queries): Promise<void> {
  const terms = { feePpm: 10_000n, donation: null, minimum: 1n };
  const change = { chain: CHAIN, timeMs: 0, actor: 'bench', reason: 'bench' };
  await setTerms(queries, { ...change, account: CHAIN_TERMS, terms });
  for (let i = 0; i < ACCOUNTS; i += 1) {
    const name = `t1${String(i).padStart(33, '0')}`;
    await queries.run('INSERT INTO account (chain, name, since_ms) VALUES (?, ?, 0)', [CHAIN, name]);
    await queries.run('INSERT INTO balance (chain, account, amount, version, entry) VALUES (?, ?, ?, 1, 1)', [
      CHAIN,
      `liab:miner:${name}`,
      String(-(COIN / 50n) - BigInt(i)),
    ]);
    await queries.run(
      "INSERT INTO payee (chain, account, position, set_ms, since_ms, address, receiver, kind) VALUES (?, ?, 0, 0, 0, ?, ?, 'p2pkh')",
      [CHAIN, name, name, `p2pkh:${i.toString(16).padStart(40, '0')}`],
    );
  }
}
