// Adit against real programs: `npm run integration -- zebra` or `npm run integration -- zecd`.
//   --zebrad FILE   which zebrad 7; otherwise ADIT_ZEBRAD, the path, the cache, or one that is built into the cache
//   --zecd FILE     which zecd 0.9; likewise, with ADIT_ZECD
//   --short         zebra: some five minutes, with fewer blocks; zecd: without what takes minutes by itself
//   --no-build      never builds one
//   --keep FOLDER   logs and states stay there
//   --seed NUMBER   zecd: of the moments at which processes are killed
//   --only TEXT     only scenarios with this text in their titles
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Program } from './find-program.ts';
import { buildZebrad, missingForBuild } from './zebra/build-zebrad.ts';
import { findZebrad, type Zebrad, zebradCache } from './zebra/find-zebrad.ts';
import { runZebra, type Totals } from './zebra/run.ts';
import { buildZecd, missingForZecd } from './zecd/build-zecd.ts';
import { findZecd, zecdCache } from './zecd/find-zecd.ts';
import { runZecd } from './zecd/run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    zebrad: { type: 'string' },
    zecd: { type: 'string' },
    short: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
    keep: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const SUITES: Readonly<Record<string, () => Promise<Totals | undefined>>> = { zebra, zecd };
const [suite = ''] = positionals;
const run = Object.hasOwn(SUITES, suite) ? SUITES[suite] : undefined;
if (positionals.length !== 1 || run === undefined) {
  process.stderr.write('npm run integration -- zebra, or -- zecd: there is no other suite\n');
  process.exit(2);
}
// Whatever was started ends with this process: see `endWithUs`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
try {
  const totals = await run();
  if (totals !== undefined) {
    process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
    process.exitCode = totals.failed === 0 ? 0 : 1;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function zebra(): Promise<Totals | undefined> {
  const zebrad = await findOrBuildZebrad();
  if (zebrad === undefined) return undefined;
  say(`${zebrad.version}, ${zebrad.file}`);
  return runZebra({ zebrad, say, short: values.short, only: values.only, keep: keepFolder() });
}

async function zecd(): Promise<Totals | undefined> {
  const node = await findOrBuildZebrad();
  const wallet = node === undefined ? undefined : await findOrBuildZecd();
  if (node === undefined || wallet === undefined) return undefined;
  say(`${node.version}, ${node.file}; ${wallet.version}, ${wallet.file}`);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed: expected a whole number, found ${values.seed}`);
  const { short, only } = values;
  return runZecd({
    zebrad: node.file,
    zecd: wallet.file,
    ...{ short, only, seed, say, keep: keepFolder() },
  });
}

function keepFolder(): string | undefined {
  return values.keep === undefined ? undefined : path.resolve(values.keep);
}

async function findOrBuildZebrad(): Promise<Zebrad | undefined> {
  const found = findZebrad(values.zebrad ?? process.env['ADIT_ZEBRAD']);
  if (found !== undefined) return found;
  const missing = values['no-build'] ? ['leave to build one'] : missingForBuild();
  if (missing.length > 0) {
    // One line, and no failure: most machines have no zebrad.
    say(
      `skipped: there is no zebrad 7 (ADIT_ZEBRAD names one), and none can be built: missing ${missing.join(', ')}`,
    );
    return undefined;
  }
  say(`building zebrad into ${zebradCache()}, once: some 15 minutes on two cores`);
  return findZebrad(await buildZebrad(zebradCache(), say));
}

async function findOrBuildZecd(): Promise<Program | undefined> {
  const found = findZecd(values.zecd ?? process.env['ADIT_ZECD']);
  if (found !== undefined) return found;
  const missing = values['no-build'] ? ['leave to build one'] : missingForZecd();
  if (missing.length > 0) {
    say(
      `skipped: there is no zecd 0.9 (ADIT_ZECD names one), and none can be built: missing ${missing.join(', ')}`,
    );
    return undefined;
  }
  say(`building zecd into ${zecdCache()}, once: some 10 minutes on two cores`);
  return findZecd(await buildZecd(zecdCache(), say));
}

function say(text: string): void {
  process.stdout.write(`${new Date().toTimeString().slice(0, 8)} ${text}\n`);
}
