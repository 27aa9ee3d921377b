// Writes the pages of the libraries' interfaces into docs/api/, from the sources: `npm run api`. They are not in git.
//
// TypeDoc needs the compiler interface of TypeScript 5, which version 7 does not have. So it lives in tools/api-pages with
// a compiler and a lock of its own, and is installed the first time that the pages are asked for.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIBRARIES } from './faults.ts';
import { pageOptions } from './page-options.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const tool = path.join(root, 'tools', 'api-pages');
const pages = path.join(root, 'docs', 'api');

install();
rmSync(pages, { recursive: true, force: true });
const options = path.join(tool, 'node_modules', '.adit-options.json');
writeFileSync(options, JSON.stringify(pageOptions(root, LIBRARIES, pages)));
const program = path.join(tool, 'node_modules', 'typedoc', 'bin', 'typedoc');
execFileSync(process.execPath, [program, '--options', options], { cwd: tool, stdio: 'inherit' });
process.stdout.write(`${path.relative(root, path.join(pages, 'index.html'))} is written\n`);

/** Installs from the lock of the tool, unless what lies there was made from it. */
function install(): void {
  const lock = readFileSync(path.join(tool, 'package-lock.json'), 'utf8');
  const marker = path.join(tool, 'node_modules', '.adit-lock');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  process.stderr.write('installing TypeDoc from tools/api-pages/package-lock.json\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: tool,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(marker, lock);
}
