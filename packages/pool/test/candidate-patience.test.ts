import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ZcashNode, zcashChain } from '@adit/chain';
import type { Candidate } from '../src/candidate-store.ts';
import { zcashCandidateChain } from '../src/zcash-candidates.ts';

const FOUND_AT = 1_790_000_000_000;
const HOUR = 3600_000;
/** The block is on a side chain, whichever node is asked. */
const sideChain = {
  name: 'a',
  getBlockHeader: async () => ({ confirmations: -1, height: -1 }),
  getBlockHash: async () => undefined,
  getBlockCount: async () => 0,
} as unknown as ZcashNode;

for (const { height, ageMs, final } of [
  { height: 3_543_404, ageMs: 2 * HOUR, final: false },
  { height: 3_543_404, ageMs: 5 * HOUR, final: true },
  { height: 3_543_405, ageMs: 1 * HOUR, final: false },
  { height: 3_543_405, ageMs: 2 * HOUR, final: true },
]) {
  test(`a side-chain block of height ${height} is ${final ? '' : 'not '}given up after ${ageMs / HOUR} h`, async () => {
    const chain = zcashCandidateChain({
      nodes: [sideChain],
      confirmations: 100,
      params: zcashChain('zcash'),
      now: () => FOUND_AT + ageMs,
    });
    const candidate: Candidate = {
      chain: 'zcash',
      what: 'block',
      id: 'ab'.repeat(32),
      height,
      worker: 'w',
      foundAtMs: FOUND_AT,
      payload: '',
      answers: [],
      state: 'pending',
    };
    assert.equal((await chain.fate(candidate))?.final, final);
  });
}
