import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { NodeError, RpcError, transportError } from '@adit/rpc';
import { causeOf, detailOf } from '../src/status.ts';

test('the cause of an error is its code, followed by the code of the system or of the node', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8232'), { code: 'ECONNREFUSED' });
  assert.equal(
    causeOf(transportError('ADIT_RPC_UNREACHABLE', 'a cannot be reached', refused)),
    'ADIT_RPC_UNREACHABLE:ECONNREFUSED',
  );
  assert.equal(causeOf(transportError('ADIT_RPC_TIMEOUT', 'no answer within 500 ms')), 'ADIT_RPC_TIMEOUT');
  assert.equal(causeOf(new RpcError('a', 'getblocktemplate', -28, 'Loading')), 'ADIT_RPC_ERROR:-28');
  assert.equal(causeOf(new AditError('ADIT_BAD_TEMPLATE', 'bits')), 'ADIT_BAD_TEMPLATE');
  assert.equal(causeOf(new TypeError('x is not a function')), 'ADIT_INTERNAL');
});

test('in a status, an error that names its node says "it" instead, and other errors keep their text', () => {
  assert.equal(detailOf(new NodeError('ADIT_RPC_BAD_ANSWER', 'a', 'sent a banana')), 'it sent a banana');
  assert.equal(
    detailOf(new RpcError('a', 'getblocktemplate', -28, 'Loading')),
    'it refused getblocktemplate: Loading (code -28)',
  );
  assert.equal(detailOf(new AditError('ADIT_BAD_TEMPLATE', 'a is wrong')), 'a is wrong');
});
