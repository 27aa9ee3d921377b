import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Census, CONNECTION_LIMITS, type Guest } from '@adit/net';
import fc from 'fast-check';

const WIDE = {
  maxConnections: 1e6,
  maxPerAddress: 1e6,
  maxPerNetwork: 1e6,
  maxPer56: 1e6,
  maxPer48: 1e6,
  connectionsPerSecond: 1e6,
  connectionBurst: 1e6,
  addressConnectionsPerSecond: 1e6,
  addressConnectionBurst: 1e6,
};

test('T17: each limit has its own reason, and the place of a connection that has left is free again', () => {
  const census = new Census({ ...WIDE, maxConnections: 4, maxPerAddress: 2, maxPerNetwork: 3 });
  assert.equal(census.admit('203.0.113.1', 0), undefined);
  assert.equal(census.admit('203.0.113.1', 0), undefined);
  assert.equal(census.admit('203.0.113.1', 0), 'address_limit');
  assert.equal(census.admit('203.0.113.2', 0), undefined);
  assert.equal(census.admit('203.0.113.3', 0), 'network_limit');
  assert.equal(census.admit('2001:db8::1', 0), undefined);
  assert.equal(census.admit('198.51.100.1', 0), 'full');
  assert.equal(census.total, 4);
  census.leave('203.0.113.1');
  assert.equal(census.admit('203.0.113.3', 0), undefined);
  assert.equal(census.admit('203.0.113.1', 0), 'full');
});

test('T17: an IPv6 /64 as a whole has the rate of one address and the limit of one network', () => {
  const census = new Census({
    ...WIDE,
    maxPerNetwork: 3,
    addressConnectionsPerSecond: 1,
    addressConnectionBurst: 2,
  });
  assert.equal(census.admit('2001:db8::1', 0), undefined);
  assert.equal(census.admit('2001:db8::2', 0), undefined);
  assert.equal(census.admit('2001:db8::3', 0), 'address_rate');
  assert.equal(census.admit('2001:db8::3', 1_000), undefined);
  assert.equal(census.admit('2001:db8::4', 2_000), 'network_limit');
  assert.equal(census.admit('2001:db8:0:1::4', 2_000), undefined);
});

test('T17: the owner of a /56 or a /48 has less than the limits of all its /64 networks', () => {
  const census = new Census({ ...WIDE, maxPerNetwork: 2, maxPer56: 3, maxPer48: 5 });
  const because = (network: string, count: number) =>
    Array.from({ length: count }, (_, host) => census.admit(`2001:db8:${network}::${host + 1}`, 0));
  assert.deepEqual(because('0:1', 3), [undefined, undefined, 'network_limit']);
  // 0:1, 0:2 and 0:ff lie in one /56, 0:100 in the next one.
  assert.deepEqual(because('0:2', 1), [undefined]);
  assert.deepEqual(because('0:ff', 1), ['network_limit']);
  assert.deepEqual(because('0:100', 3), [undefined, undefined, 'network_limit']);
  assert.deepEqual(because('0:200', 1), ['network_limit']);
  assert.deepEqual(because('1:200', 1), [undefined]);
  census.leave('2001:db8:0:1::1');
  assert.deepEqual(because('0:ff', 1), [undefined]);
});

test('T17: a /48 brings new connections at four times the rate of one /64, whatever addresses it takes', () => {
  const limits = { ...WIDE, addressConnectionsPerSecond: 1, addressConnectionBurst: 10 };
  const admitted = (addressOf: (i: number) => string) => {
    const census = new Census(limits);
    const came = (i: number, now: number) => Number(census.admit(addressOf(i), now) === undefined);
    const burst = Array.from({ length: 1_000 }, (_, i) => came(i, 0)).reduce((sum, one) => sum + one);
    const later = Array.from({ length: 1_000 }, (_, i) => came(i + 1_000, 10_000 + i * 10));
    return [burst, later.reduce((sum, one) => sum + one)];
  };
  assert.deepEqual(
    admitted((i) => `2001:db8::${i.toString(16)}`),
    [10, 19],
  );
  assert.deepEqual(
    admitted((i) => `2001:db8:0:${(i % 256).toString(16)}::1`),
    [20, 39],
  );
  assert.deepEqual(
    admitted((i) => `2001:db8:0:${(i * 32).toString(16)}::1`),
    [40, 79],
  );
});

test('T17: of a thousand attempts per second from one address, only its rate comes in, and others lose nothing', () => {
  const census = new Census({
    ...WIDE,
    connectionsPerSecond: 100,
    connectionBurst: 20,
    addressConnectionsPerSecond: 10,
    addressConnectionBurst: 10,
  });
  let flood = 0;
  for (let now = 0; now < 60_000; now += 1) {
    if (census.admit('198.51.100.1', now) === undefined) {
      flood += 1;
      census.leave('198.51.100.1');
    }
    if (now % 1_000 === 0) assert.equal(census.admit(`203.0.113.${now / 1_000}`, now), undefined);
  }
  assert.ok(flood >= 600 && flood <= 610, `${flood} were let in`);
  // The flood is not held against the address when it is over.
  assert.equal(census.admit('198.51.100.1', 60_200), undefined);
});

test('all addresses together have a rate too', () => {
  const census = new Census({ ...WIDE, connectionsPerSecond: 10, connectionBurst: 5 });
  const answers = Array.from({ length: 7 }, (_, index) => census.admit(`203.0.${index}.1`, 0));
  assert.deepEqual(answers, [undefined, undefined, undefined, undefined, undefined, 'rate', 'rate']);
  assert.equal(census.admit('203.0.99.1', 100), undefined);
  assert.equal(census.admit('203.0.98.1', 100), 'rate');
  census.update({ ...WIDE });
  assert.equal(census.admit('203.0.98.1', 100), undefined);
});

test('after any order of admissions, refusals and departures, the counts are those of the open connections', () => {
  const step = fc.record({ host: fc.nat(5), leave: fc.boolean(), proxied: fc.boolean(), later: fc.nat(400) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const limits = {
        maxConnections: 6,
        maxPerAddress: 2,
        maxPerNetwork: 4,
        maxPer56: 4,
        maxPer48: 5,
        connectionsPerSecond: 20,
        connectionBurst: 5,
        addressConnectionsPerSecond: 5,
        addressConnectionBurst: 2,
      };
      const census = new Census(limits);
      const there: string[] = [];
      let now = 0;
      for (const { host, leave, proxied, later } of steps) {
        now += later;
        census.tick(now);
        const address = host < 3 ? `203.0.113.${host}` : `2001:db8:0:${host}00::1`;
        if (leave) {
          const gone = there.shift();
          if (gone !== undefined) census.leave(gone);
        } else if (proxied) {
          if (census.hold() === undefined) {
            if (census.place(address, now) === undefined) there.push(address);
            else census.release();
          }
        } else if (census.admit(address, now) === undefined) there.push(address);
        assert.equal(census.total, there.length);
        assert.ok(there.length <= limits.maxConnections);
        for (const one of there) assert.ok(there.filter((other) => other === one).length <= 2);
      }
      for (const address of there) census.leave(address);
      assert.equal(census.total, 0);
      // All places are free again, once the rates allow it.
      census.tick(now + 60_000);
      assert.equal(census.admit('203.0.113.0', now + 60_000), undefined);
      assert.equal(census.admit('203.0.113.0', now + 60_000), undefined);
    }),
  );
});

test('counting out a connection that was never counted in throws an error', () => {
  const census = new Census(CONNECTION_LIMITS);
  assert.throws(() => census.leave('203.0.113.1'), RangeError);
  assert.throws(() => census.release(), RangeError);
});

/** An open connection of a farm; `now` is when its last line came. */
function guest(remoteAddress: string, now: number): Guest & { lastLineAt: number; dropped: string[] } {
  const dropped: string[] = [];
  return { remoteAddress, lastLineAt: now, dropped, drop: ({ cause }) => void dropped.push(cause) };
}

const FARM = '198.51.100.1';
const RIGS = 2_000;

/** Lets a number of rigs connect at once. @returns the connections that the census admits */
function arrive(census: Census, address: string, count: number, now: number, proof?: 'login' | 'share') {
  const there: ReturnType<typeof guest>[] = [];
  const refused = new Set<string>();
  for (let rig = 0; rig < count; rig += 1) {
    const because = census.admit(address, now);
    if (because !== undefined) {
      refused.add(because);
      continue;
    }
    const one = guest(address, now);
    census.enter(one, now);
    if (proof !== undefined) census.prove(one, proof, now);
    there.push(one);
  }
  return { there, refused: [...refused] };
}

test('all 2,000 rigs of a farm come back after a restart of the pool, and again after the loss of their line', () => {
  const census = new Census(CONNECTION_LIMITS);
  const first = arrive(census, FARM, RIGS, 0, 'login');
  assert.deepEqual([first.there.length, first.refused], [RIGS, []]);
  for (const one of first.there) census.exit(one);
  const again = arrive(census, FARM, RIGS, 20_000, 'login');
  assert.deepEqual([again.there.length, again.refused], [RIGS, []]);
  // A rig whose shares are accepted may lose its line any number of times.
  let { there } = again;
  for (let now = 30_000; now < 200_000; now += 20_000) {
    for (const one of there) census.prove(one, 'share', now);
    for (const one of there) census.exit(one);
    const next = arrive(census, FARM, RIGS, now + 10_000, 'login');
    assert.deepEqual([next.there.length, next.refused], [RIGS, []], String(now));
    there = next.there;
  }
});

test('after a line dies without closing, each rig that comes back gets the place of the longest silent connection', () => {
  const census = new Census(CONNECTION_LIMITS);
  const { there: dead } = arrive(census, FARM, RIGS, 0, 'login');
  const again = arrive(census, FARM, RIGS, 60_000, 'login');
  assert.deepEqual([again.there.length, again.refused], [RIGS, []]);
  assert.equal(census.total, RIGS);
  for (const one of dead) assert.deepEqual(one.dropped, ['replaced']);
  // Their sockets close a little later, but the census has counted them out already.
  for (const one of dead) census.exit(one);
  assert.equal(census.total, RIGS);
  assert.ok(again.there.every(({ dropped }) => dropped.length === 0));
});

test('no connection that sent a line lately loses its place, and those without a login lose theirs first', () => {
  const census = new Census({ ...WIDE, maxPerAddress: 3 });
  const [stranger, rig, busy] = [guest(FARM, 0), guest(FARM, 0), guest(FARM, 0)];
  for (const one of [rig, stranger, busy]) {
    assert.equal(census.admit(FARM, 0), undefined);
    census.enter(one, 0);
  }
  census.prove(rig, 'login', 0);
  census.prove(busy, 'share', 0);
  assert.equal(census.admit(FARM, 4_999), 'address_limit');
  assert.equal(census.admit(FARM, 5_000), undefined);
  census.enter(guest(FARM, 60_000), 5_000);
  assert.deepEqual(
    [stranger, rig, busy].map(({ dropped }) => dropped.length),
    [1, 0, 0],
  );
  assert.equal(census.admit(FARM, 29_999), 'address_limit');
  busy.lastLineAt = 29_000;
  assert.equal(census.admit(FARM, 30_000), undefined);
  census.enter(guest(FARM, 60_000), 30_000);
  assert.deepEqual(
    [stranger, rig, busy].map(({ dropped }) => dropped.length),
    [1, 1, 0],
  );
  assert.equal(census.admit(FARM, 58_999), 'address_limit');
  assert.equal(census.admit('198.51.100.2', 58_999), undefined);
});

test('the rate of an address bounds a flood of connections that do not mine', () => {
  const census = new Census(CONNECTION_LIMITS);
  let came = 0;
  for (let now = 0; now < 60_000; now += 5) came += arrive(census, FARM, 1, now).there.length;
  assert.ok(came <= 2_000 + 60 * 20 + 1, `${came} came in a minute`);
  assert.ok(census.total <= CONNECTION_LIMITS.maxPerAddress);
});

test('a flood that logs in each time gets one more burst, and then one per minute', () => {
  const census = new Census(CONNECTION_LIMITS);
  let came = 0;
  for (let now = 0; now < 60_000; now += 2) {
    const { there } = arrive(census, FARM, 1, now, 'login');
    came += there.length;
    for (const one of there) census.exit(one);
  }
  assert.ok(came > 4_000 && came <= 2 * 2_000 + 60 * 20 + 2_000 + 2, `${came} came in a minute`);
});
