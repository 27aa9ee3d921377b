import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { poolToml, type TomlTable, trueChainToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { loadConfig } from '../src/config/load.ts';
import { checkReload } from '../src/config/reload-faults.ts';
import type { Config } from '../src/config/schema.ts';

function load(context: TestContext, toml: typeof zcashToml, ports: readonly TomlTable[]): Config {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, poolToml([toml('http://127.0.0.1:8232', { ports })]));
  return loadConfig(file);
}

const short = (name: string, start: number, bytes = 2) => ({
  name,
  for_proxies: true,
  nonce1_bytes: bytes,
  start_difficulty: start,
});

test('a reload that would leave ports of short nonce1 values with different start_difficulty is refused, and says why', (context) => {
  const before = load(context, zcashToml, [short('one', 4), short('two', 4)]);
  const removed = load(context, zcashToml, [short('one', 64)]);
  const longer = load(context, zcashToml, [short('one', 64), short('two', 4, 4)]);
  for (const after of [removed, longer])
    assert.throws(() => checkReload('adit.toml', before, after), {
      code: 'ADIT_BAD_CONFIG',
      message: /start_difficulty.*\n.*goes on until an upgrade/s,
    });
  const together = load(context, zcashToml, [short('one', 64), short('two', 64)]);
  checkReload('adit.toml', before, together);
  checkReload('adit.toml', before, load(context, zcashToml, [short('one', 4)]));
});

test('a reload that drops one of two loose ports of TrueChain cannot move the target of the other', (context) => {
  const port = (name: string, start: number) => ({ name, start_difficulty: start });
  const before = load(context, trueChainToml, [port('one', 100_000), port('two', 100_000)]);
  const after = load(context, trueChainToml, [port('one', 200_000)]);
  assert.throws(() => checkReload('adit.toml', before, after), { code: 'ADIT_BAD_CONFIG' });
});
