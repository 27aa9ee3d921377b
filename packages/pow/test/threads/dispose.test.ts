import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { VerifierPool } from '@adit/pow/threads';
import { SMALL } from '../support/small-solutions.ts';

test('a pool at the end of its block is closed, and its worker may be the one that the package exports', async () => {
  const started: string[] = [];
  const createWorker = () => {
    const url = import.meta.resolve('@adit/pow/verify-worker');
    started.push(url);
    return new Worker(new URL(url));
  };
  const pool = new VerifierPool({ threads: 1, maxQueued: 8 }, { createWorker });
  const verdict = await pool.verifyEquihash(SMALL, new Uint8Array(140), new Uint8Array(36));
  assert.equal(verdict, 'duplicate_index');
  await pool[Symbol.asyncDispose]();
  assert.equal(started.length, 1);
  await assert.rejects(pool.verifyEquihash(SMALL, new Uint8Array(140), new Uint8Array(36)), {
    code: 'ADIT_VERIFIER_CLOSED',
  });
});
