import type { Random } from '@adit/test-kit/random';
import type { Campaign } from './engine.ts';
import { type Growth, growthOf } from './heap.ts';
import { Violation } from './violation.ts';

/** Inputs of one round. */
const INPUTS = 300;
/** An object of 100 bytes that every input leaks grows the heap by 30 KB in a round. */
const MOST_PER_ROUND = 24 * 1024;
/** Lines that one session gets in a round. It may keep nothing of them. */
const LINES = 3_000;
const MOST_PER_ROUND_OF_ONE = 64 * 1024;

export interface Memory {
  readonly what: string;
  readonly growth: Growth;
  readonly most: number;
}

/** Runs the same inputs repeatedly, and measures the memory that remains after their sessions. */
export async function memoryOf(campaign: Campaign<unknown>, random: Random): Promise<Memory> {
  const { target, corpus } = campaign;
  const inputs = Array.from({ length: INPUTS }, () => random.pick(corpus));
  const growth = await growthOf(() => {
    for (const input of inputs) target.run(input, Date.now);
  });
  return { what: target.name, growth, most: MOST_PER_ROUND };
}

/** Sends lines to one session without end, and measures the memory that it keeps. */
export async function memoryOfOne(
  what: string,
  session: { line(line: Uint8Array): unknown },
  lines: readonly string[],
): Promise<Memory> {
  const bytes = lines.map((line) => Buffer.from(line, 'latin1'));
  const growth = await growthOf(() => {
    for (let i = 0; i < LINES; i += 1) session.line(bytes[i % bytes.length] as Buffer);
  });
  return { what, growth, most: MOST_PER_ROUND_OF_ONE };
}

/** @throws Violation */
export function demandFlat({ what, growth, most }: Memory): void {
  if (growth.perRound <= most) return;
  const megabytes = growth.rounds.map((bytes) => (bytes / 1e6).toFixed(2)).join(' ');
  throw new Violation('memory', `${what}: ${Math.round(growth.perRound)} bytes a round (${megabytes} MB)`);
}
