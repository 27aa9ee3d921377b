// Adit against real nodes: `npm run integration -- zebra [--zebrad FILE] [--short] [--no-build] [--keep FOLDER]`.
//   --zebrad FILE   which zebrad 7; otherwise ADIT_ZEBRAD, the path, the cache, or one that is built into the cache
//   --short         some five minutes: fewer blocks, without the probe and without a shielded address
//   --no-build      never builds one
//   --keep FOLDER   logs and states stay there
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildZebrad, missingForBuild } from './zebra/build-zebrad.ts';
import { cacheFolder, findZebrad, type Zebrad } from './zebra/find-zebrad.ts';
import { runZebra } from './zebra/run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    zebrad: { type: 'string' },
    short: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
if (positionals.length !== 1 || positionals[0] !== 'zebra') {
  process.stderr.write('npm run integration -- zebra: there is no other suite yet\n');
  process.exit(2);
}
// Whatever was started ends with this process: see `endWithUs`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
try {
  await zebra();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function zebra(): Promise<void> {
  const zebrad = await findOrBuild();
  if (zebrad === undefined) return;
  say(`${zebrad.version}, ${zebrad.file}`);
  const { keep } = values;
  const totals = await runZebra({
    ...{ zebrad, say, short: values.short },
    keep: keep === undefined ? undefined : path.resolve(keep),
  });
  process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
  process.exitCode = totals.failed === 0 ? 0 : 1;
}

async function findOrBuild(): Promise<Zebrad | undefined> {
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
  say(`building zebrad into ${cacheFolder()}, once: some 15 minutes on two cores`);
  return findZebrad(await buildZebrad(cacheFolder(), say));
}

function say(text: string): void {
  process.stdout.write(`${new Date().toTimeString().slice(0, 8)} ${text}\n`);
}
