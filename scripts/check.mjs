// Checks format and lint, types, and the import rule between rooms. With `--write` the formatter writes.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findImportFaults } from './import-rule.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const write = process.argv.includes('--write');

const steps = [
  ['biome', ['@biomejs/biome/bin/biome', 'check', ...(write ? ['--write'] : []), '.']],
  ['types', ['typescript/bin/tsc', '-p', 'tsconfig.json']],
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
const faults = findImportFaults(root);
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.stdout.write(`imports: ${faults.length === 0 ? 'ok' : 'failed'}\n`);
process.exitCode = failed || faults.length > 0 ? 1 : 0;
