import { z } from 'zod';

/** A count that stays below 2^53. */
export const count = z.int().min(0);
/** Milliseconds since 1970. */
export const timeMs = z.int().describe('milliseconds since 1970');
/** An amount of money: text, since numbers of JSON end at 2^53. */
export const amount = z
  .string()
  .regex(/^-?\d{1,60}$/)
  .describe('amount in the smallest unit of the coin, as decimal text');
/** A weight: text, for the same reason. */
export const weight = z
  .string()
  .regex(/^\d{1,80}$/)
  .describe('expected solutions or hashes, as decimal text');
export const ratio = z.number().min(0).describe('1 is 100 %');
/** What a miner or a node wrote. It may hold any characters: show it as text. */
export const foreignText = z.string().max(1_024);

export const rate = z
  .object({
    value: z
      .number()
      .min(0)
      .nullable()
      .describe('solutions or hashes a second; null while there are too few shares'),
    low: z.number().min(0).nullable().describe('the true rate is between low and high in 95 of 100 cases'),
    high: z.number().min(0).nullable(),
    shares: count.describe('accepted shares that it stands on'),
    seconds: z.number().min(0).describe('time over which they came'),
  })
  .meta({ id: 'Rate' });

export const rates = z
  .object({ m10: rate, h1: rate, h24: rate })
  .describe('over the last 10 minutes, hour and day; nothing is smoothed')
  .meta({ id: 'Rates' });

export const refusedByReason = z
  .record(z.string(), count)
  .describe('refused submissions by reason; empty where none is on record');

/** The end of a list: where the next page begins. */
const next = z.string().nullable().describe('pass it as `cursor` for the next page; null on the last page');

/** Every document says how old it is. */
export const asOfMs = timeMs.describe('time up to which shares are counted; milliseconds since 1970');

/** A page of a list, the newest first. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ asOfMs, items: z.array(item), next });
}
