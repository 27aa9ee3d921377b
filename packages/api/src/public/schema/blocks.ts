import { z } from 'zod';
import { blockState } from './pool.ts';
import { amount, asOfMs, count, foreignText, listOf, timeMs } from './values.ts';

export const block = z
  .object({
    hash: z
      .string()
      .describe('of the block; of a fruit, and of a block of TrueChain, the digest of its share'),
    height: count.nullable(),
    kind: z.enum(['block', 'fruit']),
    foundMs: timeMs,
    state: blockState,
    confirmations: count.nullable(),
    needed: count.nullable(),
    effort: z.number().min(0).describe('of its round; 1 is the mean'),
    roundSeconds: z.number().min(0).nullable(),
    reward: amount.nullable(),
    finder: foreignText.nullable().describe('account, shortened unless it shows itself openly'),
    explorerUrl: z.string().nullable(),
  })
  .meta({ id: 'Block' });

export const blocks = listOf(block).meta({ id: 'Blocks' });
export const oneBlock = z.object({ asOfMs, block }).meta({ id: 'OneBlock' });

export const blocksSummary = z
  .object({
    asOfMs,
    windows: z.array(
      z.object({
        blocks: count
          .nullable()
          .describe('how many of the newest blocks it holds; null for a window of days'),
        days: z.number().nullable(),
        found: count,
        expected: z.number().min(0).describe('sum of the efforts'),
        ratio: z.number().nullable().describe('found through expected'),
        low: z.number().nullable().describe('95 of 100 pools with even luck lie between low and high'),
        high: z.number().nullable(),
        p: z.number().describe('chance to find as few, or fewer'),
        orphaned: count,
      }),
    ),
  })
  .meta({ id: 'BlocksSummary' });
