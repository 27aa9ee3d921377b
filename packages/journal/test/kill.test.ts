import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readShares } from '@adit/journal';

const script = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));

/** Runs the script until it has printed a number of lines, then kills it. @returns its output */
function runAndKill(dataFolder: string, lines: number, after: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=adit-source', script, dataFolder, String(after)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let count = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      count = output.split('\n').length - 1;
      if (count >= lines) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the script ended by itself after ${count} lines`));
      const whole = output.slice(0, output.lastIndexOf('\n'));
      resolve(whole.split('\n').map(Number));
    });
  });
}

test('kill -9 loses no share for which append had resolved, and keeps none twice', async () => {
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'adit-kill-'));
  try {
    for (const lines of [50, 333, 1000]) {
      const acknowledged = await runAndKill(dataFolder, lines, lines * 1_000_000);
      const newest = readShares(dataFolder).filter(
        ({ instance }, _i, all) => instance === all.at(-1)?.instance,
      );
      const kept = newest.map(({ digest }) => new DataView(digest.buffer, digest.byteOffset).getUint32(0));
      assert.equal(new Set(kept).size, kept.length);
      const missing = acknowledged.filter((number) => !kept.includes(number));
      assert.deepEqual(missing, []);
      assert.ok(acknowledged.length >= lines);
    }
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
});
