import { z } from 'zod';
import { payoutState } from './payouts.ts';
import { blockState } from './pool.ts';
import { amount, count, foreignText, rate, rates, timeMs } from './values.ts';

/** Topics that a stream can have, besides `account:<chain>:<account>`. */
export const TOPICS = ['pool', 'tip', 'block', 'payout', 'notice'] as const;

/** The data of each event of a stream, by its name. */
export const EVENTS = {
  hello: z.object({ boot: z.string(), asOfMs: timeMs, topics: z.array(z.string()) }),
  pool: z.object({
    chain: z.string(),
    asOfMs: timeMs,
    rate,
    miners: count,
    workers: count,
    effort: z.number(),
    height: count.nullable(),
  }),
  tip: z.object({ chain: z.string(), height: count, ms: timeMs }),
  block: z.object({
    chain: z.string(),
    height: count.nullable(),
    hash: z.string(),
    kind: z.enum(['block', 'fruit']),
    state: blockState,
    effort: z.number(),
    foundMs: timeMs,
    finder: foreignText.nullable(),
  }),
  payout: z.object({ chain: z.string(), id: z.string(), state: payoutState, recipients: count, amount }),
  account: z.object({
    chain: z.string(),
    account: foreignText,
    asOfMs: timeMs,
    rate: rates,
    workers: z.object({ new: count, online: count, quiet: count, offline: count }),
    lastShareMs: timeMs,
  }),
  notice: z.object({ text: z.object({ en: z.string(), zh: z.string() }) }),
  reset: z.object({}),
  bye: z.object({ retryMs: count }),
} as const;
