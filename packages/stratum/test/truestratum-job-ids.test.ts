import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrueStratumServerSession } from '../src/index.ts';
import { messages, readyTrue, trueJob } from './support.ts';

/** Hands over a header. @returns the id under which it was sent; undefined if it was not sent */
function handed(
  session: TrueStratumServerSession,
  sequence: number,
  oldestKnown?: number,
): string | undefined {
  const [notify] = messages(
    session.job(trueJob(sequence, oldestKnown === undefined ? {} : { oldestKnown }), true, 0),
  );
  const { params } = (notify ?? { params: [] }) as { params: unknown[] };
  return params[0] === undefined ? undefined : String(params[0]);
}

test('a connection on which headers come back for days is never without a job, and sees no id twice', () => {
  const session = readyTrue();
  const seen = new Set(['000000010000']);
  // A node that is one header behind alternates with one that is not.
  for (let header = 2; header < 70_000; header += 1) {
    for (const sequence of [header, header - 1]) {
      const id = handed(session, sequence);
      assert.ok(id !== undefined, `header ${sequence} goes out`);
      assert.ok(!seen.has(id), id);
      seen.add(id);
    }
  }
});

test('a header that comes back goes on with its own ids, however many ids another header used', () => {
  const session = readyTrue({ refreshMs: 1 });
  for (let now = 1; now <= 500; now += 1) session.tick(now);
  assert.equal(handed(session, 2), '000000020000');
  assert.equal(handed(session, 1), '0000000101f5');
  assert.equal(handed(session, 2), '000000020001');
  assert.equal(handed(session, 3), '000000030000');
});

test('a header that comes back after many others has an id that it never had', () => {
  const session = readyTrue({ refreshMs: 1 });
  for (let now = 1; now <= 500; now += 1) session.tick(now);
  for (let sequence = 2; sequence <= 100; sequence += 1) handed(session, sequence);
  assert.equal(handed(session, 1), '0000000101f5');
  assert.equal(handed(session, 1), '0000000101f6');
});

test('headers that can no longer come back leave nothing behind', () => {
  const session = readyTrue({ refreshMs: 1 });
  for (let now = 1; now <= 500; now += 1) session.tick(now);
  for (let sequence = 2; sequence <= 100; sequence += 1) handed(session, sequence);
  // From here on the headers up to 100 are forgotten, and the next hundred leave the short list.
  for (let sequence = 101; sequence <= 200; sequence += 1) handed(session, sequence, sequence - 1);
  assert.equal(handed(session, 101, 101), '000000650001');
});
