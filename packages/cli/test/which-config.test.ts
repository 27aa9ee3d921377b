import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { aditHere } from '@adit/test-kit/adit-here';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { Command } from 'commander';
import { configFile } from '../src/config/which-file.ts';
import { takeParentOptions } from '../src/parent-options.ts';

const there =
  (...files: readonly string[]) =>
  (file: string) =>
    files.includes(file);

test('the option counts before the environment, the file here, and the file of the system', () => {
  const all = { environment: { ADIT_CONFIG: '/b.toml' }, exists: () => true };
  assert.equal(configFile('/a.toml', all), '/a.toml');
  assert.equal(configFile(undefined, all), '/b.toml');
  const none = { environment: {} };
  assert.equal(configFile(undefined, { ...none, exists: () => true }), 'adit.toml');
  assert.equal(
    configFile(undefined, { ...none, exists: there('/etc/adit/adit.toml') }),
    '/etc/adit/adit.toml',
  );
  assert.equal(configFile(undefined, { ...none, exists: there() }), 'adit.toml');
});

test('a named file that does not exist is not replaced by another one, and an empty name is refused', () => {
  const where = { environment: {}, exists: there('adit.toml', '/etc/adit/adit.toml') };
  assert.equal(configFile('/none.toml', where), '/none.toml');
  assert.throws(() => configFile('', where), {
    code: 'ADIT_BAD_OPTION',
    message: /^--config: found nothing/,
  });
  assert.throws(() => configFile(undefined, { ...where, environment: { ADIT_CONFIG: '' } }), {
    code: 'ADIT_BAD_OPTION',
    message: /^ADIT_CONFIG: found nothing/,
  });
});

test('`bans add` reads the file of its own --config, whatever lies here', async (context) => {
  const folder = temporaryFolder(context);
  const elsewhere = path.join(folder, 'elsewhere', 'adit.toml');
  const { status, err } = await aditHere(['bans', 'add', '127.0.0.1', '-c', elsewhere], folder);
  assert.notEqual(status, 0);
  assert.ok(err.includes(`${elsewhere}: there is no such file`), err);
});

test('options that the command above has read are those of the command', () => {
  for (const args of [
    ['bans', 'add', '-c', 'x.toml', '--json'],
    ['bans', '-c', 'x.toml', '--json', 'add'],
  ]) {
    const seen: unknown[] = [];
    const program = new Command('adit').hook('preAction', (_program, command) => takeParentOptions(command));
    const bans = program.command('bans').option('-c, --config <file>').option('--json', 'JSON', false);
    bans.action(() => {});
    const add = bans.command('add').option('-c, --config <file>').option('--json', 'JSON', false);
    add.action((options) => {
      seen.push(options);
    });
    program.parse(args, { from: 'user' });
    assert.deepEqual(seen, [{ config: 'x.toml', json: true }]);
  }
});
