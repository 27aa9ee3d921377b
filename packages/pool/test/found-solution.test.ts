import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import type { Candidate } from '../src/blocks/candidate.ts';
import { CandidateStore } from '../src/blocks/candidate-store.ts';
import { foundSolution } from '../src/index.ts';
import { shareDigest } from '../src/truechain/share.ts';

const HEADER = 'ab'.repeat(32);
const MINER = `0x${'5a'.repeat(20)}`;

function candidate(nonce: bigint, changes: Partial<Candidate> = {}): Candidate {
  const nonceHex = nonce.toString(16).padStart(16, '0');
  return {
    chain: 'true main',
    what: 'fruit',
    id: `${HEADER}-${nonceHex}`,
    height: 7,
    worker: 'ann.rig',
    foundAtMs: 1,
    payload: `${nonceHex},${HEADER},${'00'.repeat(32)}`,
    coinbases: [MINER],
    answers: [],
    state: 'pending',
    ...changes,
  };
}

test('the nonce behind a share is found in the file of its candidate, while it is followed and when it is done', async (t) => {
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'adit-found-'));
  t.after(() => rmSync(dataFolder, { recursive: true, force: true }));
  const found = (nonce: bigint, changes: object = {}) =>
    foundSolution(dataFolder, {
      chainName: 'true main',
      workGroup: HEADER,
      digest: encodeHex(shareDigest(Buffer.from(HEADER, 'hex'), nonce)),
      what: 'fruit',
      height: null,
      ...changes,
    });
  assert.equal(await found(5n), undefined);
  const store = new CandidateStore(dataFolder);
  await store.save(candidate(4n));
  await store.save(candidate(5n));
  writeFileSync(path.join(dataFolder, 'blocks', `true_main-${HEADER}-broken.json`), '{');
  const solved = { what: 'fruit', nonce: 5n, miners: [MINER], around: 7 };
  assert.deepEqual(await found(5n), solved);
  await store.finish(candidate(5n));
  assert.deepEqual(await found(5n), solved);
  assert.equal(await found(6n), undefined);
  assert.equal(await found(5n, { chainName: 'other' }), undefined);
  await store.save(candidate(8n, { height: null }));
  assert.equal(await found(8n), undefined);
  assert.equal((await found(8n, { height: 3 }))?.around, 3);
});
