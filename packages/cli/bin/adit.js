#!/usr/bin/env node
// The command `adit`. Plain JavaScript that any Node can read. The program checks the version of Node first of all
// (`old-node.ts`), because the database ends an old Node without a word.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const launcher = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const sources = fileURLToPath(new URL('../src/main.ts', import.meta.url));

if (existsSync(launcher) && existsSync(sources)) {
  // A checkout: the launcher prepares it and finds a Node that is new enough.
  const child = spawn(process.execPath, [launcher, 'adit', ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
} else {
  const { main } = await import('../dist/main.js');
  await main(args);
}
