import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseMessage,
  SEED_BYTES,
  SEED_COUNT,
  seedsResult,
  setExtranonceLine,
  trueNotifyLine,
  zcashNotifyLine,
} from '../src/index.ts';
import { FIELDS, hex, readyZcash, trueServer, zcashClient, zcashJob, zcashServer } from './support.ts';

/** Values of a wrong type, which untyped code may hand over. */
const untyped = (value: unknown): Uint8Array => value as Uint8Array;
const coded = (message: RegExp) => ({ code: 'ADIT_BAD_BYTES', message });

test('a job with hex text or a short hash is refused, and nothing of it reaches a miner', () => {
  const wrong = { ...FIELDS, prevHash: untyped('11'.repeat(32)) };
  assert.throws(
    () => zcashNotifyLine('00000001', wrong, true),
    coded(/^prevHash must be a Uint8Array of 32/),
  );
  for (const field of ['prevHash', 'merkleRoot', 'reserved'] as const) {
    const short = { ...FIELDS, [field]: new Uint8Array(3) };
    assert.throws(
      () => zcashNotifyLine('00000001', short, true),
      coded(new RegExp(`^${field} .* not 3 bytes`)),
    );
  }
});

test('a line of text is an error of the caller, not a fault of the other side', () => {
  const text = untyped('{"id":1,"method":"mining.subscribe","params":[]}');
  assert.throws(() => parseMessage(text), coded(/a line must be a Uint8Array/));
  assert.throws(() => zcashServer().line(text, 0), coded(/a line/));
  assert.throws(() => zcashClient().line(text), coded(/a line/));
});

test('a nonce1 has 1 to 17 bytes, at the start and later', () => {
  for (const bytes of [1, 17])
    assert.equal(zcashServer({ nonce1: new Uint8Array(bytes) }).nonce1.length, bytes);
  for (const bytes of [0, 18, 32]) {
    const nonce1 = new Uint8Array(bytes);
    assert.throws(() => zcashServer({ nonce1 }), { code: 'ADIT_BAD_OPTION', message: /1 to 17 bytes/ });
    assert.throws(() => readyZcash().setNonce1(nonce1, zcashJob(2)), { code: 'ADIT_BAD_OPTION' });
  }
  assert.throws(() => zcashServer({ nonce1: untyped('a1b2') }), coded(/nonce1/));
  assert.throws(() => zcashServer({ solutionPrefix: untyped('fd4005') }), coded(/solutionPrefix/));
  assert.throws(() => setExtranonceLine(untyped('a1b2')), { code: 'ADIT_BAD_BYTES' });
  assert.equal(
    setExtranonceLine(hex('a1b2')),
    '{"id":null,"method":"mining.set_extranonce","params":["a1b2"]}\n',
  );
});

test('TrueStratum lines refuse bytes for digits, and digits for bytes', () => {
  const digits = 'ab'.repeat(32);
  const bytes = new Uint8Array(32) as unknown as string;
  const bad = { code: 'ADIT_BAD_HEX', message: /64 hex digits/ };
  assert.throws(() => trueNotifyLine('000000010000', bytes, digits, true), bad);
  assert.throws(() => trueNotifyLine('000000010000', digits, digits.slice(1), true), bad);
  const seeds = new Uint8Array(SEED_COUNT * SEED_BYTES);
  assert.throws(() => seedsResult(seeds, untyped(digits)), coded(/datasetHash/));
  assert.throws(() => seedsResult(seeds.subarray(1), new Uint8Array(32)), coded(/163840 bytes/));
  assert.throws(() => trueServer({ nonce1: untyped('080c') }), coded(/nonce1/));
  assert.throws(() => trueServer({ nonce1: new Uint8Array(4) }), { code: 'ADIT_BAD_OPTION' });
});
