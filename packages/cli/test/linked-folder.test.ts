import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '@adit/test-kit/temporary';

const run = promisify(execFile);
const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

test('a checkout behind a link runs: an upgrade and a rollback are a change of that link', async (context) => {
  const link = path.join(temporaryFolder(context), 'adit');
  symlinkSync(SOURCES, link);
  const main = path.join(link, 'main.ts');
  const { stdout } = await run(process.execPath, ['--conditions=adit-source', main, '--version']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  await assert.rejects(run(process.execPath, ['--conditions=adit-source', main, 'nonsense']), { code: 64 });
});
