import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@adit/test-kit/temporary';

const main = fileURLToPath(new URL('integration/main.ts', import.meta.url));

/** The suite with a path and a home of its own, where nothing is but what a test puts there. */
function integration(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
) {
  return spawnSync(process.execPath, ['--conditions=adit-source', main, ...args], {
    encoding: 'utf8',
    env: { PATH: folder, HOME: folder, ...variables },
  });
}

test('without a zebrad and without cargo the suite says in one line that it is skipped, and what is missing', (context) => {
  const { status, stdout, stderr } = integration(temporaryFolder(context), ['zebra']);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^\S+ skipped: there is no zebrad 7 .*missing cargo, clang, protoc, cmake.*\n$/);
});

test('where it may not build, a zebrad of another version is none', (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, 'zebrad'), '#!/bin/sh\necho zebrad 6.2.2\n');
  chmodSync(path.join(folder, 'zebrad'), 0o755);
  const { status, stdout } = integration(folder, ['zebra', '--no-build']);
  assert.equal(status, 0);
  assert.match(stdout, /skipped: there is no zebrad 7/);
});

test('a zebrad that was named and is none is a fault, not a reason to skip', (context) => {
  const folder = temporaryFolder(context);
  for (const run of [
    integration(folder, ['zebra', '--zebrad', 'nowhere']),
    integration(folder, ['zebra'], { ADIT_ZEBRAD: 'nowhere' }),
  ]) {
    assert.deepEqual([run.status, run.stdout], [2, '']);
    assert.equal(run.stderr, 'nowhere is no program that calls itself zebrad 7\n');
  }
});

test('without a zecd the suite of the wallet is skipped in one line, and a named one that is none is a fault', (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, 'zebrad'), '#!/bin/sh\necho zebrad 7.0.0\n');
  chmodSync(path.join(folder, 'zebrad'), 0o755);
  const without = integration(folder, ['zecd', '--no-build']);
  assert.deepEqual([without.status, without.stderr], [0, '']);
  assert.match(without.stdout, /^\S+ skipped: there is no zecd 0\.9 [^\n]*\n$/);
  const named = integration(folder, ['zecd', '--zecd', 'nowhere']);
  assert.deepEqual([named.status, named.stdout], [2, '']);
  assert.equal(named.stderr, 'nowhere is no program that calls itself zecd 0.9\n');
});

test('without a zebrad the suite of the wallet is skipped in one line, and a suite that is none is named', (context) => {
  const folder = temporaryFolder(context);
  const { status, stdout } = integration(folder, ['zecd', '--no-build']);
  assert.equal(status, 0);
  assert.match(stdout, /^\S+ skipped: there is no zebrad 7 [^\n]*\n$/);
  assert.equal(integration(folder, ['constructor']).status, 2);
});
