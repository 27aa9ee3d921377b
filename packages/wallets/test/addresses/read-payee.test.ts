import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payee } from '@adit/money';
import { decodeHex } from '@adit/primitives';
import { sha256 } from '@noble/hashes/sha2.js';
import { bech32, bech32m, createBase58check } from '@scure/base';
import { AddressFault } from '../../src/addresses/address-fault.ts';
import { f4jumble, f4jumbleInverse } from '../../src/addresses/f4jumble.ts';
import type { AddressNetwork } from '../../src/addresses/networks.ts';
import { readPayee } from '../../src/addresses/read-payee.ts';
import type { Receiver, ReceiverKind } from '../../src/addresses/receivers.ts';
import {
  receiverFromKey,
  writeAddress,
  writeTexAddress,
  writeUnifiedAddress,
} from '../../src/addresses/write-address.ts';
import { TEX, UNIFIED } from './vectors.ts';

function payee(address: string, network: AddressNetwork = 'zcash'): Payee {
  const read = readPayee(address, network);
  assert.ok(
    !(read instanceof AddressFault),
    `${address}: ${read instanceof AddressFault ? read.message : ''}`,
  );
  return read;
}

function causeOf(address: string, network: AddressNetwork = 'zcash'): string {
  const read = readPayee(address, network);
  return read instanceof AddressFault ? read.cause : 'none';
}

const KINDS: readonly ReceiverKind[] = ['p2pkh', 'p2sh', 'sapling', 'orchard'];
const sapling: Receiver = { kind: 'sapling', raw: decodeHex(UNIFIED[3]?.sapling) };
const orchard: Receiver = { kind: 'orchard', raw: decodeHex(UNIFIED[3]?.orchard) };
const hash: Receiver = { kind: 'p2pkh', raw: decodeHex(TEX[0]?.[1]) };

test('a unified address is paid at the best receiver of ZIP 316, and unknown items are skipped', () => {
  for (const { address, ...raw } of UNIFIED) {
    const best = (['orchard', 'sapling', 'p2sh', 'p2pkh'] as const).find((kind) => raw[kind] !== null);
    assert.deepEqual(payee(address), { address, kind: best, receiver: `${best}:${raw[best ?? 'p2pkh']}` });
  }
});

test('a TEX address shares the receiver of its P2PKH address, and is another kind', () => {
  for (const [p2pkh, bytes, tex] of TEX) {
    assert.deepEqual(payee(p2pkh), { address: p2pkh, kind: 'p2pkh', receiver: `p2pkh:${bytes}` });
    assert.deepEqual(payee(tex), { address: tex, kind: 'tex', receiver: `p2pkh:${bytes}` });
    assert.equal(writeTexAddress(decodeHex(bytes), 'zcash'), tex);
    assert.equal(writeAddress(receiverFromKey(`p2pkh:${bytes}`), 'zcash'), p2pkh);
  }
});

test('F4Jumble and its inverse undo each other at all lengths around its halves', () => {
  for (const length of [48, 49, 83, 127, 128, 129, 192, 193, 320]) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);
    assert.deepEqual(f4jumbleInverse(f4jumble(message)), message);
    assert.notDeepEqual(f4jumble(message), message);
  }
});

test('what is written for a network is read back on it, and is refused with its name on the others', () => {
  for (const network of ['zcash', 'zcash-testnet', 'zcash-regtest'] as const) {
    const all = [hash, sapling, orchard].map((receiver) => writeAddress(receiver, network));
    const unified = writeUnifiedAddress([orchard, hash, sapling], network);
    assert.deepEqual(
      [...all, unified].map((address) => payee(address, network).kind),
      ['p2pkh', 'sapling', 'orchard', 'orchard'],
    );
    const strange = network === 'zcash' ? 'zcash-testnet' : 'zcash';
    for (const address of [...all, unified]) {
      const read = readPayee(address, strange);
      assert.ok(read instanceof AddressFault && read.cause === 'wrong_network');
      assert.match(read.message, network === 'zcash' ? /of Zcash,/ : /testnet|Regtest/);
    }
  }
  // Regtest has the transparent prefixes of testnet.
  assert.equal(causeOf(writeAddress(hash, 'zcash-testnet'), 'zcash-regtest'), 'none');
});

test('the forks have their own prefixes', () => {
  assert.equal(writeAddress(hash, 'komodo').charAt(0), 'R');
  assert.equal(writeAddress({ ...hash, kind: 'p2sh' }, 'komodo').charAt(0), 'b');
  assert.equal(writeAddress(hash, 'ycash').slice(0, 2), 's1');
  assert.equal(writeAddress({ ...hash, kind: 'p2sh' }, 'ycash').slice(0, 2), 's3');
  assert.equal(writeAddress(sapling, 'ycash').slice(0, 3), 'ys1');
  for (const network of ['komodo', 'ycash', 'zclassic', 'bitcoinz'] as const) {
    for (const receiver of [hash, sapling])
      assert.equal(payee(writeAddress(receiver, network), network).kind, receiver.kind);
    assert.throws(() => writeAddress(orchard, network), { code: 'ADIT_BAD_PAYEE' });
    assert.equal(causeOf(UNIFIED[0]?.address ?? '', network), 'wrong_network');
  }
  assert.equal(causeOf(TEX[0]?.[0] ?? '', 'komodo'), 'wrong_network');
});

test('each fault has its cause', () => {
  const [t1 = '', , tex = ''] = TEX[0] ?? [];
  const unified = UNIFIED[3]?.address ?? '';
  const zs = writeAddress(sapling, 'zcash');
  assert.equal(causeOf(''), 'empty');
  assert.equal(causeOf(` ${t1}`), 'blanks');
  assert.equal(causeOf(`${t1}\n`), 'blanks');
  assert.equal(causeOf(`${unified}\u00a0`), 'blanks');
  assert.equal(causeOf('u1'.repeat(600)), 'too_long');
  assert.equal(causeOf('miner1'), 'unknown_form');
  assert.equal(causeOf('0x3535353535353535353535353535353535353535'), 'unknown_form');
  assert.equal(causeOf('1'.repeat(300)), 'unknown_form');
  assert.equal(causeOf(`${zs.slice(0, -1)}${zs.endsWith('q') ? 'p' : 'q'}`), 'bad_checksum');
  assert.equal(causeOf(zs.replace('zs1', 'ZS1')), 'mixed_case');
  assert.equal(causeOf(tex.replace('tex1', 'teX1')), 'mixed_case');
  const sprout = createBase58check(sha256).encode(Uint8Array.of(0x16, 0x9a, ...new Uint8Array(64).fill(7)));
  assert.equal(causeOf(sprout), 'sprout');
  assert.equal(causeOf(sprout, 'zcash-testnet'), 'wrong_network');
  const revision1 = bech32m.encode('ur', bech32m.toWords(new Uint8Array(60)), false);
  assert.equal(causeOf(revision1), 'unified_revision');
  // Sapling's text is bech32, and TEX's bech32m: with the other checksum they are damaged.
  assert.equal(causeOf(bech32m.encode('zs', bech32m.toWords(sapling.raw), false)), 'bad_checksum');
  assert.equal(causeOf(bech32.encode('tex', bech32.toWords(hash.raw), false)), 'bad_checksum');
  assert.equal(causeOf(bech32.encode('zs', bech32.toWords(sapling.raw.subarray(1)), false)), 'bad_contents');
});

test('capital bech32 is read, and given to wallets in small letters', () => {
  const unified = UNIFIED[3]?.address ?? '';
  assert.equal(payee(unified.toUpperCase()).address, unified);
});

test('a unified address whose items break a rule of ZIP 316 is refused', () => {
  const item = (code: number, raw: Uint8Array) => [code, raw.length, ...raw];
  const padding = (hrp: string) => [...Buffer.from(hrp.padEnd(16, '\0'))];
  const made = (bytes: readonly number[]) =>
    bech32m.encode('u', bech32m.toWords(f4jumble(Uint8Array.from(bytes))), false);
  const items = {
    o: item(3, orchard.raw),
    z: item(2, sapling.raw),
    p: item(0, hash.raw),
    s: item(1, hash.raw),
  };
  const u = padding('u');
  assert.equal(causeOf(made([...items.z, ...items.o, ...u])), 'none');
  assert.equal(causeOf(made([...items.o, ...items.z, ...u])), 'bad_contents', 'descending');
  assert.equal(causeOf(made([...items.o, ...items.o, ...u])), 'bad_contents', 'twice');
  assert.equal(causeOf(made([...items.p, ...items.s, ...items.o, ...u])), 'bad_contents', 'P2PKH and P2SH');
  assert.equal(causeOf(made([...items.s, ...item(0x50, hash.raw), ...u])), 'none', 'unknown, maybe shielded');
  assert.equal(causeOf(made([...items.p, ...Array(20).fill(0), ...u])), 'bad_contents', 'bytes left');
  assert.equal(
    causeOf(made([...items.o, ...item(0xe0, hash.raw), ...u])),
    'bad_contents',
    'must be understood',
  );
  assert.equal(causeOf(made([...item(3, orchard.raw.subarray(1)), ...u])), 'bad_contents', 'length');
  assert.equal(causeOf(made([...items.z, ...items.o, ...padding('utest')])), 'bad_contents', 'padding');
  assert.equal(causeOf(made([...item(0x50, new Uint8Array(50)), ...u])), 'no_receiver');
  assert.equal(causeOf(made([...items.o.slice(0, -1), ...u])), 'bad_contents', 'truncated');
});

test('receivers that are no points of their curve are refused, whatever their checksum says', () => {
  let refused = 0;
  for (let i = 0; i < 20; i += 1) {
    const broken = (receiver: Receiver): Receiver => {
      const raw = receiver.raw.slice();
      raw[12] = (raw[12] ?? 0) ^ (1 << (i % 8));
      raw[20 + i] = (raw[20 + i] ?? 0) ^ 1;
      return { ...receiver, raw };
    };
    refused += causeOf(writeAddress(broken(sapling), 'zcash')) === 'bad_contents' ? 1 : 0;
    refused += causeOf(writeAddress(broken(orchard), 'zcash')) === 'bad_contents' ? 1 : 0;
  }
  // A random key of Sapling's is good once in 16, one of Orchard's once in two.
  assert.ok(refused >= 20, `${refused} of 40`);
  const zero = { kind: 'orchard', raw: new Uint8Array(43) } as const;
  assert.equal(causeOf(writeAddress(zero, 'zcash')), 'bad_contents');
});

test('receivers of all vectors are points, and are written and read as keys', () => {
  for (const { address: _address, ...raw } of UNIFIED) {
    for (const kind of KINDS) {
      const hex = raw[kind];
      if (hex === null) continue;
      const receiver = { kind, raw: decodeHex(hex) };
      assert.equal(payee(writeAddress(receiver, 'zcash')).receiver, `${kind}:${hex}`);
    }
  }
  for (const key of ['', 'p2pkh', 'p2pkh:00', `tex:${'00'.repeat(20)}`, 'orchard:xx', '__proto__:'])
    assert.throws(() => receiverFromKey(key), { code: 'ADIT_BAD_PAYEE' });
});

test('an address of TrueChain in mixed letters must have the checksum of EIP-55', () => {
  // From EIP-55.
  const good = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  const receiver = `truechain:${good.slice(2).toLowerCase()}`;
  for (const address of [good, good.toLowerCase(), `0x${good.slice(2).toUpperCase()}`])
    assert.deepEqual(payee(address, 'truechain'), {
      address: good.toLowerCase(),
      receiver,
      kind: 'truechain',
    });
  assert.equal(causeOf(good.replace('aA', 'Aa'), 'truechain'), 'bad_checksum');
  assert.equal(causeOf(good.slice(2), 'truechain'), 'unknown_form');
  assert.equal(causeOf(`${good}0`, 'truechain'), 'unknown_form');
  assert.equal(causeOf(`${good} `, 'truechain'), 'blanks');
  assert.equal(causeOf(TEX[0]?.[0] ?? '', 'truechain'), 'unknown_form');
});
