// Holds the built pages to their bounds: how much a browser loads before it shows the first page, and in all.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
/** After gzip. A miner on a telephone network waits a second for each 200 KiB. */
const FIRST_SCRIPTS = 40 * KIB;
const ALL_SCRIPTS = 60 * KIB;
const STYLES = 10 * KIB;

/**
 * Finds what is larger than its bound.
 * @returns one line for each
 * @param {string} root the checkout
 */
export function findPageFaults(root) {
  const folder = path.join(root, 'packages', 'dashboard', 'dist');
  if (!existsSync(path.join(folder, 'index.html'))) return ['the pages are not built'];
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const zipped = (pattern, wanted = (_name) => true) =>
    globSync(pattern, { cwd: folder })
      .filter((name) => wanted(name.split(path.sep).join('/')))
      .reduce((sum, name) => sum + gzipSync(readFileSync(path.join(folder, name))).length, 0);
  return [
    ['scripts of the first page', zipped('**/*.js', (name) => page.includes(`/${name}`)), FIRST_SCRIPTS],
    ['all scripts', zipped('**/*.js'), ALL_SCRIPTS],
    ['style sheets', zipped('**/*.css'), STYLES],
  ]
    .filter(([, bytes, most]) => bytes > most)
    .map(
      ([what, bytes, most]) =>
        `packages/dashboard: ${what} have ${bytes} bytes after gzip, where ${most} are the most`,
    );
}
