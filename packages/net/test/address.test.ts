import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressSet, banSubjectOf, fairGroupOf, networksOf, normalAddress } from '@adit/net';
import fc from 'fast-check';

test('one peer has one spelling', () => {
  for (const [written, normal] of [
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['0:0:0:0:0:ffff:203.0.113.9', '203.0.113.9'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['', ''],
    ['not:an:address', 'not:an:address'],
  ] as const) {
    assert.equal(normalAddress(written), normal, written);
  }
});

test('a customer is one IPv4 address or one IPv6 /64; a network is a /24 or a /64', () => {
  for (const [address, network, subject] of [
    ['203.0.113.9', '203.0.113.0/24', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.0/24', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64', '2001:db8::/64'],
    ['2001:db8:0:2::1', '2001:db8:0:2::/64', '2001:db8:0:2::/64'],
    ['::1', '::/64', '::/64'],
    ['64:ff9b::203.0.113.9', '64:ff9b::/64', '64:ff9b::/64'],
    ['1:2:3:4:5:6::', '1:2:3:4::/64', '1:2:3:4::/64'],
  ] as const) {
    assert.equal(networksOf(address)[0], network, address);
    assert.equal(banSubjectOf(address), subject, address);
  }
});

test('addresses share their network exactly when their first 64 bits are the same', () => {
  const group = fc.integer({ min: 0, max: 3 });
  const address = fc.tuple(group, group, group, group, group, group, group, group);
  fc.assert(
    fc.property(address, address, (a, b) => {
      const text = (groups: readonly number[]) => normalAddress(groups.map((n) => n.toString(16)).join(':'));
      const same = a.slice(0, 4).join() === b.slice(0, 4).join();
      assert.equal(networksOf(text(a))[0] === networksOf(text(b))[0], same);
    }),
  );
});

test('an IPv6 address lies in a /64, a /56 and a /48, and takes turns as its /48', () => {
  for (const [address, networks] of [
    ['2001:db8:1:2ff::9', ['2001:db8:1:2ff::/64', '2001:db8:1:200::/56', '2001:db8:1::/48']],
    ['2001:db8:1:ff::', ['2001:db8:1:ff::/64', '2001:db8:1::/56', '2001:db8:1::/48']],
    ['2001:db8::1', ['2001:db8::/64', '2001:db8::/56', '2001:db8::/48']],
    ['::1', ['::/64', '::/56', '::/48']],
    ['fe80::1%eth0', ['fe80::/64', 'fe80::/56', 'fe80::/48']],
  ] as const) {
    assert.deepEqual(networksOf(address), networks, address);
    assert.equal(fairGroupOf(address), networks[2], address);
  }
  assert.deepEqual(networksOf('::ffff:203.0.113.9'), ['203.0.113.0/24']);
  assert.equal(fairGroupOf('::ffff:203.0.113.9'), '203.0.113.9');
  assert.deepEqual([networksOf(''), fairGroupOf('')], [[''], '']);
});

test('a set holds addresses and networks of both kinds, however they are written', () => {
  const set = new AddressSet(['203.0.113.9', '10.0.0.0/8', '2001:db8::/32', '::ffff:192.0.2.0/120']);
  for (const inside of [
    '203.0.113.9',
    '::ffff:203.0.113.9',
    '10.255.0.1',
    '2001:DB8:ffff::1',
    '192.0.2.77',
  ]) {
    assert.equal(set.has(inside), true, inside);
  }
  for (const outside of ['203.0.113.10', '11.0.0.1', '2001:db9::1', '192.0.3.1', '', 'nonsense']) {
    assert.equal(set.has(outside), false, outside);
  }
  assert.equal(new AddressSet([]).has('10.0.0.1'), false);
});

test('the error for an entry that is neither an address nor a network names it', () => {
  for (const entry of [
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '1.2.3.4/8/8',
    '::ffff:1.2.3.4/8',
  ]) {
    assert.throws(() => new AddressSet(['10.0.0.1', entry]), {
      code: 'ADIT_BAD_ADDRESS',
      message: new RegExp(`^${JSON.stringify(entry).replace(/[.[\]]/g, '\\$&')}: expected`),
    });
  }
});
