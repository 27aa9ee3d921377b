// Checks format and lint, types, the import rule between rooms, that files import each other in no circle, that no code
// matches prose, that only tables tell families of chains apart, that no source is too long, that pages stay small, and that
// nothing is exported for nobody. With `--write` the formatter writes.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFamilyFaults } from './family-rule.mjs';
import { findImportCircles } from './import-circles.mjs';
import { findImportFaults } from './import-rule.mjs';
import { findPageFaults } from './page-sizes.mjs';
import { findProseFaults } from './prose-rule.mjs';
import { findSizeFaults } from './size-rule.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** The checkers of the compiler repeat each other's work: with one, checking takes a quarter less processor time. */
const CHECKERS = ['--checkers', '1'];
const write = process.argv.includes('--write');

const steps = [
  ['biome', ['@biomejs/biome/bin/biome', 'check', ...(write ? ['--write'] : []), '.']],
  ['types', ['typescript/bin/tsc', '-p', 'tsconfig.json', ...CHECKERS]],
  // The pages run in a browser, whose globals the other rooms must not see.
  ['types of pages', ['typescript/bin/tsc', '-p', 'packages/dashboard/tsconfig.json', ...CHECKERS]],
  // Files that nothing imports, and exports that nothing outside of their file uses (knip.json).
  ['unused', ['knip/bin/knip.js', '--no-progress', '--no-config-hints']],
];
let failed = false;
for (const [label, [script, ...args]] of steps) {
  const result = spawnSync(process.execPath, [path.join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) failed = true;
  process.stdout.write(`${label}: ${result.status === 0 ? 'ok' : 'failed'}\n`);
}
for (const [label, faults] of [
  ['imports', findImportFaults(root)],
  ['circles', findImportCircles(root)],
  ['prose', findProseFaults(root)],
  ['families', findFamilyFaults(root)],
  ['sizes', findSizeFaults(root)],
  ['pages', findPageFaults(root)],
]) {
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  if (faults.length > 0) failed = true;
  process.stdout.write(`${label}: ${faults.length === 0 ? 'ok' : 'failed'}\n`);
}
process.exitCode = failed ? 1 : 0;
