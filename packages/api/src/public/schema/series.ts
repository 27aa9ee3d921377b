import { z } from 'zod';
import { asOfMs, count, timeMs } from './values.ts';

export const METRICS = ['rate', 'network', 'miners', 'refused', 'effort'] as const;
export const RANGES = ['1h', '6h', '24h', '7d', '30d', '1y'] as const;

export const series = z
  .object({
    asOfMs,
    metric: z.enum(METRICS),
    unit: z.string(),
    range: z.enum(RANGES),
    stepSeconds: count,
    fromMs: timeMs,
    values: z
      .array(z.number().nullable())
      .describe(
        'one for each step; null where the pool did not run or the metric is not on record, 0 without shares',
      ),
    shares: z.array(count.nullable()),
    partialLast: z.boolean().describe('true if the last step is not over'),
    byReason: z.record(z.string(), z.array(count.nullable())),
  })
  .meta({ id: 'Series' });
