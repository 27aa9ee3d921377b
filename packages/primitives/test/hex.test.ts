import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AditError, decodeHex, encodeHex, tryDecodeHex } from '../src/index.ts';

test('bytes survive the way to hex and back, in either case', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const hex = encodeHex(bytes);
      assert.equal(hex, Buffer.from(bytes).toString('hex'));
      assert.deepEqual(tryDecodeHex(hex), bytes);
      assert.deepEqual(tryDecodeHex(hex.toUpperCase()), bytes);
      assert.deepEqual(tryDecodeHex(hex, bytes.length), bytes);
      assert.equal(tryDecodeHex(hex, bytes.length + 1), undefined);
    }),
  );
});

test('text decodes if and only if it is an even number of hex digits', () => {
  const nearHex = fc.string({
    unit: fc.constantFrom(...'0123456789abcdefABCDEFgG xXoO-+.\n\u0000\u00e9\uff11\ud800'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(nearHex, (text) => {
      const isHex = /^(?:[0-9a-fA-F]{2})*$/.test(text) && !text.endsWith('\n');
      assert.deepEqual(tryDecodeHex(text), isHex ? new Uint8Array(Buffer.from(text, 'hex')) : undefined);
    }),
    { numRuns: 1000 },
  );
});

test('text with one wrong character anywhere is not hex', () => {
  const good = '00112233445566778899aabbccddeeff';
  for (let at = 0; at < good.length; at += 1) {
    for (const wrong of ['g', 'O', ' ', 'x', '\u0130', '\uff10', '\ud800']) {
      assert.equal(tryDecodeHex(good.slice(0, at) + wrong + good.slice(at + 1)), undefined);
    }
  }
});

test('a prefix, spaces, odd digits and other types are refused', () => {
  for (const text of ['0x00', '0X00', ' 00', '00 ', '0 0', '000', '0', '00\n', '\ufeff00', '-1', '+1']) {
    assert.equal(tryDecodeHex(text), undefined, JSON.stringify(text));
  }
  for (const value of [0, 11, null, undefined, true, {}, ['00'], new Uint8Array(1), 10n]) {
    assert.equal(tryDecodeHex(value), undefined, String(value));
  }
  assert.deepEqual(tryDecodeHex(''), new Uint8Array(0));
  assert.equal(tryDecodeHex('', 1), undefined);
});

test('decoding is as strict at the borders between the pieces of a long text', () => {
  // A text of 16,384 characters is exactly one piece; a row of a TrueHash dataset has more.
  for (const length of [8_191, 8_192, 8_193, 16_384, 20_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    const hex = encodeHex(bytes);
    assert.deepEqual(tryDecodeHex(hex), bytes);
    assert.deepEqual(tryDecodeHex(hex, length), bytes);
    for (const at of [0, 16_383, 16_384, 2 * length - 1].filter((index) => index < hex.length)) {
      // Where a wide character does not fit, the digits of the text before are still in the buffer.
      for (const wrong of ['g', '\u00e9', '\uff10'])
        assert.equal(
          tryDecodeHex(hex.slice(0, at) + wrong + hex.slice(at + 1)),
          undefined,
          `${length} ${at}`,
        );
    }
  }
});

test('the decoder that throws names the field and what was expected', () => {
  assert.deepEqual(decodeHex('fD40', 2), Uint8Array.of(0xfd, 0x40));
  assert.throws(
    () => decodeHex('0x12', 2, 'merkleroot'),
    (error) =>
      error instanceof AditError &&
      error.code === 'ADIT_BAD_HEX' &&
      error.message === 'merkleroot must be 4 hex digits',
  );
  assert.throws(() => decodeHex('123'), {
    code: 'ADIT_BAD_HEX',
    message: 'value must be an even number of hex digits',
  });
});
