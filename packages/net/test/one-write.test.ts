import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Output } from '../src/output.ts';

function outputOf() {
  const written: string[] = [];
  const socket = {
    writableLength: 0,
    write: (part: string | Uint8Array) => written.push(Buffer.from(part).toString()),
  } as unknown as Socket;
  const owner = { open: true, drop: () => {} };
  return { output: new Output({ limit: 1_000 }, { socket, owner }), written, owner };
}

test('the answers to all verdicts of a batch leave in one write, though each verdict comes by promises of its own', async () => {
  const { output, written } = outputOf();
  const verdicts = [1, 2, 3].map(async (verdict) => {
    // The way of a share has several promises, and not always the same number of them.
    for (let i = 0; i < verdict; i += 1) await undefined;
    output.send([`${verdict}\n`]);
  });
  await Promise.all(verdicts);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(written, ['1\n2\n3\n']);
});

test('bytes that follow texts of the same turn leave behind them', async () => {
  const { output, written } = outputOf();
  output.send(['text\n']);
  output.send([Buffer.from('bytes\n')]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(written.join(''), 'text\nbytes\n');
});

test('texts that wait are not written once their connection is closed', async () => {
  const { output, written, owner } = outputOf();
  output.send(['text\n']);
  owner.open = false;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(written, []);
});
