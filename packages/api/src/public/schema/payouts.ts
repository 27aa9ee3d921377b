import { z } from 'zod';
import { amount, asOfMs, count, listOf, ratio, timeMs } from './values.ts';

export const payoutState = z.enum(['planned', 'sending', 'sent', 'confirmed', 'held', 'failed']);

export const payout = z
  .object({
    id: z.string(),
    state: payoutState,
    createdMs: timeMs,
    sentMs: timeMs.nullable(),
    recipients: count,
    amount,
    fee: amount.nullable().describe('of the network'),
    txid: z.string().nullable(),
    explorerUrl: z.string().nullable(),
  })
  .meta({ id: 'Payout' });

export const payouts = listOf(payout).meta({ id: 'Payouts' });
export const onePayout = z.object({ asOfMs, payout }).meta({ id: 'OnePayout' });

export const accountPayouts = listOf(
  z.object({
    id: z.string().describe('of the batch'),
    ms: timeMs,
    amount,
    state: payoutState,
    txid: z.string().nullable(),
    explorerUrl: z.string().nullable(),
  }),
).meta({ id: 'AccountPayouts' });

export const credits = listOf(
  z.object({
    ms: timeMs,
    height: count.nullable(),
    hash: z.string().nullable().describe('of the block; null for a credit that no block made'),
    weightRatio: ratio.nullable().describe("the account's part of the round"),
    amount,
    state: z.enum(['immature', 'credited', 'reversed']),
  }),
).meta({ id: 'Credits' });
