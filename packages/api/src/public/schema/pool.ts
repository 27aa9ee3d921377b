import { z } from 'zod';
import { amount, asOfMs, count, foreignText, rate, rates, ratio, timeMs, weight } from './values.ts';

export const coin = z
  .object({
    name: z.string(),
    symbol: z.string(),
    decimals: z.int().min(0).max(18).describe('one coin is 10^decimals of the smallest unit'),
    unit: z.enum(['Sol/s', 'H/s']).describe('what rates are measured in'),
    algorithm: z.string(),
  })
  .meta({ id: 'Coin' });

export const blockState = z.enum(['candidate', 'pending', 'confirmed', 'orphaned', 'refused']);

const chainBrief = {
  name: z.string().describe('the chain in paths'),
  coin,
  rate: rates,
  miners: count.describe('accounts with a share in the last 20 minutes'),
  workers: count.describe('rigs with a share in the last 20 minutes'),
  shareOfNetworkRatio: ratio.nullable(),
  height: count.nullable().describe('height of the newest work'),
  effort: z.number().min(0).describe('of the round that is open; 1 is what a block takes in the mean'),
  lastBlock: z.object({ height: count.nullable(), foundMs: timeMs, state: blockState }).nullable(),
  blocks: z.object({ total: count, pending: count, orphaned: count }),
  feeRatio: ratio.nullable(),
  scheme: z.string().nullable(),
  threshold: amount.nullable().describe('least balance that is paid out'),
} as const;

export const chainSummary = z.object(chainBrief).meta({ id: 'ChainSummary' });

export const pool = z
  .object({
    asOfMs,
    name: z.string(),
    startedMs: timeMs.nullable().describe('null while the pool does not answer'),
    uptime30dRatio: ratio.nullable(),
    ready: z.boolean().describe('false while the pool does not answer, or gives no work'),
    notices: z.array(
      z.object({
        level: z.enum(['info', 'warning', 'outage']),
        text: z.object({ en: z.string(), zh: z.string() }),
      }),
    ),
    chains: z.array(chainSummary),
  })
  .meta({ id: 'Pool' });

export const chain = z
  .object({
    asOfMs,
    ...chainBrief,
    network: z.object({
      name: z.string(),
      rate: z.number().min(0).nullable(),
      difficulty: z.number().min(0).nullable(),
      weight: weight.nullable().describe('expected solutions or hashes of a block'),
      height: count.nullable(),
      blockSeconds: z.number().min(0).nullable(),
      lastBlockMs: timeMs.nullable(),
    }),
    workAgeMs: z.number().min(0).nullable(),
    expectedBlockSeconds: z
      .object({ mean: z.number(), p50: z.number(), p90: z.number() })
      .nullable()
      .describe('time to a block of the pool at its rate of the last hour'),
    paid: amount.nullable().describe('of all times; null where the pool keeps no books'),
    maturity: count.nullable().describe('confirmations that a block needs'),
    window: z
      .object({ blocks: z.number(), seconds: z.number().nullable() })
      .nullable()
      .describe('of a scheme with a window: how many expected blocks it holds, and how long that is now'),
  })
  .meta({ id: 'Chain' });

export const ports = z
  .object({
    asOfMs,
    items: z.array(
      z.object({
        name: z.string(),
        host: z.string().nullable().describe('null where the configuration names no public address'),
        port: z.int().min(1).max(65_535),
        tls: z.boolean(),
        dialect: z.string(),
        startDifficulty: z.number(),
        minDifficulty: z.number().nullable(),
        maxDifficulty: z.number().nullable(),
        fixed: z.boolean(),
        shareSeconds: z.number(),
        connections: count.nullable(),
      }),
    ),
    programs: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          tls: z.boolean().describe('whether it speaks TLS'),
          commands: z
            .object({ linux: z.string(), windows: z.string() })
            .describe('with {host}, {port}, {account} and {rig} to be replaced'),
        }),
      )
      .describe('programs that mine this chain, and the line that starts each'),
  })
  .meta({ id: 'Ports' });

export const miners = z
  .object({
    asOfMs,
    items: z.array(
      z.object({
        label: foreignText.describe('shortened, unless the account shows itself openly'),
        account: foreignText.nullable().describe('the whole name where the account shows itself openly'),
        rate,
        shareRatio: ratio.describe("of the pool's work in the last hour"),
        workers: count,
      }),
    ),
  })
  .meta({ id: 'Miners' });
