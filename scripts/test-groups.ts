// Which tests share a process, and in which order processes start. To start Node and load a room costs up to a second of
// processor time, which is more than most test files need.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isFast } from './fast-tests.ts';

/**
 * What a test file does to its whole process, so that the file needs one of its own: hooks outside of a suite would
 * run around the tests of other files, too, and mocks, signals and the working folder would reach what is left of them.
 */
const NEEDS_OWN_PROCESS =
  /^(?:after|before|afterEach|beforeEach)\(|\bmock\.|\bprocess\.(?:chdir|umask|exit|on|once|kill|env\[|memoryUsage)|\bglobalThis, \{|\bgetHeap|\bgc\(/m;

/** Files of a group: enough that starting hardly counts, few enough that two cores end together. */
const MOST_FILES = 12;

/** Long entries, longest first. They start first, so that no core waits at the end for one of them. */
export const LONG_FIRST: readonly string[] = [
  'test/probe-pool.test.ts',
  'packages/conformance/test/pool/every-check.test.ts',
  'packages/conformance/test/miner/checks.test.ts',
  'packages/cli/test/hanging-start.test.ts',
  'packages/cli/test/upgrade-process.test.ts',
  'test/fuzz.test.ts',
  'test/probe-miner.test.ts',
  'test/mutation.test.ts',
  'test/packed.test.ts',
  'test/check.test.ts',
  'test/soak.test.ts',
  'test/readme-examples.test.ts',
  'test/truechain-pool.test.ts',
  'test/crash.test.ts',
  'test/kill-pool.test.ts',
  'test/demo.test.ts',
];

/** What one process runs. */
export interface TestGroup {
  /** The room and a number, or the file itself where it is alone. */
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * Puts fast tests of a room together, and leaves all others alone.
 * @param root the checkout @param files relative to it, with `/`
 */
export function groupTests(root: string, files: readonly string[]): TestGroup[] {
  const alone: TestGroup[] = [];
  const rooms = new Map<string, string[]>();
  for (const file of files.toSorted()) {
    const shares = isFast(root, file) && !NEEDS_OWN_PROCESS.test(readFileSync(path.join(root, file), 'utf8'));
    if (!shares) {
      alone.push({ name: file, files: [file] });
      continue;
    }
    const [, room = ''] = file.split('/');
    const known = rooms.get(room);
    if (known === undefined) rooms.set(room, [file]);
    else known.push(file);
  }
  const together = [...rooms].flatMap(([room, all]) => split(room, all));
  const rank = ({ name }: TestGroup) => {
    const at = LONG_FIRST.indexOf(name);
    return at === -1 ? LONG_FIRST.length : at;
  };
  // Behind the long ones come whole processes, which wait for disks and clocks; the groups of a room fill the gaps.
  return [
    ...alone.toSorted((a, b) => Number(b.name.startsWith('test/')) - Number(a.name.startsWith('test/'))),
    ...together,
  ].toSorted((a, b) => rank(a) - rank(b));
}

function split(room: string, files: readonly string[]): TestGroup[] {
  const count = Math.ceil(files.length / MOST_FILES);
  const size = Math.ceil(files.length / count);
  return Array.from({ length: count }, (_, i) => ({
    name: `${room}-${i + 1}`,
    files: files.slice(i * size, (i + 1) * size),
  }));
}

/**
 * Writes a module for each group, which imports its files: node:test then runs their tests in one process.
 * @param folder where modules of earlier runs are removed
 * @returns what to run, in the order of the groups
 */
export function writeGroups(root: string, folder: string, groups: readonly TestGroup[]): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return groups.map(({ name, files }) => {
    const [only = ''] = files;
    if (files.length === 1) return path.join(root, only);
    const lines = files.map(
      (file) => `import ${JSON.stringify(pathToFileURL(path.join(root, file)).href)};\n`,
    );
    const place = path.join(folder, `${name}.test.mjs`);
    writeFileSync(place, lines.join(''));
    return place;
  });
}
