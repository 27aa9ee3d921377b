import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import {
  beginsWithHeight,
  coinbaseTextOf,
  heightPush,
  MAX_COINBASE_SCRIPT,
  MAX_OPERATOR_TEXT,
  roomForText,
  scriptWithText,
} from '../../src/zcash/coinbase-script.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('heights are pushed as BIP 34 requires', () => {
  for (const [height, push] of [
    [0, '00'],
    [1, '51'],
    [16, '60'],
    [17, '0111'],
    [127, '017f'],
    [128, '028000'],
    [255, '02ff00'],
    [256, '020001'],
    [32_768, '03008000'],
    [3_428_200, '03684f34'],
    [0x80_0000, '0400008000'],
  ] as const) {
    assert.equal(encodeHex(heightPush(height)), push, String(height));
  }
});

test("a text follows the node's text, and replaces it if both together are too long", () => {
  const zebra = concatBytes(heightPush(3_500_000), Uint8Array.of(4, 0xf0, 0x9f, 0xa6, 0x93));
  assert.equal(
    encodeHex(scriptWithText(zebra, 3_500_000, bytes('adit'))),
    `03e06735${'04f09fa693'}04${encodeHex(bytes('adit'))}`,
  );
  const wordy = concatBytes(zebra, Uint8Array.of(86), new Uint8Array(86).fill(0x78));
  assert.equal(encodeHex(scriptWithText(wordy, 3_500_000, bytes('adit'))), '03e067350461646974');
});

test('every script is as short as consensus requires, begins with the height, and ends with the text', () => {
  fc.assert(
    fc.property(
      fc.nat(0x7fff_ffff),
      fc.uint8Array({ maxLength: 95 }),
      fc.uint8Array({ minLength: 1, maxLength: 75 }),
      (height, words, text) => {
        const script = scriptWithText(concatBytes(heightPush(height), words), height, text);
        assert.ok(script.length >= 2 && script.length <= MAX_COINBASE_SCRIPT);
        assert.ok(beginsWithHeight(script, height));
        assert.deepEqual(script.subarray(-text.length - 1), Uint8Array.of(text.length, ...text));
      },
    ),
  );
});

test('a text that is empty or too long for one push is refused', () => {
  const script = heightPush(9);
  for (const length of [0, roomForText(9) + 1]) {
    assert.throws(() => scriptWithText(script, 9, new Uint8Array(length)), {
      code: 'ADIT_BAD_COINBASE_TEXT',
    });
  }
});

test("an operator's text of every allowed length leaves room for the random digits at every height", () => {
  const random = new Uint8Array(16).fill(0xab);
  for (const height of [1, 17, 0x7fff, 3_543_405, 0x7fff_ffff]) {
    assert.ok(coinbaseTextOf('x'.repeat(MAX_OPERATOR_TEXT), random).length <= roomForText(height));
  }
});

test('the text is the name and the random bytes in hex', () => {
  const decode = (text: Uint8Array): string => new TextDecoder().decode(text);
  const random = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0xff);
  assert.equal(decode(coinbaseTextOf('My pool', random)), 'My pool 01020304050607ff');
  assert.equal(decode(coinbaseTextOf('', random)), '01020304050607ff');
});

for (const [what, text, random] of [
  ['letters beyond ASCII', 'Grüße', new Uint8Array(8)],
  ['a control character', 'a\tb', new Uint8Array(8)],
  ['too long a name', 'x'.repeat(MAX_OPERATOR_TEXT + 1), new Uint8Array(8)],
  ['fewer than 64 random bits', 'x', new Uint8Array(7)],
  ['more random bytes than there is room for', 'x', new Uint8Array(17)],
] as const) {
  test(`${what} cannot be the text of a coinbase`, () => {
    assert.throws(() => coinbaseTextOf(text, random), { code: 'ADIT_BAD_COINBASE_TEXT' });
  });
}
