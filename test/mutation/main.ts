// `npm run mutate -- [room ...] [--json] [--concurrency N] [--only file]`: changes the sources in one place
// at a time, and counts the changes that no test notices. See docs/mutation-testing.md.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOMS } from './rooms.ts';
import { runRoom } from './run-room.ts';
import { describe, scoreOf, survivorsOf } from './score.ts';

/** The percentage of mutants that must die in every room. */
const LEAST = 85;
const MOST_CONCURRENCY = 64;

const checkout = path.resolve(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] },
  },
});
const concurrency = Number(values.concurrency);
if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MOST_CONCURRENCY)
  refuse(`--concurrency must be a whole number from 1 to ${MOST_CONCURRENCY}, not ${values.concurrency}`);
for (const name of positionals) {
  if (!ROOMS.some((room) => room.name === name))
    refuse(`there is no room ${name}; there are: ${ROOMS.map((room) => room.name).join(', ')}`);
}
const only = values.only.map((file) => path.relative(checkout, path.resolve(file)).split(path.sep).join('/'));
const rooms = ROOMS.filter(
  ({ name, sources }) =>
    (positionals.length === 0 || positionals.includes(name)) &&
    (only.length === 0 || only.some((file) => sources.some((pattern) => path.matchesGlob(file, pattern)))),
);
if (rooms.length === 0) refuse('no room has the files named with --only');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new Error(`ended by ${signal}`)));

const summary: unknown[] = [];
for (const room of rooms) {
  const start = performance.now();
  const result = await runRoom(room, {
    checkout,
    concurrency,
    only,
    log: (text) => process.stderr.write(text),
    signal: stop.signal,
  });
  const score = scoreOf(result.mutants);
  const seconds = Math.round((performance.now() - start) / 1000);
  if (score.percent < LEAST) process.exitCode = 1;
  if (values.json) {
    const byFile = Map.groupBy(result.mutants, ({ file }) => file);
    const files = Object.fromEntries([...byFile].map(([file, own]) => [file, scoreOf(own)]));
    summary.push({ room: room.name, ...score, seconds, files, survivors: survivorsOf(result.mutants) });
  } else {
    const verdict = `${room.name}: ${verdictOf(score.percent)}, ${seconds} s`;
    process.stdout.write(`${describe(result)}\n\n${verdict}\n\n`);
  }
}
if (values.json) process.stdout.write(`${JSON.stringify({ least: LEAST, rooms: summary }, null, 2)}\n`);

function verdictOf(percent: number): string {
  const words = `${percent.toFixed(1)} % of the mutants died`;
  return percent < LEAST ? `${words}, fewer than ${LEAST} %` : words;
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
