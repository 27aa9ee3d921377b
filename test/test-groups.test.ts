import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { groupTests, LONG_FIRST, writeGroups } from '../scripts/test-groups.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A checkout with test files of two rooms and some of whole processes. */
function checkoutWith(context: TestContext, texts: Readonly<Record<string, string>>) {
  const folder = temporaryFolder(context);
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return { folder, files: Object.keys(texts) };
}

test('each test file runs in one group, long ones first', () => {
  const files = globSync(['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'], { cwd: root });
  const groups = groupTests(root, files);
  assert.deepEqual(groups.flatMap((group) => group.files).toSorted(), files.toSorted());
  assert.equal(new Set(groups.map(({ name }) => name)).size, groups.length);
  assert.ok(groups.length < files.length * 0.6, `${groups.length} processes for ${files.length} files`);
  assert.deepEqual(
    groups.slice(0, LONG_FIRST.length).map(({ name }) => name),
    LONG_FIRST,
  );
  for (const file of LONG_FIRST) assert.ok(existsSync(path.join(root, file)), `${file} does not exist`);
});

test('a file with hooks, mocks or changes of its process runs alone', (context) => {
  const alone = [
    'afterEach(() => {});\n',
    "  context.mock.method(Date, 'now', () => 0);\n",
    "process.chdir('/');\n",
    "  process.on('warning', () => {});\n",
    'Object.assign(globalThis, { WebAssembly: undefined });\n',
    "import { spawn } from 'node:child_process';\n",
  ];
  const texts = {
    ...Object.fromEntries(alone.map((text, i) => [`packages/room/test/alone-${i}.test.ts`, text])),
    'packages/room/test/a.test.ts': '',
    'packages/room/test/b.test.ts': '  after(() => {});\n',
    'packages/other/test/c.test.ts': '',
    'test/whole.test.ts': '',
  };
  const { folder, files } = checkoutWith(context, texts);
  const groups = groupTests(folder, files);
  assert.deepEqual(
    groups.filter(({ files }) => files.length > 1),
    [{ name: 'room-1', files: ['packages/room/test/a.test.ts', 'packages/room/test/b.test.ts'] }],
  );
});

test('the files of a group run in one process, and each failure is told', (context) => {
  const hello = (name: string) =>
    `import { test } from 'node:test';\ntest('${name}', () => { if ('${name}' === 'b') throw new Error(String(process.pid)); });\n`;
  const texts = { 'packages/room/test/a.test.ts': hello('a'), 'packages/room/test/b.test.ts': hello('b') };
  const { folder, files } = checkoutWith(context, texts);
  const [entry = ''] = writeGroups(folder, path.join(folder, 'groups'), groupTests(folder, files));
  const code = `try { require('node:child_process').execFileSync(process.execPath, ['--test', '--test-reporter=tap', ${JSON.stringify(entry)}], { encoding: 'utf8', env: {} }) } catch (error) { console.log(error.stdout) }`;
  const said = execFileSync(process.execPath, ['--eval', code], { encoding: 'utf8' });
  assert.match(said, /^ok \d+ - a$/m);
  assert.match(said, /^not ok \d+ - b$/m);
});
