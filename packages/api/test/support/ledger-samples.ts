import type { ChainMoney } from '../../src/ledger-chain-metrics.ts';
import { LedgerMetrics } from '../../src/ledger-metrics.ts';
import { type Family, parseMetrics } from './samples.ts';

/** What the program reports as a problem: the page names all causes, and a test compares them. */
export const LEDGER_PROBLEM_CAUSES = [
  'ingest',
  'shares',
  'blocks',
  'payouts',
  'lease',
  'database',
  'metrics',
  'books',
  'ended',
];

export const LEDGER_NOW_MS = 1_700_000_000_000;

/** The money of a chain with 12.5 coins due for two hours. */
export function chainMoney(changes: Partial<ChainMoney> = {}): ChainMoney {
  return {
    decimals: 8,
    owed: 1_300_000_000n,
    due: { accounts: 3, amount: 1_250_000_000n, sinceMs: LEDGER_NOW_MS - 7_200_000, unpayable: 1 },
    paidMs: LEDGER_NOW_MS - 3_600_000,
    balances: {
      'asset:immature': 500_000_000n,
      'asset:coinbase': 0n,
      'asset:transit': 0n,
      'asset:hot': 1_400_000_000n,
      'equity:fee-pending': 1n,
      'equity:fee': 100_000_000n,
      'equity:pps': -5n,
      'cost:network-fee': 30_000n,
      suspense: 0n,
    },
    blocks: new Map([['mature', 4]]),
    isPaying: true,
    holds: [],
    gap: 0n,
    ...changes,
  };
}

/** The metrics of a ledger of one chain, after what `tell` tells it. */
export async function ledgerSamples(
  tell: (metrics: LedgerMetrics) => void = (metrics) => {
    metrics.writes(true);
    metrics.looked('zcash');
    metrics.money('zcash', chainMoney());
  },
): Promise<{
  readonly families: ReadonlyMap<string, Family>;
  of(sample: string): number | undefined;
}> {
  const metrics = new LedgerMetrics(
    { chains: ['zcash'], problems: LEDGER_PROBLEM_CAUSES },
    { now: () => LEDGER_NOW_MS },
  );
  try {
    tell(metrics);
    const families = parseMetrics(await metrics.text());
    return {
      families,
      of: (sample) => [...families.values()].find(({ samples }) => samples.has(sample))?.samples.get(sample),
    };
  } finally {
    metrics.close();
  }
}

/** The families of pool and ledger. What both processes have, such as their memory, is there once. */
export async function withLedgerFamilies(
  pool: ReadonlyMap<string, Family>,
): Promise<ReadonlyMap<string, Family>> {
  const { families } = await ledgerSamples();
  return new Map([...families, ...pool]);
}
