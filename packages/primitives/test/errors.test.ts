import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError, messageOf } from '../src/index.ts';

test('an error keeps its code, its cause and its name', () => {
  const cause = new Error('below');
  const error = new AditError('ADIT_SAMPLE', 'what was wrong', { cause });
  assert.equal(error.code, 'ADIT_SAMPLE');
  assert.equal(error.cause, cause);
  assert.equal(error.name, 'AditError');
  assert.ok(error instanceof Error);
});

test('a thrown value of any type has a message', () => {
  assert.equal(messageOf(new AditError('ADIT_SAMPLE', 'words')), 'words');
  assert.equal(messageOf('text'), 'text');
  assert.equal(messageOf(undefined), 'undefined');
});
