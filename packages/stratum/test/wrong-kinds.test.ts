import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrueStratumClientSession, ZcashClientSession, zcashJob, zcashNotifyLine } from '../src/index.ts';
import { FIELDS, HARD, hex } from './support.ts';

/** Values of a wrong type, which untyped code may hand over. */
const untyped = (value: unknown) => value as never;
const BAD = { code: 'ADIT_BAD_OPTION' };

test('a job whose numbers are texts, or too large, is refused, and so are another id and another clean', () => {
  for (const field of ['version', 'time', 'bits'] as const) {
    for (const value of ['5', 2 ** 32, -1, 1.5, Number.NaN, undefined, 5n]) {
      const fields = { ...FIELDS, [field]: untyped(value) };
      assert.throws(() => zcashNotifyLine('a', fields, true), {
        ...BAD,
        message: new RegExp(`^${field} must`),
      });
    }
  }
  assert.throws(() => zcashNotifyLine(untyped(5), FIELDS, true), BAD);
  assert.throws(() => zcashNotifyLine('a', FIELDS, untyped('true')), BAD);
  assert.throws(() => zcashJob(1, FIELDS, { networkTarget: untyped(5) }), BAD);
  const job = zcashJob(
    1,
    FIELDS,
    untyped({ networkTarget: HARD, oldestKnown: undefined, extras: undefined }),
  );
  assert.equal(job.oldestKnown, 0);
});

test('a client session refuses options of another type when it is made, not when the pool does not understand them', () => {
  const login = { agent: 'a/1', worker: 'w', password: 'x' };
  const zcash = { ...login, host: 'h', port: 1, solutionPrefix: hex('04') };
  assert.ok(new ZcashClientSession(zcash));
  assert.throws(() => new ZcashClientSession({ ...zcash, solutionPrefix: untyped('04') }), {
    code: 'ADIT_BAD_BYTES',
  });
  for (const name of ['agent', 'worker', 'password'] as const) {
    for (const value of [undefined, null, 5, {}]) {
      const message = new RegExp(`^${name} must be a text`);
      const wrong = { [name]: untyped(value) };
      assert.throws(() => new ZcashClientSession({ ...zcash, ...wrong }), { ...BAD, message });
      assert.throws(() => new TrueStratumClientSession({ ...login, ...wrong }), { ...BAD, message });
    }
  }
});
