import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endCauseOf } from '../src/ports/end-cause.ts';

test('every reason with which the pool or its sockets close a connection has a cause of its own', () => {
  const files = ['../src', '../../net/src'].flatMap((folder) => {
    const root = fileURLToPath(new URL(folder, import.meta.url));
    // What a miner's end of a connection says is nobody's end here.
    return globSync('**/!(client).ts', { cwd: root }).map((file) => path.join(root, file));
  });
  const reasons = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/\.(?:close|drop|dropAll)\('([^']+)'/g)].map(([, reason = '']) => reason);
  });
  assert.ok(reasons.length > 6, reasons.join('; '));
  // A fault of our own is what an error is.
  for (const reason of reasons.filter((one) => one !== 'a fault of the pool'))
    assert.notEqual(endCauseOf(reason), 'error', reason);
});

test('what the system says is an error, a peer that goes is not', () => {
  assert.equal(endCauseOf('ECONNRESET'), 'error');
  assert.equal(endCauseOf('closed by the other side'), 'left');
  assert.equal(endCauseOf('a line is longer than 16384 bytes'), 'long_line');
});
