import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { Registry } from 'prom-client';
import { DiskMetrics } from '../src/disk-metrics.ts';

async function freeOf(folder: string | undefined): Promise<number> {
  const registry = new Registry();
  await new DiskMetrics(registry, folder).collect();
  return Number(/^adit_disk_free_bytes (\S+)$/m.exec(await registry.metrics())?.[1]);
}

test('the free bytes are those of the disk of the data folder', async (context) => {
  const folder = temporaryFolder(context);
  const { blocks, bsize } = statfsSync(folder);
  const free = await freeOf(folder);
  assert.ok(free > 0 && free <= blocks * bsize, String(free));
});

test('a folder that is gone, or none, has no free bytes to tell', async (context) => {
  assert.ok(Number.isNaN(await freeOf(path.join(temporaryFolder(context), 'gone'))));
  assert.ok(Number.isNaN(await freeOf(undefined)));
});
