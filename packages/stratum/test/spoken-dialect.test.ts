import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line, ofKind, trueClient, zcashClient } from './support.ts';

const HASH = 'ab'.repeat(32);
const call = (method: string, params: readonly unknown[]) => line({ id: null, method, params });
const trueTarget = call('mining.set_difficulty', ['f'.repeat(32)]);
const trueJob = call('mining.notify', ['1', HASH, HASH, true]);
const zcashTarget = call('mining.set_target', ['f'.repeat(64)]);
const zcashJob = call('mining.notify', ['1', '04000000', HASH, HASH, HASH, '00000065', '1f07ffff', true]);
const greeting = (result: unknown) => [
  line({ id: 1, result, error: null }),
  line({ id: 2, result: true, error: null }),
];
const TRUE_ANSWER = [['mining.notify', 'session', 'TrueStratum/1.0.0'], '080c', 6];
const ZCASH_ANSWER = [null, '01020304'];

interface AnySession {
  open(): readonly { readonly kind: string }[];
  line(line: Uint8Array): readonly { readonly kind: string }[];
}

/** What a session says that the pool speaks. */
function heard(session: AnySession, lines: readonly Uint8Array[]): unknown[] {
  const effects = [...session.open(), ...lines.flatMap((one) => session.line(one))];
  return ofKind(effects, 'other_dialect').map((effect) => (effect as { dialect?: unknown }).dialect);
}

test('a client knows the other dialect by a job of it and one more of its lines', () => {
  for (const lines of [
    [trueTarget, trueJob],
    [trueJob, trueJob],
    [trueJob, trueTarget],
  ])
    assert.deepEqual(heard(zcashClient(), [...greeting(TRUE_ANSWER), ...lines]), ['truestratum']);
  for (const answer of [ZCASH_ANSWER, [null, '01'], ['session', '00'.repeat(31)]])
    assert.deepEqual(heard(trueClient(), [...greeting(answer), zcashTarget, zcashJob]), ['zcash']);
});

test('one line of the other dialect, or targets alone, are not certain', () => {
  for (const lines of [[trueJob], [trueTarget, trueTarget, trueTarget]])
    assert.deepEqual(heard(zcashClient(), [...greeting(TRUE_ANSWER), ...lines]), []);
  for (const lines of [[], [zcashJob], [zcashTarget, zcashTarget]])
    assert.deepEqual(heard(trueClient(), [...greeting(ZCASH_ANSWER), ...lines]), []);
});

test('a pool that has sent a target or a job of the own dialect is never taken for one of the other', () => {
  for (const own of [zcashTarget, zcashJob])
    assert.deepEqual(
      heard(zcashClient(), [...greeting(ZCASH_ANSWER), own, trueTarget, trueJob, trueJob]),
      [],
    );
  for (const own of [trueTarget, trueJob])
    assert.deepEqual(
      heard(trueClient(), [...greeting(TRUE_ANSWER), own, zcashTarget, zcashJob, zcashJob]),
      [],
    );
});

test('a TrueStratum client leaves a pool whose answer was not usable, where a job of its own dialect follows', () => {
  const session = trueClient();
  session.open();
  for (const one of greeting(ZCASH_ANSWER)) {
    const kinds = session.line(one).map(({ kind }) => kind);
    assert.ok(!kinds.includes('ready') && !kinds.includes('broken'), kinds.join(' '));
  }
  session.line(trueTarget);
  const [effect] = ofKind(session.line(trueJob), 'broken');
  assert.equal(effect?.cause, 'bad_answer');
});

test('a TrueStratum client leaves at once where the answer has not the shape of the other dialect either', () => {
  for (const result of [[[], '01020304'], [null, '01020304', 4], [null, '00'.repeat(32)], [null], null]) {
    const session = trueClient();
    session.open();
    const [first] = greeting(result);
    assert.equal(ofKind(session.line(first ?? trueJob), 'broken').length, 1, JSON.stringify(result));
  }
});
