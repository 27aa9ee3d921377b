import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Gcra } from '../src/index.ts';

test('a burst conforms at once, and each further event learns how much too early it came', () => {
  const meter = new Gcra(10, 3);
  const waits = Array.from({ length: 6 }, () => meter.take(0));
  assert.deepEqual(waits, [0, 0, 0, 100, 200, 300]);
});

test('the even rate conforms for ever', () => {
  const meter = new Gcra(4, 1);
  for (let now = 0; now < 1_000_000; now += 250) assert.equal(meter.take(now), 0);
});

test('an event that does not conform counts too: a sender that waits as long as it was told conforms afterwards', () => {
  const meter = new Gcra(2, 1);
  assert.deepEqual([meter.take(0), meter.take(0)], [0, 500]);
  assert.equal(meter.take(500), 500);
  assert.equal(meter.take(1500), 0);
});

test('a quiet time of any length gives one burst and no more', () => {
  const meter = new Gcra(1, 5);
  for (let i = 0; i < 50; i += 1) meter.take(0);
  const later = 30 * 86_400_000;
  const waits = Array.from({ length: 6 }, () => meter.take(later));
  assert.deepEqual(waits, [0, 0, 0, 0, 0, 1000]);
});

test('the clock may begin at any number, also a negative one', () => {
  for (const origin of [-5000, 0, 0.25, 1e12]) {
    const meter = new Gcra(10, 2);
    assert.deepEqual([meter.take(origin), meter.take(origin), meter.take(origin)], [0, 0, 100]);
  }
});

test('a burst below one is one: a meter that lets nothing through would be a trap', () => {
  const meter = new Gcra(1, 0);
  assert.deepEqual([meter.take(0), meter.take(0)], [0, 1000]);
});

test('rounding never makes a message of a burst too early', () => {
  const rates = fc.double({ min: 0.01, max: 5000, noNaN: true });
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 2000 }), fc.nat({ max: 1e9 }), (rate, burst, now) => {
      const meter = new Gcra(rate, burst);
      for (let i = 0; i < burst; i += 1) assert.equal(meter.take(now), 0);
      assert.ok(meter.take(now) > 0);
    }),
  );
});

test('in every window, at most the rate and one burst conform', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      gaps,
      (rate, burst, all) => {
        const meter = new Gcra(rate, burst);
        const conformed: number[] = [];
        let now = 0;
        for (const gap of all) {
          now += gap;
          if (meter.take(now) === 0) conformed.push(now);
        }
        for (const [from, start] of conformed.entries()) {
          for (const [offset, end] of conformed.slice(from).entries()) {
            assert.ok(offset + 1 <= burst + ((end - start) / 1000) * rate + 1e-4);
          }
        }
      },
    ),
  );
});
