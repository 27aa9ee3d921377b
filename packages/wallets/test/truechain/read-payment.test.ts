import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHex, encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { accountOf, paymentHash, senderOf, signPayment } from '../../src/truechain/payment.ts';
import { readPayment } from '../../src/truechain/read-payment.ts';
import { readRlp } from '../../src/truechain/read-rlp.ts';
import { encodeRlp } from '../../src/truechain/rlp.ts';

const KEY = new Uint8Array(32).fill(46);
const PAYMENT = {
  nonce: 9n,
  gasPrice: 20n,
  gas: 21_000n,
  to: new Uint8Array(20).fill(0x35),
  value: 10n ** 18n,
};

test('a signed payment is read back with the sender that signed it and the hash that nodes show', () => {
  const { raw, hash } = signPayment(PAYMENT, 400n, KEY);
  const { payment, signature, data } = readPayment(raw);
  assert.deepEqual([payment, data.length], [PAYMENT, 0]);
  assert.equal(paymentHash(payment, signature), hash);
  assert.deepEqual(senderOf(payment, 400n, signature), accountOf(KEY));
  assert.notEqual(paymentHash(payment, signature, { v: 1n, r: 1n, s: 1n }), hash);
});

test('what is written is read back, and every other spelling of it is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 5 }), (items) => {
      const read = readRlp(encodeRlp(items));
      assert.ok(!(read instanceof Uint8Array));
      assert.deepEqual(
        read.map((item) => encodeHex(item as Uint8Array)),
        items.map((item) => encodeHex(item)),
      );
    }),
  );
  for (const hex of [
    '8101',
    'b801ff',
    'b90001ff',
    'c1',
    '83aabb',
    '0102',
    'c2',
    'f800',
    '',
    'bfffffffffffffffff',
  ])
    assert.throws(() => readRlp(decodeHex(hex)), { code: 'ADIT_BAD_TRANSACTION' }, hex);
});

test('bytes that are not a payment of nine fields are refused', () => {
  const { signature } = readPayment(signPayment(PAYMENT, 400n, KEY).raw);
  const fields = [9n, 20n, 21_000n, PAYMENT.to, 1n, new Uint8Array(), signature.v, signature.r, signature.s];
  for (const wrong of [
    fields.slice(1),
    [...fields, 0n],
    fields.with(3, new Uint8Array()),
    fields.with(0, Uint8Array.of(0, 9)),
    fields.with(4, new Uint8Array(33).fill(1)),
  ])
    assert.throws(() => readPayment(encodeRlp(wrong)), { code: 'ADIT_BAD_TRANSACTION' });
  assert.throws(() => readPayment(Uint8Array.of(5)), { code: 'ADIT_BAD_TRANSACTION' });
});
