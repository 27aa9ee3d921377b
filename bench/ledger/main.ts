import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JournalTail, ShareJournal } from '@adit/journal';
import {
  BlockService,
  bookedCredit,
  CHAIN_TERMS,
  Ingest,
  SHARE_DIALECTS,
  SqliteDatabase,
  setScheme,
  setTerms,
} from '@adit/ledger';
import { windowOf } from '@adit/money';
import Database from 'better-sqlite3';
import type { Figure } from '../report.ts';
import { summarise } from '../statistics.ts';
import { bareRead, cpuSeconds } from './bare-read.ts';
import { measurePlanner } from './planner.ts';

const SHARES = 1_000_000;
const ACCOUNTS = 10_000;
/** Shares of one tip: 40 shares a second of a pool, for 25 s. */
const GROUP = 1_000;
const START_MS = 1_700_000_000_000;
const NETWORK_TARGET = 1n << 226n;

/** The unit of each figure. */
const UNITS: Readonly<Record<string, Pick<Figure, 'unit' | 'better'>>> = {
  'ledger.ingest_per_s': { unit: 'shares/s', better: 'higher' },
  'ledger.ingest_per_cpu_s': { unit: 'shares/CPU s', better: 'higher' },
  'ledger.bare_read_per_cpu_s': { unit: 'rows/CPU s', better: 'higher' },
  'ledger.ingest_memory_mb': { unit: 'MB', better: 'lower' },
  'ledger.bytes_per_share': { unit: 'bytes', better: 'lower' },
  'ledger.credit_10000_accounts_ms': { unit: 'CPU ms', better: 'lower' },
  'ledger.mature_10000_accounts_ms': { unit: 'CPU ms', better: 'lower' },
  'ledger.due_100000_accounts_ms': { unit: 'CPU ms', better: 'lower' },
  'ledger.plan_100000_accounts_ms': { unit: 'CPU ms', better: 'lower' },
};
/** Figures that have a baseline in the same run, on the same rows. */
const NAIVE: Readonly<Record<string, string>> = {
  'ledger.ingest_per_cpu_s': 'ledger.bare_read_per_cpu_s',
};

export const LEDGER_FIGURES: readonly string[] = Object.keys(UNITS);

/**
 * A cold journal of a million shares into an empty ledger, beside a bare read of the same rows; a block whose round has 10,000 accounts;
 * and a plan among 100,000. Where others use the machine, processor time says more than the clock.
 */
export async function ledgerFigures(
  rounds: number,
  say: (text: string) => void,
): Promise<Record<string, Figure>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'adit-bench-ledger-'));
  try {
    say(`writing a journal of ${SHARES} shares of ${ACCOUNTS} accounts`);
    await writeJournal(folder);
    const found = new Map<string, number[]>();
    for (let round = 1; round <= rounds; round += 1) {
      say(`ledger: round ${round} of ${rounds}`);
      const figures = await measure(folder, path.join(folder, `ledger-${round}.db`));
      const { dueMs, planMs } = await measurePlanner();
      const all = {
        ...figures,
        'ledger.due_100000_accounts_ms': dueMs,
        'ledger.plan_100000_accounts_ms': planMs,
      };
      for (const [name, value] of Object.entries(all)) found.set(name, [...(found.get(name) ?? []), value]);
    }
    const summaries = new Map(LEDGER_FIGURES.map((name) => [name, summarise(known(found.get(name)))]));
    return Object.fromEntries(
      LEDGER_FIGURES.map((name) => {
        const figure = { ...known(summaries.get(name)), ...known(UNITS[name]) };
        const naive = summaries.get(NAIVE[name] ?? '');
        if (naive === undefined) return [name, figure];
        return [name, { ...figure, timesNaive: Number((figure.median / naive.median).toPrecision(3)) }];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(dataFolder: string, file: string): Promise<Record<string, number>> {
  const bare = bareRead(dataFolder);
  const database = await SqliteDatabase.open(file);
  const tail = new JournalTail({ dataFolder });
  try {
    await database.transact(async (queries) => {
      const common = { chain: 'zcash', timeMs: 0, actor: 'bench', reason: 'bench' };
      await setScheme(queries, { ...common, scheme: { kind: 'pplns', window: windowOf(2) } });
      const terms = { feePpm: 10_000n, donation: null, minimum: 1n };
      await setTerms(queries, { ...common, account: CHAIN_TERMS, terms });
    });
    const before = process.memoryUsage.rss();
    let peak = before;
    const start = performance.now();
    const startCpu = process.cpuUsage();
    const ingest = new Ingest({}, { tail, database });
    for (;;) {
      const { isFull } = await ingest.step();
      peak = Math.max(peak, process.memoryUsage.rss());
      if (!isFull) break;
    }
    const seconds = (performance.now() - start) / 1_000;
    const ingestCpu = cpuSeconds(startCpu);
    const [size] = await database.read((queries) =>
      queries.all('SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()'),
    );
    const credit = await visit(database, 20);
    const mature = await visit(database, 110);
    const hash = known(SHARE_DIALECTS['zcash']).blockName(digestOf(SHARES - 1));
    const { parts } = await database.read((queries) => bookedCredit(queries, 'zcash', hash, 1));
    if (parts.length !== ACCOUNTS) throw new Error(`the round has ${parts.length} accounts`);
    return {
      'ledger.ingest_per_s': SHARES / seconds,
      'ledger.ingest_per_cpu_s': SHARES / ingestCpu,
      'ledger.bare_read_per_cpu_s': bare,
      'ledger.ingest_memory_mb': (peak - before) / 1e6,
      'ledger.bytes_per_share': Number(size?.['bytes']) / SHARES,
      'ledger.credit_10000_accounts_ms': credit,
      'ledger.mature_10000_accounts_ms': mature,
    };
  } finally {
    tail.close();
    await database.close();
  }
}

/** @returns milliseconds of processor time of one visit, in which the block made one step */
async function visit(database: SqliteDatabase, depth: number): Promise<number> {
  const service = new BlockService(
    {
      actor: 'bench',
      rulesOf: () => ({ confirmDepth: 10, matureDepth: 110, closedDepth: 1_000, lostDepth: 100, nodes: 1 }),
      incomeOf: () => 'asset:coinbase',
    },
    {
      database,
      now: () => Date.now() + depth * 3_600_000,
      watcherOf: () => ({
        place: async () => ({ kind: 'chain', place: 'best', depth, nodes: 1 }),
        reward: async () => 41_666_667_123n,
        expected: async () => null,
      }),
      onAlarm: ({ kind, error }) => {
        throw new Error(kind, { cause: error });
      },
    },
  );
  const start = process.cpuUsage();
  await service.visit();
  return cpuSeconds(start) * 1_000;
}

async function writeJournal(dataFolder: string): Promise<void> {
  const instance = 'bench';
  const journal = new ShareJournal({ dataFolder, instance });
  await journal.append({
    timeMs: START_MS,
    network: 'zcash',
    chain: 'zcash',
    height: 1,
    workId: 'w',
    workGroup: groupOf(0),
    account: accountOf(0),
    worker: `${accountOf(0)}.rig`,
    dialect: 'zcash',
    weight: 1n << 14n,
    shareTarget: 1n << 241n,
    networkTarget: NETWORK_TARGET,
    digest: digestOf(0),
    outcome: 'share',
  });
  await journal.close();
  const db = new Database(path.join(dataFolder, 'journal', `${instance}.db`));
  try {
    db.pragma('synchronous = OFF');
    const insert = db.prepare('INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)');
    db.transaction(() => {
      db.exec('DELETE FROM ended');
      for (let i = 1; i < SHARES; i += 1) {
        const account = accountOf((i * 7_919) % ACCOUNTS);
        insert.run(
          i + 1,
          START_MS + i * 25,
          'zcash',
          'zcash',
          3_600_000 + Math.floor(i / GROUP),
          `w${Math.floor(i / GROUP)}`,
          groupOf(i),
          account,
          `${account}.rig`,
          'zcash',
          String(1n << BigInt(12 + (i % 5))),
          String(1n << BigInt(243 - (i % 5))),
          String(NETWORK_TARGET - BigInt(Math.floor(i / GROUP))),
          digestOf(i),
          i === SHARES - 1 ? 'block' : 'share',
        );
      }
      db.prepare("INSERT INTO ended VALUES (?, ?, 'closed')").run(instance, SHARES);
    })();
  } finally {
    db.close();
  }
}

/** A name as long as a transparent address. */
function accountOf(index: number): string {
  return `t1${createHash('sha256').update(String(index)).digest('hex').slice(0, 33)}`;
}

function groupOf(index: number): string {
  return createHash('sha256')
    .update(`tip ${Math.floor(index / GROUP)}`)
    .digest('hex');
}

function digestOf(index: number): Uint8Array {
  return createHash('sha256').update(`share ${index}`).digest();
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a figure or a dialect is missing');
  return value;
}
