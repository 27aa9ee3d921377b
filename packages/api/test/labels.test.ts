import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_KINDS, REJECTS } from '@adit/stratum';
import { labelOf, REJECT_REASONS } from '../src/labels.ts';
import { poolStatus } from './support/pool-status.ts';

test('every reason for a refusal is a label value from the start', () => {
  assert.deepEqual([...REJECT_REASONS].sort(), Object.keys(REJECTS).sort());
});

test('the pool status of these tests has every kind of message', () => {
  for (const { messages } of poolStatus().ports)
    assert.deepEqual(Object.keys(messages).sort(), [...MESSAGE_KINDS].sort());
});

test('a value outside a closed list becomes `other`', () => {
  assert.equal(labelOf(['a', 'b'], 'b'), 'b');
  assert.equal(labelOf(['a', 'b'], 'c'), 'other');
});
