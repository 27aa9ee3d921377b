// The rule that no source is longer than a reader can hold: where one is, a concept in it deserves a file of its own.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const MOST_LINES = 350;

/**
 * Sources that are longer and still wait for their split. An entry that is not needed any more is a fault.
 * @type {readonly string[]}
 */
export const LONGER = [];

/**
 * Finds all sources that are too long, and entries of the list that are not needed.
 * @returns one line for each, in the order of the files
 * @param {string} root the checkout
 * @param {readonly string[]} [longer] for tests: the list of exceptions
 */
export function findSizeFaults(root, longer = LONGER) {
  const faults = [];
  const needed = new Set();
  for (const file of globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root }).sort()) {
    const name = file.split(path.sep).join('/');
    const text = readFileSync(path.join(root, file), 'utf8');
    // Nobody reads a source from its beginning to its end that a program wrote.
    if (text.startsWith('// Written by `npm run docs`')) continue;
    const lines = linesOf(text);
    if (lines <= MOST_LINES) continue;
    if (longer.includes(name)) needed.add(name);
    else
      faults.push(
        `${name}: ${lines} lines, where ${MOST_LINES} are the most: give a concept of it a file of its own`,
      );
  }
  for (const name of longer)
    if (!needed.has(name))
      faults.push(`scripts/size-rule.mjs: ${name} is not too long any more: take it off the list`);
  return faults;
}

/** Number of lines, with or without a line end at the end. @param {string} text a source */
export function linesOf(text) {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
