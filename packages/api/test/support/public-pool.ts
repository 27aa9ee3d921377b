import type { ChainBooks, ChainFacts, Privacy, PublicSources } from '@adit/api/public';
import { PublicServer, type PublicServerModules, type PublicServerOptions } from '@adit/api/public';
import { JournalTail } from '@adit/journal';
import { openStats, ShareIntake, StatsQueries } from '@adit/stats';
import { folder, journalTemplate, record, START_MS, TestJournal } from '@adit/test-kit/test-journal';

/** Time of the figures of {@link stats}. */
export const NOW_MS = START_MS + 3_600_000;
/** What the test double of the books knows. */
export const BLOCK_REWARD = 312_500_000n;

/** Reverses the bytes of hex, as explorers print hashes of Zcash. */
const reversed = (hex: string) => Buffer.from(hex, 'hex').reverse().toString('hex');

/** A chain as a configuration would have it. */
export const CHAIN: ChainFacts = {
  name: 'zec',
  network: 'zcash',
  coin: { name: 'Zcash', symbol: 'ZEC', decimals: 8, unit: 'Sol/s', algorithm: 'Equihash 200,9' },
  scheme: 'pplns',
  windowBlocks: 2,
  feeRatio: 0.01,
  threshold: 1_000_000n,
  blockSeconds: 75,
  difficultyOne: 8_192,
  maturity: 100,
  height: 3_600_000,
  workAgeMs: 1_200,
  hashOfDigest: reversed,
  digestOfHash: reversed,
  ports: [
    {
      name: 'main',
      host: 'pool.example.org',
      port: 3333,
      tls: false,
      dialect: 'zcash',
      startDifficulty: 8,
      minDifficulty: null,
      maxDifficulty: null,
      fixed: false,
      shareSeconds: 10,
      connections: 3,
    },
  ],
  programs: [],
  explorer: { block: 'https://explorer.example/blocks/{hash}', tx: null, address: null },
};

/** Shares of an hour: `ann` with two rigs, `bob` with one, and two blocks. */
export async function stats(t: { after(work: () => void): void }): Promise<StatsQueries> {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  const rows = [];
  for (let i = 0; i < 360; i += 1) {
    const timeMs = START_MS + i * 10_000;
    const account = i % 3 === 0 ? 'bob' : LONG_NAME;
    const outcome = i === 100 || i === 300 ? ('block' as const) : ('share' as const);
    rows.push(record(i, { timeMs, account, worker: `${account}.rig${i % 2}`, outcome }));
  }
  journal.append(...rows);
  journal.close();
  const db = openStats(':memory:');
  const tail = new JournalTail({ dataFolder });
  const intake = new ShareIntake({ settleMs: 0 }, { tail, db, now: () => NOW_MS });
  while (intake.step().isFull);
  tail.close();
  t.after(() => db.close());
  return new StatsQueries(db);
}

/** An account whose name is an address. */
export const LONG_NAME = 't1VydNnkjBzfL1iAMyUbwGKJAF7PgvuCfMY';

/** Books of two batches. */
export function books(): ChainBooks {
  const payouts = [2, 1].map((n) => ({
    id: `b${n}`,
    state: 'confirmed' as const,
    createdMs: START_MS + n,
    sentMs: START_MS + n,
    recipients: 1,
    amount: 2n ** 60n + BigInt(n),
    fee: 1_000n,
    txid: 'ab'.repeat(32),
  }));
  const page = <Item>(items: readonly Item[], { after, limit }: { after: string | null; limit: number }) => {
    const from = after === null ? 0 : Number(after);
    if (!Number.isSafeInteger(from)) return Promise.resolve(undefined);
    const next = from + limit < items.length ? String(from + limit) : null;
    return Promise.resolve({ items: items.slice(from, from + limit), next });
  };
  return {
    balance: async () => ({ immature: 5n, owed: 2n ** 60n, sending: 0n, paid: 7n, threshold: 2_000_000n }),
    blocks: async (digests) =>
      new Map(
        digests.map((digest) => [digest, { digest, state: 'pending', depth: 7, reward: BLOCK_REWARD }]),
      ),
    blockCounts: async () => ({ total: 2, pending: 2, orphaned: 0 }),
    paid: async () => 2n ** 61n,
    payouts: (question) => page(payouts, question),
    payout: async (id) => payouts.find((one) => one.id === id),
    accountPayouts: (_account, question) =>
      page(
        payouts.map(({ id, createdMs, amount, state, txid }) => ({ id, ms: createdMs, amount, state, txid })),
        question,
      ),
    credits: (_account, question) =>
      page(
        [
          {
            ms: START_MS,
            height: 1,
            hash: '=cmd|x',
            weightRatio: 0.5,
            amount: -5n,
            state: 'immature' as const,
          },
        ],
        question,
      ),
  };
}

/** A served pool. */
export interface ServedPool {
  readonly url: string;
  readonly port: number;
  readonly server: PublicServer;
  readonly sources: PublicSources;
  readonly problems: readonly string[];
}

/** Starts a public server on a free port, with limits that do not bind a test. */
export async function servePool(
  t: { after(work: () => void | Promise<void>): void },
  {
    privacy = () => 'unlisted',
    options = {},
    modules = {},
    sources: changes = {},
  }: {
    readonly privacy?: (account: string) => Privacy;
    readonly options?: Partial<PublicServerOptions>;
    readonly modules?: Partial<PublicServerModules>;
    readonly sources?: Partial<PublicSources>;
  } = {},
): Promise<ServedPool> {
  const queries = await stats(t);
  const chainBooks = books();
  const sources: PublicSources = {
    pool: () => ({ name: 'Test', startedMs: START_MS, ready: true, version: '0', chains: [CHAIN] }),
    stats: () => queries,
    books: () => chainBooks,
    privacyOf: (_network, account) => privacy(account),
    mayView: (_network, _account, key) => key === 'secret-key',
    rigs: async () => new Map(),
    ...changes,
  };
  const problems: string[] = [];
  const server = new PublicServer(
    { host: '127.0.0.1', port: 0, allowedHosts: [], perSecond: 1e6, burst: 1e6, ...options },
    { sources, onProblem: (problem) => problems.push(problem), ...modules },
  );
  const port = await server.start();
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${port}`, port, server, sources, problems };
}
