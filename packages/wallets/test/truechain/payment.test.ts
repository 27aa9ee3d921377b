import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bigintFromBytes, encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { accountOf, senderOf, signPayment, type TrueChainPayment } from '../../src/truechain/payment.ts';

const KEY = new Uint8Array(32).fill(0x46);
const PAYMENT: TrueChainPayment = {
  nonce: 9n,
  gasPrice: 20_000_000_000n,
  gas: 21_000n,
  to: new Uint8Array(20).fill(0x35),
  value: 10n ** 18n,
};
const MAIN = 19_330n;
const RAW =
  'f86e098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080829728a024ffcdcfdfb64b2ad8cc22e36cdc87a3310f65c953f65779debab6c9b24089dca033c90befd90d17ea8da30c340673c84123216e714fa6c7648c3d14669cd84dde';

test('a payment of the main network has the bytes and the hash of the vector', () => {
  const { raw, hash } = signPayment(PAYMENT, MAIN, KEY);
  assert.equal(encodeHex(raw), RAW);
  assert.equal(hash, '0xb1e04b317bdcc597c76d3df01dd5ba916739343d73b12d012eb3031c581b7e7b');
  assert.equal(encodeHex(accountOf(KEY)), '9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f');
});

test('the example of EIP-155 comes out: another chain, the same fields', () => {
  const { raw } = signPayment(PAYMENT, 1n, KEY);
  assert.equal(
    encodeHex(raw),
    'f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
  );
});

/** The last three fields of a payment in RLP: v, r and s, which may be shorter than their 32 bytes. */
function signatureIn(raw: Uint8Array) {
  const fields: bigint[] = [];
  const [first = 0] = raw;
  for (let at = first > 0xf7 ? first - 0xf6 : 1; at < raw.length; ) {
    const head = raw[at] ?? 0;
    const length = head < 0x80 ? 1 : head - 0x80;
    const start = head < 0x80 ? at : at + 1;
    fields.push(length === 0 ? 0n : bigintFromBytes(raw.slice(start, start + length)));
    at = start + length;
  }
  const [v = 0n, r = 0n, s = 0n] = fields.slice(-3);
  return { v, r, s };
}

test('the sender is known by the signature, and by none that was changed', () => {
  const { raw } = signPayment(PAYMENT, MAIN, KEY);
  const good = signatureIn(raw);
  const sender = (payment: TrueChainPayment, chain: bigint, signature: typeof good) =>
    encodeHex(senderOf(payment, chain, signature) ?? new Uint8Array());
  const mine = encodeHex(accountOf(KEY));
  assert.equal(sender(PAYMENT, MAIN, good), mine);
  assert.notEqual(sender({ ...PAYMENT, value: 1n }, MAIN, good), mine);
  assert.equal(sender(PAYMENT, 18_928n, good), '', 'of another chain');
  assert.notEqual(sender(PAYMENT, MAIN, { ...good, v: 38_695n }), mine);
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  assert.equal(sender(PAYMENT, MAIN, { ...good, v: 38_695n, s: order - good.s }), '', 's in the upper half');
  assert.equal(sender(PAYMENT, MAIN, { ...good, r: 0n }), '');
});

test('the same payment is signed with the same bytes, and every payment leads back to its sender', () => {
  const payments = fc.record({
    nonce: fc.bigInt(0n, 1n << 64n),
    gasPrice: fc.bigInt(0n, 1n << 80n),
    gas: fc.constant(21_000n),
    to: fc.uint8Array({ minLength: 20, maxLength: 20 }),
    value: fc.bigInt(0n, 1n << 200n),
  });
  fc.assert(
    fc.property(payments, (payment) => {
      const one = signPayment(payment, MAIN, KEY);
      assert.deepEqual(one, signPayment(payment, MAIN, KEY));
      assert.deepEqual(senderOf(payment, MAIN, signatureIn(one.raw)), accountOf(KEY));
    }),
    { numRuns: 50 },
  );
});

test('amounts, addresses and keys out of their bounds are refused', () => {
  const sign = (change: Partial<TrueChainPayment>, key = KEY) =>
    signPayment({ ...PAYMENT, ...change }, MAIN, key);
  assert.throws(() => sign({ value: -1n }), { code: 'ADIT_BAD_AMOUNT' });
  assert.throws(() => sign({ value: 1n << 256n }), { code: 'ADIT_BAD_AMOUNT' });
  assert.throws(() => sign({ nonce: 1 as unknown as bigint }), { code: 'ADIT_BAD_AMOUNT' });
  assert.throws(() => sign({ to: new Uint8Array(19) }), { code: 'ADIT_BAD_BYTES' });
  assert.throws(() => sign({}, new Uint8Array(31)), { code: 'ADIT_BAD_BYTES' });
  assert.throws(() => sign({}, new Uint8Array(32)), { code: 'ADIT_BAD_KEY' });
  assert.throws(() => accountOf(new Uint8Array(32).fill(0xff)), { code: 'ADIT_BAD_KEY' });
});
