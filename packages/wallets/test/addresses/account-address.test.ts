import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHex } from '@adit/primitives';
import { accountAddress } from '../../src/addresses/account-address.ts';
import { AddressFault } from '../../src/addresses/address-fault.ts';
import { readPayee } from '../../src/addresses/read-payee.ts';
import type { Receiver } from '../../src/addresses/receivers.ts';
import { writeTrueChainAddress } from '../../src/addresses/truechain-address.ts';
import { writeAddress, writeUnifiedAddress } from '../../src/addresses/write-address.ts';
import { TEX, UNIFIED } from './vectors.ts';

const p2pkh: Receiver = { kind: 'p2pkh', raw: decodeHex(TEX[0]?.[1]) };
const sapling: Receiver = { kind: 'sapling', raw: decodeHex(UNIFIED[3]?.sapling) };
const orchard: Receiver = { kind: 'orchard', raw: decodeHex(UNIFIED[3]?.orchard) };

test('unified addresses with one best receiver are one account, which leads to the same receiver', () => {
  const all = [[orchard], [orchard, sapling], [orchard, p2pkh], [orchard, sapling, p2pkh]];
  const addresses = all.map((receivers) => writeUnifiedAddress(receivers, 'zcash'));
  assert.equal(new Set(addresses).size, 4);
  const accounts = addresses.map((address) => accountAddress(address, 'zcash'));
  assert.deepEqual(new Set(accounts), new Set([writeAddress(orchard, 'zcash')]));
  for (const { address } of UNIFIED) {
    const account = accountAddress(address, 'zcash');
    assert.ok(typeof account === 'string');
    assert.deepEqual(receiverOf(account), receiverOf(address));
    assert.equal(accountAddress(account, 'zcash'), account, 'an account is its own spelling');
  }
});

test('a unified address whose best receiver is Sapling is one account with the Sapling address', () => {
  const account = accountAddress(writeUnifiedAddress([sapling, p2pkh], 'zcash'), 'zcash');
  assert.equal(account, writeAddress(sapling, 'zcash'));
  assert.equal(accountAddress(writeAddress(sapling, 'zcash').toUpperCase(), 'zcash'), account);
});

test('a TEX address is an account of its own: shielded money at its P2PKH address would be lost to its exchange', () => {
  for (const [transparent, , tex] of TEX) {
    assert.equal(accountAddress(tex, 'zcash'), tex);
    assert.equal(accountAddress(tex.toUpperCase(), 'zcash'), tex);
    assert.equal(accountAddress(transparent, 'zcash'), transparent);
  }
});

test('an address of TrueChain is one account in small letters, and with its checksum', () => {
  const bytes = decodeHex('5aaeb6053f3e94c9b9a09f33669435e7ef1beaed');
  const account = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
  const mixed = writeTrueChainAddress(bytes);
  assert.equal(mixed, '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed');
  for (const spelling of [account, mixed, `0x${mixed.slice(2).toUpperCase()}`])
    assert.equal(accountAddress(spelling, 'truechain'), account);
  assert.equal(causeOf(mixed.replace('aA', 'AA'), 'truechain'), 'bad_checksum');
});

test('an address of another network, a wrong checksum and a name are faults', () => {
  const [transparent = ''] = TEX[0] ?? [];
  assert.equal(causeOf(transparent, 'zcash-testnet'), 'wrong_network');
  assert.equal(causeOf(`${transparent.slice(0, -1)}x`, 'zcash'), 'bad_checksum');
  assert.equal(causeOf('alice', 'zcash'), 'unknown_form');
  assert.equal(causeOf('', 'zcash'), 'empty');
});

function receiverOf(address: string): string {
  const payee = readPayee(address, 'zcash');
  assert.ok(!(payee instanceof AddressFault));
  return payee.receiver;
}

function causeOf(address: string, network: Parameters<typeof accountAddress>[1]): string {
  const account = accountAddress(address, network);
  assert.ok(account instanceof AddressFault, `${account}`);
  return account.cause;
}
