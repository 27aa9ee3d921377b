import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { endCauseOf } from '../src/ports/end-cause.ts';

test('every reason with which the pool or its sockets close a connection has a cause of its own', () => {
  const files = ['../src/stratum-port.ts', '../src/zcash-port.ts', '../src/true-port.ts', '../src/pool.ts'];
  const sockets = ['../../net/src/connection.ts', '../../net/src/listener.ts'];
  const reasons = [...files, ...sockets].flatMap((file) => {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    return [...text.matchAll(/\.(?:close|drop|dropAll)\('([^']+)'/g)].map(([, reason = '']) => reason);
  });
  assert.ok(reasons.length > 6, reasons.join('; '));
  for (const reason of reasons) assert.notEqual(endCauseOf(reason), 'error', reason);
});

test('what the system says is an error, a peer that goes is not', () => {
  assert.equal(endCauseOf('ECONNRESET'), 'error');
  assert.equal(endCauseOf('closed by the other side'), 'left');
  assert.equal(endCauseOf('a line is longer than 16384 bytes'), 'long_line');
});
