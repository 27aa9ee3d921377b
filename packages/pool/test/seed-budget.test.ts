import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEED_LIMITS, SeedBudget } from '../src/truechain/seed-budget.ts';

const BYTES = 380_000;
const asker = (connection: number, address = '203.0.113.9', unsentBytes = 0) => ({
  address,
  connection,
  unsentBytes,
});

test('200 reference miners behind one address have their seeds within half a minute after a new dataset', () => {
  const budget = new SeedBudget();
  const waiting = new Set(Array.from({ length: 200 }, (_, rig) => rig));
  let now = 0;
  for (; waiting.size > 0 && now < 600_000; now += 250)
    for (const rig of waiting) if (budget.take(asker(rig), BYTES, now)) waiting.delete(rig);
  assert.ok(now <= 30_000, `it took ${now} ms`);
});

test('an address that asks without end gets its rate, on any number of connections, and others get theirs', () => {
  for (const addressOf of [() => '203.0.113.9', (i: number) => `2001:db8:0:${i.toString(16)}::1`]) {
    const budget = new SeedBudget();
    let given = 0;
    for (let now = 0; now < 60_000; now += 50) {
      for (let one = 0; one < 300; one += 1)
        if (budget.take(asker(one, addressOf(one)), BYTES, now)) given += 1;
      if (now % 1_000 === 0) budget.tick(now);
      if (now % 20_000 === 0) assert.equal(budget.take(asker(1_000, '198.51.100.1'), BYTES, now), true);
    }
    const bytes = given * BYTES;
    assert.ok(
      bytes < SEED_LIMITS.addressBytesPerSecond * 62 && bytes > SEED_LIMITS.addressBytesPerSecond * 55,
    );
  }
});

test('a connection that has not read its seeds gets no more, and one that has read them gets its rate', () => {
  const budget = new SeedBudget();
  assert.equal(budget.take(asker(1, '203.0.113.9', 1), BYTES, 0), false);
  assert.equal(budget.size, 0, 'and it costs nobody anything');
  let given = 0;
  for (let now = 0; now < 100_000; now += 1_000) if (budget.take(asker(1), BYTES, now)) given += 1;
  assert.ok(given >= 10 && given <= 13, `${given} answers`);
});

test('all addresses together have a rate, and old rates are forgotten', () => {
  const budget = new SeedBudget();
  let given = 0;
  for (let one = 0; one < 10_000; one += 1)
    if (budget.take(asker(one, `10.0.${one >> 8}.${one & 255}`), BYTES, 0)) given += 1;
  assert.ok(given * BYTES <= SEED_LIMITS.bytesPerSecond + 2 * BYTES, `${given} answers`);
  budget.tick(0);
  for (let one = 0; one < 5_000; one += 1) budget.left(one);
  budget.tick(SEED_LIMITS.connectionMs);
  assert.equal(budget.size, 0);
});
