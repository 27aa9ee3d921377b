import { blockDocuments } from '../documents/block-documents.ts';
import { type ChainView, viewOf } from '../documents/look-up.ts';
import { rankedAccounts } from '../documents/ranked-accounts.ts';
import { labelOf } from '../labels.ts';
import type { ChainFacts, PublicSources } from '../sources.ts';

const MOST_TOP = 15;

/** Settings that only Miningcore has, with its usual values: they say nothing about this pool. */
const FIXED = {
  shareBasedBanning: { enabled: true, checkThreshold: 50, invalidPercent: 50, time: 600 },
  clientConnectionTimeout: 600,
  jobRebroadcastTimeout: 60,
  blockRefreshInterval: 1_000,
} as const;
/** The same for a port whose difficulty moves. */
const FIXED_VARDIFF = { retargetTime: 90, variancePercent: 30 } as const;

/** An amount as a number of coins: programs of others read it so. It is for show; it has the digits of a double. */
export function coins(amount: bigint | string, { coin }: ChainFacts): number {
  return Number(amount) / 10 ** coin.decimals;
}

/** A time as programs of others read it; undefined is left out of the answer. */
export function date(ms: number | null | undefined): string | undefined {
  return ms === null || ms === undefined ? undefined : new Date(ms).toISOString();
}

/** A rate as a whole number: some programs refuse a fraction. */
export function whole(value: number | null | undefined): number {
  return value === null || value === undefined || !Number.isFinite(value) ? 0 : Math.round(value);
}

/** One pool of `/pools`: a chain of ours. */
export async function facadePool(facts: ChainFacts, sources: PublicSources): Promise<object> {
  const view = viewOf(facts, sources);
  const { stats, subject, books } = view;
  const rates = subject === undefined ? undefined : stats?.rates(subject);
  const weight = subject === undefined ? undefined : stats?.networkWeight(subject);
  const found = (stats?.found(facts.network, { limit: 20 }) ?? []).filter(
    ({ outcome }) => outcome === 'block',
  );
  const [last] = await blockDocuments(view, sources, found.slice(0, 1));
  const lastMs = date(last?.foundMs);
  const counts = await books?.blockCounts();
  const { difficultyOne, blockSeconds } = facts;
  return {
    id: facts.name,
    coin: {
      type: facts.coin.symbol,
      name: facts.coin.name,
      symbol: facts.coin.symbol,
      family: facts.coin.unit === 'Sol/s' ? 'equihash' : 'ethash',
      algorithm: facts.coin.algorithm,
      canonicalName: facts.coin.name,
    },
    ports: Object.fromEntries(facts.ports.map((port) => [String(port.port), facadePort(port)])),
    paymentProcessing: {
      enabled: books !== undefined,
      minimumPayment: facts.threshold === null ? 0 : coins(facts.threshold, facts),
      payoutScheme: (facts.scheme ?? 'none').toUpperCase(),
      payoutSchemeConfig: { factor: facts.windowBlocks ?? 0 },
    },
    ...FIXED,
    poolFeePercent: (facts.feeRatio ?? 0) * 100,
    address: '',
    addressInfoLink: '',
    poolStats: {
      connectedMiners: stats?.active(facts.network).accounts ?? 0,
      poolHashrate: whole(rates?.m10.value),
      sharesPerSecond: whole((rates?.m10.shares ?? 0) / (rates?.m10.seconds || 1)),
      lastPoolBlockTime: lastMs,
    },
    networkStats: {
      networkType: 'Main',
      networkHashrate: whole(weight === undefined || blockSeconds === null ? 0 : weight / blockSeconds),
      networkDifficulty: weight === undefined || difficultyOne === null ? 0 : weight / difficultyOne,
      nextNetworkTarget: '',
      nextNetworkBits: '',
      lastNetworkBlockTime: undefined,
      blockHeight: facts.height ?? 0,
      connectedPeers: 0,
      rewardType: 'POW',
    },
    topMiners: topMiners(view, sources, MOST_TOP),
    totalPaid: books === undefined ? 0 : coins(await books.paid(), facts),
    totalBlocks: counts?.total ?? stats?.foundCount(facts.network) ?? 0,
    totalConfirmedBlocks: counts === undefined ? 0 : counts.total - counts.pending - counts.orphaned,
    totalPendingBlocks: counts?.pending ?? 0,
    blockReward: last?.reward === null || last === undefined ? 0 : coins(last.reward, facts),
    lastPoolBlockTime: lastMs,
    poolEffort: stats?.effort(facts.network) ?? 0,
  };
}

/** Accounts with their rates of the last hour, the largest first. Names are shortened as elsewhere. */
export function topMiners(
  view: ChainView,
  sources: PublicSources,
  limit: number,
  skip = 0,
): readonly object[] {
  return rankedAccounts(view, sources)
    .slice(skip, skip + limit)
    .map(({ account, rate }) => ({
      miner: labelOf(account.account, sources.privacyOf(view.facts.network, account.account)),
      hashrate: whole(rate.value),
      sharesPerSecond: rate.shares / (rate.seconds || 1),
    }));
}

function facadePort(port: ChainFacts['ports'][number]): object {
  return {
    name: port.name,
    listenAddress: port.host ?? '0.0.0.0',
    difficulty: port.startDifficulty,
    varDiff: port.fixed
      ? undefined
      : {
          minDiff: port.minDifficulty ?? 0,
          maxDiff: port.maxDifficulty ?? undefined,
          targetTime: port.shareSeconds,
          ...FIXED_VARDIFF,
        },
    tls: port.tls,
    tlsAuto: false,
  };
}
