import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Census, CONNECTION_LIMITS } from '@adit/net';
import fc from 'fast-check';

const WIDE = {
  maxConnections: 1e6,
  maxPerAddress: 1e6,
  maxPerNetwork: 1e6,
  connectionsPerSecond: 1e6,
  connectionBurst: 1e6,
  addressConnectionsPerSecond: 1e6,
  addressConnectionBurst: 1e6,
};

test('T17: each limit has its own reason, and a place that is left is free again', () => {
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

test('T17: of IPv6 a whole /64 has the rate of one address and the limit of one network', () => {
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

test('T17: a thousand attempts a second from one address let in its rate, and cost others nothing', () => {
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

test('all together have a rate too', () => {
  const census = new Census({ ...WIDE, connectionsPerSecond: 10, connectionBurst: 5 });
  const answers = Array.from({ length: 7 }, (_, index) => census.admit(`203.0.${index}.1`, 0));
  assert.deepEqual(answers, [undefined, undefined, undefined, undefined, undefined, 'rate', 'rate']);
  assert.equal(census.admit('203.0.99.1', 100), undefined);
  assert.equal(census.admit('203.0.98.1', 100), 'rate');
  census.update({ ...WIDE });
  assert.equal(census.admit('203.0.98.1', 100), undefined);
});

test('after any order of coming, being refused and leaving the counts are those of who is there', () => {
  const step = fc.record({ host: fc.nat(5), leave: fc.boolean(), proxied: fc.boolean(), later: fc.nat(400) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const limits = {
        maxConnections: 6,
        maxPerAddress: 2,
        maxPerNetwork: 4,
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
        const address = host < 3 ? `203.0.113.${host}` : `2001:db8::${host}`;
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

test('leaving without having come is a fault that is not hidden', () => {
  const census = new Census(CONNECTION_LIMITS);
  assert.throws(() => census.leave('203.0.113.1'), RangeError);
  assert.throws(() => census.release(), RangeError);
});
