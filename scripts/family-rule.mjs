// The rule that only tables tell families and dialects apart: no code compares their names, or asks whether something is of
// a class that belongs to one of them. A branch by hand is a place that nothing reminds the author of the next family of.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withoutComments } from './prose-rule.mjs';

/**
 * Places that may tell them apart, each with its reason. `code` is a part of the line. An entry that excuses nothing is a
 * fault, so that the list stays as short as it can be.
 */
export const EXCUSED = [
  {
    file: 'packages/conformance/src/miner/zcash/dialect.ts',
    code: 'dialect instanceof ZcashMinerDialect',
    why: 'a check names its dialects, and the run puts it to no others; this narrows the type, and throws where the run is wrong',
  },
  {
    file: 'packages/conformance/src/miner/truestratum/dialect.ts',
    code: 'dialect instanceof TrueStratumMinerDialect',
    why: 'the same',
  },
];

const NAME = String.raw`(['"${'`'}])(?:zcash|truechain|truestratum)\1`;
/** a === 'zcash', 'zcash' !== a, case 'zcash': */
const COMPARISONS = [
  new RegExp(String.raw`[!=]==?\s*${NAME}`, 'g'),
  new RegExp(String.raw`${NAME}\s*[!=]==?`, 'g'),
  new RegExp(String.raw`\bcase\s+${NAME}\s*:`, 'g'),
];
const INSTANCE = /\binstanceof\s+(?:\w+\.)*(\w+)/g;
const CLASS = /\bclass\s+(\w+)(?:<[^{]*>)?(?:\s+extends\s+(\w+))?/g;
/** What lies in these folders belongs to one family, or to one dialect. */
const FAMILY_FOLDER = /\/(?:zcash|truechain|truestratum)\//;
/** Parts of a family outside of its folder, by the last word of the name. */
const FAMILY_CLASS = /(?:Port|Engine|Chain|Dialect|Session|Miner)$/;
const ERROR_CLASS = /Error$/;

/**
 * Finds all code that tells families or dialects apart by hand, and excuses that are not needed.
 * @returns one line for each, in the order of the files
 * @param {string} root the checkout
 * @param {(file: string) => string} [read] for tests: how a file is read
 * @param {typeof EXCUSED} [excused] for tests
 */
export function findFamilyFaults(
  root,
  read = (file) => readFileSync(path.join(root, file), 'utf8'),
  excused = EXCUSED,
) {
  const sources = globSync('packages/*/src/**/*.ts', { cwd: root })
    .sort()
    .map((file) => ({ name: file.split(path.sep).join('/'), text: read(file) }));
  const classes = new Set(sources.flatMap(({ name, text }) => familyClassesIn(name, text)));
  const faults = [];
  const used = new Set();
  for (const { name, text } of sources) {
    const lines = text.split('\n');
    for (const number of familyLines(text, classes)) {
      const line = lines[number - 1].trim();
      const excuse = excused.find((one) => one.file === name && line.includes(one.code));
      if (excuse === undefined) faults.push(`${name}:${number}: tells families apart: ${line}`);
      else used.add(excuse);
    }
  }
  for (const excuse of excused)
    if (!used.has(excuse))
      faults.push(`scripts/family-rule.mjs: nothing needs the excuse for ${excuse.code}`);
  return faults;
}

/** @returns the classes of a source that belong to a family @param {string} name of the file @param {string} text */
export function familyClassesIn(name, text) {
  return [...withoutComments(text).matchAll(CLASS)].flatMap(([, own, base = '']) => {
    const isError = ERROR_CLASS.test(own) || ERROR_CLASS.test(base);
    return !isError && (FAMILY_FOLDER.test(name) || FAMILY_CLASS.test(own)) ? [own] : [];
  });
}

/**
 * @returns the numbers of the lines that tell families apart, ascending
 * @param {string} text a source
 * @param {ReadonlySet<string>} classes that belong to a family
 */
export function familyLines(text, classes) {
  const code = withoutComments(text);
  const ends = COMPARISONS.flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => match.index + match[0].length),
  );
  for (const match of code.matchAll(INSTANCE))
    if (classes.has(match[1])) ends.push(match.index + match[0].length);
  const found = new Set(ends.map((end) => code.slice(0, end).split('\n').length));
  return [...found].sort((a, b) => a - b);
}
