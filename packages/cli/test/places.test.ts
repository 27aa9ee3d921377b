import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit } from '@adit/test-kit/pool-process';
import { poolToml, type TomlTable, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { loadConfig } from '../src/config/load.ts';

function write(folder: string, top: TomlTable): string {
  const file = path.join(folder, 'adit.toml');
  writeFileSync(file, poolToml([zcashToml()], { top, admin: { listen: '127.0.0.1:0' } }));
  return file;
}

test('a control socket replaces neither a foreign file nor one of the pool', async (context) => {
  const folder = temporaryFolder(context);
  const precious = path.join(folder, 'wallet.dat');
  writeFileSync(precious, 'precious');
  mkdirSync(path.join(folder, 'folder'));
  const names = [
    precious,
    path.join(folder, 'folder'),
    path.join(folder, 'adit.toml'),
    'leases.db',
    'leases.db-wal',
    'bans.db',
    'journal',
    './data/journal/control.sock',
    './data/blocks/control.sock',
    './data',
  ];
  for (const name of names) {
    const file = write(folder, { data: './data', control: name });
    assert.throws(() => loadConfig(file), {
      code: 'ADIT_BAD_CONFIG',
      message: /adit\.toml:\d+: control: .*expected a free name for a UNIX socket$/,
    });
  }
  write(folder, { control: precious });
  for (const args of [['pool', '--check'], ['pool']]) {
    const { status, err } = await (args.includes('--check') ? aditHere : runAdit)(args, folder);
    assert.equal(status, 78);
    assert.match(err, /control: .*wallet\.dat is there already and a file, no socket/);
  }
  assert.ok(lstatSync(precious).isFile());
  assert.equal(readFileSync(precious, 'utf8'), 'precious');
});

test("the data folder must be the pool's own: not one of the system, nor that of a node", (context) => {
  const folder = temporaryFolder(context);
  const shared = path.join(folder, 'tmp');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  const node = path.join(folder, 'node');
  mkdirSync(path.join(node, 'blocks', 'index'), { recursive: true });
  for (const name of ['/', shared, node]) {
    const file = write(folder, { data: name });
    assert.throws(() => loadConfig(file), {
      code: 'ADIT_BAD_CONFIG',
      message: /adit\.toml:\d+: data: .*expected a folder of the pool's own$/,
    });
  }
  mkdirSync(path.join(folder, 'own', 'blocks', 'done'), { recursive: true });
  // The operator has deleted the folder of settled blocks.
  mkdirSync(path.join(folder, 'tidied', 'blocks'), { recursive: true });
  writeFileSync(path.join(folder, 'tidied', 'blocks', 'zec-01.json'), '{}');
  for (const name of ['./own', './tidied', './new', '.']) loadConfig(write(folder, { data: name }));
});

test('a control socket whose path is longer than the system takes is refused before a start, and by --check', (context) => {
  const folder = temporaryFolder(context);
  const shortest = path.join(folder, 'x');
  const longest = `${shortest}${'x'.repeat(99 - Buffer.byteLength(shortest))}`;
  assert.equal(loadConfig(write(folder, { control: longest })).control, longest);
  assert.throws(() => loadConfig(write(folder, { control: `${longest}x` })), {
    code: 'ADIT_BAD_CONFIG',
    message: /control: found a path of 100 bytes .*, expected at most 99: set control = "\/run/,
  });
});
