import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ERROR_MEANINGS } from '../scripts/docs/error-meanings.ts';
import { raisedCodes } from '../scripts/docs/errors.ts';
import { generatedPages } from '../scripts/docs/pages.ts';
import { withTable } from '../scripts/docs/table-in-page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the tables of docs/ say what the program knows', () => {
  const old = generatedPages(root).filter(({ found, wanted }) => found !== wanted);
  const files = old.map(({ file }) => file);
  assert.deepEqual(files, [], `${files.join(', ')}: run npm run docs, and commit the pages`);
});

test('every error code has a meaning, and every meaning a code', () => {
  const codes = [...raisedCodes(root).keys()];
  const without = codes.filter((code) => ERROR_MEANINGS[code] === undefined);
  assert.deepEqual(
    without,
    [],
    'write their meanings into scripts/docs/error-meanings.ts, then run npm run docs',
  );
  const unused = Object.keys(ERROR_MEANINGS).filter((code) => !codes.includes(code));
  assert.deepEqual(
    unused,
    [],
    'no source raises these any more: delete them from scripts/docs/error-meanings.ts',
  );
});

test('a table replaces the first one below its heading, and the text around it stays', () => {
  const page = '# A\n\n| a |\n|---|\n| 1 |\n\n# B\nWords.\n\n| b |\n|---|\n| 2 |\n| 3 |\n\nMore.\n';
  assert.equal(
    withTable(page, '# B', '| b |\n|---|\n| 4 |\n'),
    '# A\n\n| a |\n|---|\n| 1 |\n\n# B\nWords.\n\n| b |\n|---|\n| 4 |\n\nMore.\n',
  );
  assert.equal(withTable('# A\n\n| a |\n', '# A', '| b |\n'), '# A\n\n| b |\n');
  assert.equal(withTable('# A\n\n| a |', '# A', '| b |\n'), '# A\n\n| b |');
});

test('a page without the heading, or without a table below it, is an error', () => {
  assert.throws(() => withTable('# A\n\n| a |\n', '# B', ''), /no heading "# B"/);
  assert.throws(() => withTable('# A\nWords.\n', '# A', ''), /no table below "# A"/);
  assert.throws(() => withTable('# A\n\n# B\n\n| b |\n', '# A', ''), /no table below "# A"/);
});
