// Emits dist/ for every room, lowest floor first, since each room needs the declarations of the rooms below. Then it builds
// the pages, and puts a copy into the package of the command line.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALLOWED } from './import-rule.mjs';
import { ensurePages } from './setup.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
for (const room of Object.keys(ALLOWED)) {
  const folder = path.join(root, 'packages', room);
  rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = spawnSync(process.execPath, [tsc, '-p', folder, '--checkers', '1'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) {
    process.stderr.write(`${room} did not compile\n`);
    process.exit(1);
  }
}
// Pages that fit their sources stay: a launcher beside this one would build them again.
await ensurePages(root, process.execPath);
const packed = path.join(root, 'packages', 'cli', 'dashboard');
rmSync(packed, { recursive: true, force: true });
cpSync(path.join(root, 'packages', 'dashboard', 'dist'), packed, {
  recursive: true,
  // What the pages were built from is for the launcher alone.
  filter: (file) => path.basename(file) !== '.inputs-hash',
});
process.stderr.write(`built ${Object.keys(ALLOWED).length} rooms\n`);
