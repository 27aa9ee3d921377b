import { z } from 'zod';
import { payoutState } from './payouts.ts';
import {
  amount,
  asOfMs,
  count,
  foreignText,
  listOf,
  rates,
  ratio,
  refusedByReason,
  timeMs,
  weight,
} from './values.ts';

export const rigState = z.enum(['new', 'online', 'quiet', 'offline']);
const privacy = z.enum(['open', 'unlisted', 'private']);

const shares = z.object({ accepted: count, refused: refusedByReason });

export const account = z
  .object({
    asOfMs,
    account: foreignText,
    firstSeenMs: timeMs,
    lastShareMs: timeMs,
    state: rigState,
    rate: rates,
    workers: z.object({ new: count, online: count, quiet: count, offline: count }),
    shares1h: shares,
    refusedRatio: z.object({ h1: ratio.nullable(), h24: ratio.nullable() }),
    effort: z.number().min(0).nullable().describe("the account's part of the open round's effort"),
    balance: z
      .object({ immature: amount, owed: amount, sending: amount, paid: amount })
      .nullable()
      .describe('null where the pool keeps no books'),
    threshold: amount.nullable(),
    estimate: z
      .object({
        day: z.object({ value: amount, low: amount, high: amount }).nullable(),
        nextBlock: amount.nullable(),
        thresholdReachedMs: timeMs.nullable(),
      })
      .nullable(),
    windowRatio: ratio.nullable().describe("the account's part of the work of the last hour"),
    lastPayout: z
      .object({ id: z.string(), ms: timeMs, amount, state: payoutState, txid: z.string().nullable() })
      .nullable(),
    privacy,
  })
  .meta({ id: 'Account' });

const workerFields = {
  wid: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe('the rig in paths'),
  name: foreignText.describe('what stands behind the account; empty where the rig has no name'),
  state: rigState,
  lastShareMs: timeMs,
  sinceMs: timeMs.nullable().describe('since when it is connected'),
  connections: count.nullable(),
  port: z.string().nullable(),
  agent: foreignText.nullable(),
  difficulty: z.number().nullable(),
  shareWeight: weight.describe('of its last share'),
  rate: rates,
  shares24h: shares,
  bestShareWeight: weight.nullable(),
} as const;

export const worker = z.object(workerFields).meta({ id: 'Worker' });
export const workers = listOf(worker).extend({ total: count }).meta({ id: 'Workers' });
export const oneWorker = z.object({ asOfMs, worker }).meta({ id: 'OneWorker' });
