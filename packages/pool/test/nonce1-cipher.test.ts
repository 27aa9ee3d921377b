import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { Nonce1Cipher } from '../src/nonce1/cipher.ts';
import { nonce1Space } from '../src/nonce1/space.ts';

const KEY = Buffer.alloc(32, 7);

function cipher(length: number, key: Uint8Array = KEY, name = `zcash/${length}`): Nonce1Cipher {
  return new Nonce1Cipher({ key, name, space: nonce1Space(length) });
}

function nonce1Of(length: number, number: number, by = cipher(length)): string {
  return encodeHex(by.nonce1s(by.permute(number, 1), length));
}

test('each number of a space stands for one value of it, and each value for one number', () => {
  for (const bits of [2, 3, 5, 8, 13, 17]) {
    for (const fill of [7, 8, 9]) {
      const space = { bytes: 3, bits, base: 0 };
      const by = new Nonce1Cipher({ key: Buffer.alloc(32, fill), name: `zcash/${bits}`, space });
      const seen = new Set(by.permute(0, 2 ** bits));
      assert.equal(seen.size, 2 ** bits);
      assert.ok([...seen].every((value) => value < 2 ** bits));
    }
  }
});

test('in large spaces, too, different numbers stand for different values', () => {
  for (const length of [3, 4]) {
    const by = cipher(length);
    const size = 2 ** nonce1Space(length).bits;
    const number = fc.nat(size - 1);
    fc.assert(
      fc.property(fc.array(number, { maxLength: 50 }), (numbers) => {
        const values = numbers.map((one) => by.permute(one, 1)[0] ?? -1);
        assert.equal(new Set(values).size, new Set(numbers).size);
        for (const value of values) assert.ok(value >= 0 && value < size);
      }),
    );
    assert.equal(new Set(by.permute(size - 100_000, 100_000)).size, 100_000);
  }
});

test('many values in their order do not tell the next one', () => {
  const by = cipher(4);
  const values = [...by.permute(0, 4096)];
  const steps = new Set(values.slice(1).map((value, i) => value - (values[i] ?? 0)));
  assert.ok(steps.size > 4090, 'no step comes twice, but by chance');
  const counts = new Array<number>(16).fill(0);
  for (const value of values) counts[value >>> 27] = (counts[value >>> 27] ?? 0) + 1;
  // 256 are expected of each, with a standard deviation of 15.5. The bound is six deviations.
  for (const count of counts) assert.ok(Math.abs(count - 256) < 93, String(counts));
});

test('the order never changes, and differs for each key and each space', () => {
  const first = Array.from({ length: 8 }, (_, i) => nonce1Of(4, i));
  assert.deepEqual(
    first,
    Array.from({ length: 8 }, (_, i) => nonce1Of(4, i)),
  );
  const others = [cipher(4, Buffer.alloc(32, 8)), cipher(4, KEY, 'komodo/4')];
  for (const by of others) {
    const other = Array.from({ length: 8 }, (_, i) => nonce1Of(4, i, by));
    assert.equal(new Set([...first, ...other]).size, 16);
  }
});

test('the first byte of a nonce1 tells its length, and the bytes after the unique ones look random', () => {
  const bounds: readonly [number, number, number][] = [
    [1, 0xe0, 0xff],
    [2, 0xc0, 0xdf],
    [3, 0x80, 0xbf],
    [4, 0x00, 0x7f],
    [17, 0x00, 0x7f],
  ];
  for (const [length, least, most] of bounds) {
    for (let number = 0; number < 32; number += 1) {
      const first = Number.parseInt(nonce1Of(length, number).slice(0, 2), 16);
      assert.ok(first >= least && first <= most, `${length} bytes: ${first}`);
    }
  }
  const long = Array.from({ length: 64 }, (_, i) => nonce1Of(17, i));
  for (let place = 4; place < 17; place += 1) {
    const bytes = new Set(long.map((text) => text.slice(2 * place, 2 * place + 2)));
    assert.ok(bytes.size > 32, `byte ${place}: ${bytes.size} values in 64`);
  }
});
