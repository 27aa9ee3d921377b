import { NO_SHARES, type Rates, rateOf } from '@adit/stats';
import type { z } from 'zod';
import { labelOf } from '../labels.ts';
import type { RouteCall } from '../route.ts';
import type { chain, chainSummary, miners, pool, ports } from '../schema/pool.ts';
import { blockDocuments } from './block-documents.ts';
import { type ChainView, chainOf, viewOf } from './look-up.ts';
import { rankedAccounts } from './ranked-accounts.ts';

const NO_RATE = rateOf(NO_SHARES, { seconds: 0 });
const NO_RATES: Rates = { m10: NO_RATE, h1: NO_RATE, h24: NO_RATE };
const MOST_LISTED = 50;

/** `/pool`: everything that the first page shows. */
export async function poolDocument({ sources }: RouteCall): Promise<z.input<typeof pool>> {
  const { name, startedMs, ready, chains } = sources.pool();
  const outage = {
    level: 'outage' as const,
    text: {
      en: 'The pool does not answer at the moment. The figures are those of before.',
      zh: '矿池目前没有响应。所示数据为此前的数据。',
    },
  };
  return {
    asOfMs: sources.stats()?.takenMs() ?? 0,
    name,
    startedMs,
    uptime30dRatio: null,
    ready,
    notices: startedMs === null ? [outage] : [],
    chains: await Promise.all(chains.map((facts) => chainBrief(viewOf(facts, sources), sources))),
  };
}

/** `/chains/{chain}`. */
export async function chainDocument(call: RouteCall): Promise<z.input<typeof chain>> {
  const view = chainOf(call);
  const { facts, stats, subject, books, asOfMs } = view;
  const brief = await chainBrief(view, call.sources);
  const weight = subject === undefined ? undefined : stats?.networkWeight(subject);
  const hour = brief.rate.h1.value;
  const mean = weight === undefined || hour === null || hour === 0 ? undefined : weight / hour;
  return {
    asOfMs,
    ...brief,
    network: {
      name: facts.network,
      rate: networkRate(weight, facts.blockSeconds),
      difficulty: weight === undefined || facts.difficultyOne === null ? null : weight / facts.difficultyOne,
      weight: weight === undefined ? null : BigInt(Math.round(weight)).toString(),
      height: facts.height,
      blockSeconds: facts.blockSeconds,
      lastBlockMs: null,
    },
    workAgeMs: facts.workAgeMs,
    expectedBlockSeconds:
      mean === undefined ? null : { mean, p50: mean * Math.LN2, p90: mean * Math.log(10) },
    paid: books === undefined ? null : String(await books.paid()),
    maturity: facts.maturity,
    window:
      facts.windowBlocks === null
        ? null
        : { blocks: facts.windowBlocks, seconds: mean === undefined ? null : mean * facts.windowBlocks },
  };
}

/** `/chains/{chain}/ports`: what a miner needs to connect. */
export async function portsDocument(call: RouteCall): Promise<z.input<typeof ports>> {
  const { facts, asOfMs } = chainOf(call);
  return { asOfMs, items: [...facts.ports], programs: [...facts.programs] };
}

/** `/chains/{chain}/miners`: the largest accounts of the last hour. */
export async function minersDocument(call: RouteCall): Promise<z.input<typeof miners>> {
  const view = chainOf(call);
  const { facts, stats, subject, asOfMs } = view;
  if (stats === undefined || subject === undefined) return { asOfMs, items: [] };
  const total = stats.hourRate(subject, asOfMs).value ?? 0;
  const items = rankedAccounts(view, call.sources)
    .slice(0, MOST_LISTED)
    .map(({ account, rate }) => {
      const privacy = call.sources.privacyOf(facts.network, account.account);
      return {
        label: labelOf(account.account, privacy),
        account: privacy === 'open' ? account.account : null,
        rate,
        shareRatio: total > 0 ? (rate.value ?? 0) / total : 0,
        workers: stats.activeWorkers(facts.network, account.account),
      };
    });
  return { asOfMs, items };
}

/** What the network computes in a second, from the work of a block and the wanted time between two. */
function networkRate(weight: number | undefined, blockSeconds: number | null): number | null {
  return weight === undefined || blockSeconds === null ? null : weight / blockSeconds;
}

async function chainBrief(
  view: ChainView,
  sources: RouteCall['sources'],
): Promise<z.input<typeof chainSummary>> {
  const { facts, stats, subject, books } = view;
  const rate = subject === undefined ? NO_RATES : (stats?.rates(subject) ?? NO_RATES);
  const active = stats?.active(facts.network) ?? { accounts: 0, workers: 0 };
  const weight = subject === undefined ? undefined : stats?.networkWeight(subject);
  const network = networkRate(weight, facts.blockSeconds);
  const newest = stats?.found(facts.network, { limit: 20 }).find(({ outcome }) => outcome === 'block');
  const [last] = newest === undefined ? [] : await blockDocuments(view, sources, [newest]);
  const counts = await books?.blockCounts();
  return {
    name: facts.name,
    coin: facts.coin,
    rate,
    miners: active.accounts,
    workers: active.workers,
    shareOfNetworkRatio:
      network === null || network === 0 || rate.h1.value === null ? null : rate.h1.value / network,
    height: facts.height,
    effort: stats?.effort(facts.network) ?? 0,
    lastBlock: last === undefined ? null : { height: last.height, foundMs: last.foundMs, state: last.state },
    blocks: counts ?? { total: stats?.foundCount(facts.network) ?? 0, pending: 0, orphaned: 0 },
    feeRatio: facts.feeRatio,
    scheme: facts.scheme,
    threshold: facts.threshold === null ? null : String(facts.threshold),
  };
}
