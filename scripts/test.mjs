// Runs the tests with node:test and ends in one line that counts them.
//   npm test                          everything
//   npm test -- packages/stratum      only files below a path; several may be given
//   npm test -- --name="nonce1"       only tests whose name matches
//   npm test -- --fast                only fast tests of the rooms, without processes: see fast-tests.ts
import { existsSync, globSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { isFast } from './fast-tests.ts';
import { groupTests, writeGroups } from './test-groups.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const fast = args.includes('--fast');
const names = args
  .filter((arg) => arg.startsWith('--name='))
  .map((arg) => new RegExp(arg.slice('--name='.length)));
const places = args
  .filter((arg) => !arg.startsWith('--'))
  .map((arg) => path.relative(root, path.resolve(arg)));

const files = globSync(['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'], { cwd: root })
  .filter(
    (file) => places.length === 0 || places.some((place) => file === place || file.startsWith(`${place}/`)),
  )
  .filter((file) => !fast || isFast(root, file));
if (files.length === 0) {
  process.stderr.write('no test file matches\n');
  process.exit(1);
}
if (!existsSync(path.join(root, '..', 'shared', 'vectors'))) {
  process.stdout.write('../shared/vectors is missing: the suites that need it say that they are skipped\n');
}

/**
 * The limit of the whole run, several times its usual length. A test that times out fails, but its process may
 * go on (a timer, an endless loop), and the runner would wait for it for ever.
 */
const LIMIT_MINUTES = 40;
const limit = AbortSignal.timeout(LIMIT_MINUTES * 60_000);
limit.addEventListener('abort', () => {
  process.stderr.write(`the tests were ended after ${LIMIT_MINUTES} minutes\n`);
  totals.failed += 1;
});

// Two runs at once in one checkout must not take each other's modules away.
const place = path.join(root, 'node_modules', '.cache', 'test-groups', String(process.pid));
const entries = writeGroups(root, place, groupTests(root, files));
process.on('exit', () => rmSync(place, { recursive: true, force: true }));

const totals = { passed: 0, failed: 0, skipped: 0 };
const stream = run({
  files: entries,
  // One more than there are cores: many tests wait for a clock, a disk or another process.
  concurrency: availableParallelism() + 1,
  // For whole groups of files, on a machine that has other work: nothing here takes a minute alone but what waits.
  timeout: 600_000,
  signal: limit,
  execArgv: ['--conditions=adit-source'],
  ...(names.length > 0 ? { testNamePatterns: names } : {}),
});
stream.on('test:pass', (event) => count(event, event.skip !== undefined ? 'skipped' : 'passed'));
stream.on('test:fail', (event) => count(event, 'failed'));
stream.compose(new spec()).pipe(process.stdout);
stream.on('end', () => setImmediate(finish));

function count(event, outcome) {
  // The tests of a suite count, and not the suite. But a skipped suite has no tests, so it counts itself.
  if (event.details?.type === 'suite' && outcome !== 'skipped') return;
  totals[outcome] += 1;
}

function finish() {
  process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
  process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}
