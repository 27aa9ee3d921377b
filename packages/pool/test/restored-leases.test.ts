import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { Nonce1Leases } from '../src/nonce1/leases.ts';
import { skipRestoredLeases } from '../src/nonce1/restored-leases.ts';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

function leases(context: TestContext, folder: string, owner: string): Nonce1Leases {
  const opened = new Nonce1Leases(folder, owner);
  context.after(() => opened.close());
  return opened;
}

/** The values of a block; an empty list where the space has none. */
function values(from: Nonce1Leases, length: number, nowMs: number, network = 'zcash'): string[] {
  const block = from.take({ network, length }, nowMs);
  if (block === undefined) return [];
  const { nonce1s } = block;
  return Array.from({ length: nonce1s.length / length }, (_, i) =>
    encodeHex(nonce1s.subarray(i * length, (i + 1) * length)),
  );
}

/** A folder with leases, and a copy of it that was restored. */
function twoMachines(context: TestContext, lengths: readonly number[]) {
  const folder = temporaryFolder(context);
  const [first, second] = [path.join(folder, 'first'), path.join(folder, 'second')];
  const before = new Nonce1Leases(first, 'before');
  for (const length of lengths) values(before, length, NOW);
  before.close();
  cpSync(first, second, { recursive: true });
  const skipped = skipRestoredLeases(second, NOW);
  return { first: leases(context, first, 'first'), second: leases(context, second, 'second'), skipped };
}

for (const length of [3, 4, 8]) {
  test(`a restored pool hands out no nonce1 of ${length} bytes that the first machine handed out since the backup`, (context) => {
    const { first, second } = twoMachines(context, [length]);
    const old = new Set(Array.from({ length: 20 }, () => values(first, length, NOW)).flat());
    const fresh = Array.from({ length: 20 }, () => values(second, length, NOW)).flat();
    assert.ok(fresh.length > 1_000);
    // A number, since the difference of two lists of this length takes minutes to print.
    assert.equal(fresh.filter((value) => old.has(value)).length, 0);
  });
}

test('spaces that were begun after the backup do not begin with the same values on both machines', (context) => {
  const { first, second } = twoMachines(context, [4]);
  for (const [network, length] of [
    ['zcash', 2],
    ['komodo', 4],
  ] as const) {
    const old = new Set(values(first, length, NOW, network));
    const fresh = values(second, length, NOW, network);
    assert.ok(fresh.length > 0);
    assert.ok(
      fresh.every((value) => !old.has(value)),
      network,
    );
  }
});

test('a space of one byte goes on after a restore, and gives its skipped values out after two hours', (context) => {
  const { second, skipped } = twoMachines(context, [1]);
  assert.deepEqual(skipped, [{ space: 'zcash/1', from: 4, to: 12 }]);
  const seen = new Set<string>();
  for (let block = 0; block < 5; block += 1) for (const value of values(second, 1, NOW)) seen.add(value);
  assert.equal(seen.size, 20);
  assert.deepEqual(values(second, 1, NOW), []);
  for (let block = 0; block < 3; block += 1)
    for (const value of values(second, 1, NOW + 3 * HOUR)) seen.add(value);
  assert.equal(seen.size, 32);
});

test('a folder that is restored again and again jumps each time', (context) => {
  const folder = temporaryFolder(context);
  const before = new Nonce1Leases(folder, 'before');
  values(before, 4, NOW);
  before.close();
  const marks = [1, 2, 3].map(() => skipRestoredLeases(folder, NOW)[0]?.to);
  assert.deepEqual(
    marks,
    [1, 2, 3].map((times) => 8_192 + times * 2 ** 24),
  );
});

test('a folder without leases has none to skip', (context) => {
  assert.deepEqual(skipRestoredLeases(temporaryFolder(context), NOW), []);
});
