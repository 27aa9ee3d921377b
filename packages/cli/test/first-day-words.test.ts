import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { runInit } from '../src/commands/init.ts';
import { loadConfig } from '../src/config/load.ts';
import { configTemplate } from '../src/config/template.ts';
import { askPool } from '../src/control/client.ts';
import { exitStatusOf } from '../src/exit-status.ts';

test('a misspelled network is named, with the one that it is near to', () => {
  assert.throws(() => configTemplate('zcahs'), {
    message: /found "zcahs", expected one of zcash, .*; did you mean "zcash"\?$/,
  });
});

test('a minimum above the maximum is a fault of these two keys', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  const ports = [{ min_difficulty: 8, max_difficulty: 4, start_difficulty: 6 }];
  writeFileSync(file, poolToml([zcashToml(undefined, { ports })]));
  assert.throws(
    () => loadConfig(file),
    (error: Error) => {
      assert.match(error.message, /ports\[0\]\.min_difficulty: found 8, and max_difficulty is 4/);
      assert.doesNotMatch(error.message, /start_difficulty/);
      return true;
    },
  );
});

test('a misspelled key that a port needs is one line', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  for (const [right, wrong] of [
    ['listen =', 'lisen ='],
    ['network =', 'netwrok ='],
  ] as const) {
    const text = poolToml([zcashToml()], { admin: { enabled: false } });
    writeFileSync(file, text.replace(right, wrong));
    assert.throws(
      () => loadConfig(file),
      (error: Error) => {
        assert.equal(error.message.split('\n').length, 1, error.message);
        assert.match(error.message, /did you mean/);
        return true;
      },
    );
  }
});

test('a folder that is missing is named in words by init, and a pool that does not run leads to --config', async (context) => {
  assert.throws(() => runInit('zcash', { output: '/nonexistent/x' }), {
    code: 'ADIT_CANNOT_WRITE',
    message: /\/nonexistent\/x: there is no such folder; make it, or name another file with --output$/,
  });
  const nobody = askPool(path.join(temporaryFolder(context), 'control.sock'), { command: 'status' });
  await assert.rejects(nobody, { message: /with --config$/ });
});

test('what is no address is a fault of the command line', () => {
  assert.equal(exitStatusOf(new AditError('ADIT_BAD_ADDRESS', 'foo')), 64);
  assert.equal(exitStatusOf(new AditError('ADIT_BAD_BAN', 'too long')), 64);
});
