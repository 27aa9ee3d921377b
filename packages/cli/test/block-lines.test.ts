import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe } from '../src/log/lines.ts';

const ID = `00a1b2c3${'d'.repeat(48)}12345678`;
const BLOCK = { chain: 'zcash', what: 'block', height: 15, id: ID } as const;
const NAME = 'zcash: block 15 (00a1b2c3...12345678)';

test('every line about a block names chain, height and hash, shortened in the text and whole in the fields', () => {
  const lines = [
    describe({ kind: 'block_found', ...BLOCK, worker: 'alice' }),
    describe({ kind: 'block_submitted', ...BLOCK, accepted: true, outcome: 'accepted', answers: [] }),
    describe({ kind: 'block_state', ...BLOCK, state: 'side_chain', confirmations: 0 }),
  ];
  for (const { text, fields } of lines) {
    assert.ok(text.startsWith(`${NAME} `), text);
    assert.deepEqual([fields['chain'], fields['height'], fields['id']], ['zcash', 15, ID]);
  }
  const fruit = { kind: 'block_found', chain: 'true', what: 'fruit', height: undefined, id: 'f1' } as const;
  assert.equal(describe({ ...fruit, worker: 'bob' }).text, 'true: fruit (f1) found by bob');
});

test('the log does not say that a block is in the best chain before that is known', () => {
  const words = (event: Parameters<typeof describe>[0]) => describe(event).text.slice(NAME.length + 1);
  const handedIn = { kind: 'block_submitted', ...BLOCK, answers: [] } as const;
  assert.equal(words({ ...handedIn, accepted: true, outcome: 'accepted' }), 'handed in, and a node has it');
  assert.equal(
    words({ ...handedIn, accepted: false, outcome: 'undecided' }),
    'handed in, and no node is known to have it yet',
  );
  assert.equal(words({ ...handedIn, accepted: false, outcome: 'refused' }), 'refused by the nodes');
  const seen = { kind: 'block_state', ...BLOCK } as const;
  assert.equal(
    words({ ...seen, state: 'best_chain', confirmations: 1 }),
    'is in the best chain, 1 confirmation',
  );
  assert.equal(
    words({ ...seen, state: 'side_chain', confirmations: 0 }),
    'is on a side chain, not in the best one, 0 confirmations',
  );
});
