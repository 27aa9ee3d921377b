import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { AddressFault } from '../../src/addresses/address-fault.ts';
import { readPayee } from '../../src/addresses/read-payee.ts';
import { writeAddress } from '../../src/addresses/write-address.ts';
import { TEX, UNIFIED } from './vectors.ts';

const sapling = writeAddress({ kind: 'sapling', raw: decodeHex(UNIFIED[3]?.sapling) }, 'zcash');
const ADDRESSES = [
  ...TEX.flatMap(([p2pkh, , tex]) => [p2pkh, tex]),
  sapling,
  ...UNIFIED.map((one) => one.address),
];
const CHARACTERS = [...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ -'];

const changed = fc
  .record({
    address: fc.constantFrom(...ADDRESSES),
    at: fc.nat(),
    character: fc.constantFrom(...CHARACTERS),
  })
  .map(({ address, at, character }) => {
    const place = at % address.length;
    return { address, other: address.slice(0, place) + character + address.slice(place + 1) };
  })
  .filter(({ address, other }) => address !== other);

test('an address in which one character was changed is refused', () => {
  fc.assert(
    fc.property(changed, ({ other }) => readPayee(other, 'zcash') instanceof AddressFault),
    { numRuns: 2_000 },
  );
});

test('an address that lost or gained a character, or has two swapped, is refused', () => {
  const broken = fc
    .record({
      address: fc.constantFrom(...ADDRESSES),
      at: fc.nat(),
      kind: fc.constantFrom('lose', 'double', 'swap'),
    })
    .map(({ address, at, kind }) => {
      const place = at % (address.length - 1);
      const [a = '', b = ''] = address.slice(place);
      const middle = { lose: '', double: a + a + b, swap: b + a }[kind] ?? '';
      return {
        address,
        other: address.slice(0, place) + middle + address.slice(place + (kind === 'lose' ? 1 : 2)),
      };
    })
    .filter(({ address, other }) => address !== other);
  fc.assert(
    fc.property(broken, ({ other }) => readPayee(other, 'zcash') instanceof AddressFault),
    { numRuns: 1_000 },
  );
});

test('texts that are not addresses are refused, and never throw', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `u1${text}`),
    fc.base64String(),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom('zcash', 'komodo', 'truechain'), (text, network) => {
      assert.ok(readPayee(text, network) instanceof AddressFault);
    }),
    { numRuns: 200 },
  );
});
