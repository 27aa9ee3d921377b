import type { Terms, TrueJob } from '@adit/stratum';
import type { TrueChainEngine } from '../../src/truechain/engine.ts';
import type { PriceSchedule } from '../../src/truechain/price-schedule.ts';

/**
 * How the pool settles what a hash is worth: as it does, or wrongly, to see that the simulation finds it.
 *
 * - `newest`: a header belongs to one side of a change, by when the pool first sees it.
 * - `present`: a header has the target of the moment at which the pool first sees it, as pools have that price by job id.
 */
export type Policy = 'real' | 'newest' | 'present';

/** Moments beside a border between two targets at which the price of a header changes, in milliseconds. */
export const BORDERS_MS: Readonly<Record<Policy, readonly number[]>> = {
  real: [-2_000, 2_000, 2_500],
  newest: [-2_000],
  present: [0],
};

/** The engine, as ports see it, with other terms for strict ports. */
export function withTerms(engine: TrueChainEngine, policy: Policy): TrueChainEngine {
  if (policy === 'real') return engine;
  const termsOf = (sequence: number) => distort(engine.termsOf(sequence), sequence, policy);
  const handler: ProxyHandler<TrueChainEngine> = {
    get: (target, name) => {
      if (name === 'termsOf') return termsOf;
      if (name === 'job') return target.job === undefined ? undefined : jobWithTerms(target.job, policy);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  };
  return new Proxy(engine, handler);
}

export function jobWithTerms(job: TrueJob, policy: Policy): TrueJob {
  const terms = distort(job.terms, job.sequence, policy);
  return terms === undefined ? job : { ...job, terms };
}

function distort(terms: Terms | undefined, sequence: number, policy: Policy): Terms | undefined {
  if (terms === undefined || policy === 'real') return terms;
  const only = policy === 'present' ? sequence : terms.newest;
  return { oldest: only, newest: only };
}

/** The weights for headers to come, with those of a wrong policy for loose ports. */
export function withWeights(schedule: PriceSchedule, policy: Policy, present: () => bigint): PriceSchedule {
  if (policy === 'real') return schedule;
  const weights = async (...input: Parameters<PriceSchedule['weights']>) => {
    if (policy === 'present') return [present()];
    return (await schedule.weights(...input)).slice(0, 1);
  };
  return new Proxy(schedule, {
    get: (target, name) => {
      if (name === 'weights') return weights;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
