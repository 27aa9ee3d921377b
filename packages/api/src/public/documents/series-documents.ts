import { type Bucket, effortOf, type StatsQueries, type StatsSubject } from '@adit/stats';
import type { z } from 'zod';
import { ProblemError } from '../problems.ts';
import type { RouteCall } from '../route.ts';
import type { METRICS, RANGES, series } from '../schema/series.ts';
import type { ChainFacts } from '../sources.ts';
import { accountOf, chainOf } from './look-up.ts';

/** Query of a chart. */
export interface SeriesQuery {
  readonly metric: (typeof METRICS)[number];
  readonly range: (typeof RANGES)[number];
}

type SeriesDocument = z.input<typeof series>;

/** `/chains/{chain}/series`. */
export async function chainSeries(call: RouteCall<SeriesQuery>): Promise<SeriesDocument> {
  const { facts, stats, subject, asOfMs } = chainOf(call);
  return documentOf(call.query, { facts, stats, subject, asOfMs });
}

/** `/chains/{chain}/accounts/{account}/series`. */
export async function accountSeries(call: RouteCall<SeriesQuery>): Promise<SeriesDocument> {
  const { facts, stats, account, asOfMs } = accountOf(call);
  return documentOf(call.query, { facts, stats, subject: account, asOfMs });
}

/** `/chains/{chain}/accounts/{account}/workers/{wid}/series`. */
export async function workerSeries(call: RouteCall<SeriesQuery>): Promise<SeriesDocument> {
  const { facts, stats, account, asOfMs } = accountOf(call);
  const subject = stats.worker(facts.network, account.account, call.params['wid'] ?? '');
  if (subject === undefined) throw new ProblemError('ADIT_API_NO_WORKER');
  return documentOf(call.query, { facts, stats, subject, asOfMs });
}

interface Subject {
  readonly facts: ChainFacts;
  readonly stats: StatsQueries | undefined;
  readonly subject: StatsSubject | undefined;
  readonly asOfMs: number;
}

/** A step as a figure; null for metrics that are not on record. */
type Figure = (bucket: Bucket, stepMs: number, facts: ChainFacts) => number | null;

const FIGURES: Readonly<Record<SeriesQuery['metric'], Figure>> = {
  rate: ({ weight }, stepMs) => Number(weight) / (stepMs / 1000),
  network: ({ weight, score }, _stepMs, { blockSeconds }) =>
    score === 0n || blockSeconds === null ? null : Number(weight) / effortOf(score) / blockSeconds,
  effort: ({ score }) => effortOf(score),
  miners: () => null,
  refused: () => null,
};

function documentOf(
  { metric, range }: SeriesQuery,
  { facts, stats, subject, asOfMs }: Subject,
): SeriesDocument {
  const found = subject === undefined ? undefined : stats?.series(subject, range);
  const unit =
    metric === 'rate' || metric === 'network' ? facts.coin.unit : metric === 'effort' ? '1' : metric;
  if (found === undefined)
    return {
      asOfMs,
      metric,
      unit,
      range,
      stepSeconds: 0,
      fromMs: asOfMs,
      values: [],
      shares: [],
      partialLast: false,
      byReason: {},
    };
  const { fromMs, stepMs, steps, partialLast } = found;
  // The last step is not over: its rate is that of its time so far.
  const msOf = (index: number) =>
    partialLast && index === steps.length - 1 ? Math.max(1, asOfMs - (fromMs + index * stepMs)) : stepMs;
  return {
    asOfMs,
    metric,
    unit,
    range,
    stepSeconds: stepMs / 1000,
    fromMs,
    values: steps.map((step, i) => (step === null ? null : FIGURES[metric](step, msOf(i), facts))),
    shares: steps.map((step) => step?.shares ?? null),
    partialLast,
    byReason: {},
  };
}
