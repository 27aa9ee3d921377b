import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { changedContents, fileContents } from '../src/config/file-contents.ts';
import { loadConfig } from '../src/config/load.ts';

test('a file whose content has changed is named with its chain and port, and no other file is', (context) => {
  const folder = temporaryFolder(context);
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  for (const name of ['node', 'one', 'two']) write(name, 'secret');
  const ports = [
    { name: 'one', password_file: 'one' },
    { listen: '127.0.0.1:4', password_file: 'two' },
  ];
  const chain = zcashToml(undefined, {
    chain: { name: 'zec' },
    node: { user: 'a', password_file: 'node' },
    ports,
  });
  const file = path.join(folder, 'adit.toml');
  writeFileSync(file, poolToml([chain], { admin: { enabled: false } }));
  const config = loadConfig(file);
  const before = fileContents(config);
  assert.deepEqual(changedContents(before, fileContents(config)), []);
  for (const name of ['node', 'two']) write(name, 'another');
  assert.deepEqual(changedContents(before, fileContents(config)), [
    'chain[zec].nodes[0].password_file (content)',
    'chain[zec].ports[127.0.0.1:4].password_file (content)',
  ]);
  rmSync(path.join(folder, 'one'));
  assert.equal(changedContents(before, fileContents(config)).length, 2);
  assert.ok(!JSON.stringify([...before]).includes('secret'));
});
