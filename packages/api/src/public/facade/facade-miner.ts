import type { Bucket, SeriesRange, StatsSubject } from '@adit/stats';
import { type ChainView, explorerUrl } from '../documents/look-up.ts';
import { rigName } from '../labels.ts';
import type { PublicSources } from '../sources.ts';
import { coins, date, whole } from './facade-pool.ts';

/** Samples of each mode: which chart, and how many of its steps are one sample. */
const MODES: Readonly<Record<string, { readonly range: SeriesRange; readonly steps: number }>> = {
  hour: { range: '1h', steps: 3 },
  day: { range: '24h', steps: 6 },
  month: { range: '30d', steps: 6 },
};

/** Rigs of one account in one answer. */
const MOST_RIGS = 200;
/** A miner that was silent for this long has no current performance. */
const SILENT_MS = 20 * 60_000;

/** The account that a caller asks for; undefined for one that is unknown or private: both are answered with zeros. */
export function facadeAccount(
  { facts, stats }: ChainView,
  sources: PublicSources,
  name: string,
): StatsSubject | undefined {
  if (sources.privacyOf(facts.network, name) === 'private') return undefined;
  return stats?.account(facts.network, name);
}

/** `/pools/{id}/miners/{address}` */
export async function facadeMiner(
  view: ChainView,
  account: StatsSubject | undefined,
  mode: string,
): Promise<object> {
  const { facts, stats, books, asOfMs } = view;
  if (account === undefined || stats === undefined)
    return { pendingShares: 0, pendingBalance: 0, totalPaid: 0, todayPaid: 0, performanceSamples: [] };
  const money = await books?.balance(account.account);
  const payouts = (await books?.accountPayouts(account.account, { after: null, limit: 100 }))?.items ?? [];
  const dayMs = Math.floor(asOfMs / 86_400_000) * 86_400_000;
  const today = payouts.filter(({ ms }) => ms >= dayMs).reduce((sum, { amount }) => sum + amount, 0n);
  const [last] = payouts;
  const isSilent = asOfMs - account.lastMs > SILENT_MS;
  return {
    pendingShares: stats.hourRate(account).shares,
    pendingBalance: money === undefined ? 0 : coins(money.immature + money.owed, facts),
    totalPaid: money === undefined ? 0 : coins(money.paid, facts),
    todayPaid: coins(today, facts),
    lastPayment: date(last?.ms),
    lastPaymentLink: explorerUrl(facts.explorer.tx, 'txid', last?.txid ?? null) ?? undefined,
    performance: isSilent ? undefined : { created: date(asOfMs), workers: currentWorkers(view, account) },
    performanceSamples: facadeSamples(view, account, mode),
  };
}

/** `/pools/{id}/miners/{address}/performance` */
export function facadeSamples(
  view: ChainView,
  account: StatsSubject | undefined,
  mode: string,
): readonly object[] {
  const { facts, stats } = view;
  const plan = MODES[mode.toLowerCase()] ?? MODES['day'];
  if (account === undefined || stats === undefined || plan === undefined) return [];
  const rigs = stats.workers(facts.network, account.account, MOST_RIGS);
  const samples = new Map<number, Record<string, object>>();
  for (const { subject } of rigs) {
    const series = stats.series(subject, plan.range);
    if (series === undefined) continue;
    for (let i = 0; i + plan.steps <= series.steps.length; i += plan.steps) {
      const seconds = (plan.steps * series.stepMs) / 1000;
      const sum = sumOf(series.steps.slice(i, i + plan.steps));
      if (sum.shares === 0) continue;
      const atMs = series.fromMs + i * series.stepMs;
      const workers = samples.get(atMs) ?? (Object.create(null) as Record<string, object>);
      samples.set(atMs, workers);
      workers[rigName(subject.name, account.account)] = {
        hashrate: whole(sum.weight / seconds),
        sharesPerSecond: sum.shares / seconds,
      };
    }
  }
  return [...samples].sort(([a], [b]) => a - b).map(([atMs, workers]) => ({ created: date(atMs), workers }));
}

function currentWorkers({ facts, stats }: ChainView, account: StatsSubject): object {
  const workers = Object.create(null) as Record<string, object>;
  for (const { subject, state } of stats?.workers(facts.network, account.account, MOST_RIGS) ?? []) {
    if (state === 'offline') continue;
    const rate = stats?.hourRate(subject);
    workers[rigName(subject.name, account.account)] = {
      hashrate: whole(rate?.value),
      sharesPerSecond: (rate?.shares ?? 0) / (rate?.seconds || 1),
    };
  }
  return workers;
}

function sumOf(steps: readonly (Bucket | null)[]): { readonly weight: number; readonly shares: number } {
  let [weight, shares] = [0, 0];
  for (const step of steps) {
    weight += Number(step?.weight ?? 0n);
    shares += step?.shares ?? 0;
  }
  return { weight, shares };
}
