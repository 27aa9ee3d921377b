// Attacks the entry points of the verifiers:
//   [--seconds N]   how long, 60 without it
//   [--seed N]      the first seed, random without it; with --rounds 1 it repeats one attempt
//   [--rounds N]    a number of attempts at each target, instead of a time
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { messageOf } from '@adit/primitives';
import { allTargets, fuzz } from './fuzz.ts';

/** Rounds between two readings of the clock. */
const ROUNDS_PER_LOOK = 16;

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, rounds: { type: 'string' } },
});

/** @throws Error that names the option */
function integer(name: 'seconds' | 'seed' | 'rounds', otherwise: number): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  if (!/^\d{1,8}$/.test(text))
    throw new Error(`--${name} must be an integer from 0 to 99999999, not ${text}`);
  return Number(text);
}

try {
  const seed = integer('seed', randomInt(2 ** 24));
  const rounds = integer('rounds', Number.POSITIVE_INFINITY);
  const end = performance.now() + 1000 * integer('seconds', 60);
  process.stderr.write(`first seed ${seed}\n`);
  const timeIsUp = (done: number) => done % ROUNDS_PER_LOOK === 0 && performance.now() >= end;
  const withstood = fuzz(allTargets(), seed, (done) =>
    values.rounds === undefined ? timeIsUp(done) : done >= rounds,
  );
  for (const [name, count] of withstood) process.stdout.write(`${name}: ${count} attempts withstood\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
