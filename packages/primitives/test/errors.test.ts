import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError, messageOf } from '../src/index.ts';

test('an error keeps its code, its cause and its name', () => {
  const cause = new Error('below');
  const error = new AditError('ADIT_BAD_HEX', 'what was wrong', { cause });
  assert.equal(error.code, 'ADIT_BAD_HEX');
  assert.equal(error.cause, cause);
  assert.equal(error.name, 'AditError');
  assert.ok(error instanceof Error);
});

test('a thrown value of any type has a message', () => {
  assert.equal(messageOf(new AditError('ADIT_BAD_HEX', 'words')), 'words');
  assert.equal(messageOf('text'), 'text');
  assert.equal(messageOf(undefined), 'undefined');
});

test('a comparison with a code that does not exist does not compile', () => {
  const error: AditError = new AditError('ADIT_BAD_HEX', 'words');
  // @ts-expect-error the code is misspelt
  assert.equal(error.code === 'ADIT_BAD_HAX', false);
  // @ts-expect-error there is no such code
  assert.equal(new AditError('ADIT_TYPO', 'words').code, 'ADIT_TYPO');
});
