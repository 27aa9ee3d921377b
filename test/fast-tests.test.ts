import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isFast, SLOW_TESTS } from '../scripts/fast-tests.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = globSync('packages/*/test/**/*.test.ts', { cwd: root });

test('the fast tests are tests of rooms that start no process', () => {
  assert.equal(isFast(root, 'packages/primitives/test/hex.test.ts'), true);
  assert.equal(isFast(root, 'packages/cli/test/upgrade-process.test.ts'), false, 'it starts processes');
  assert.equal(
    isFast(root, 'packages/cli/test/shares-command.test.ts'),
    false,
    'the test kit starts processes for it',
  );
  assert.equal(
    isFast(root, 'packages/cli/test/hanging-thread.test.ts'),
    false,
    'a helper of the room starts a process for it',
  );
  assert.equal(isFast(root, 'test/demo.test.ts'), false, 'it is not a test of a room');
  const fast = files.filter((file) => isFast(root, file));
  assert.ok(fast.length > files.length / 2, `only ${fast.length} of ${files.length} are fast`);
});

test('the slow tests that are left out exist, and have a reason', () => {
  for (const [file, reason] of Object.entries(SLOW_TESTS)) {
    assert.ok(
      existsSync(path.join(root, file)),
      `${file} does not exist: remove it from scripts/fast-tests.ts`,
    );
    assert.notEqual(reason, '', file);
  }
});
