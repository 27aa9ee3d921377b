import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('format, lint and types are in order everywhere', () => {
  const script = fileURLToPath(new URL('../scripts/check.mjs', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  assert.match(
    stdout,
    /biome: ok\n(.|\n)*types: ok\n(.|\n)*imports: ok\ncircles: ok\nprose: ok\nfamilies: ok\n/,
  );
});
