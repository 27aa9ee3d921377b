import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ByteReader, concatBytes, decodeHex, equalBytes, reverseBytes } from '@adit/primitives';
import { blake2b } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { MINER_SCRIPT, makeCoinbase } from '../../../devnet/src/zcash/coinbase.ts';
import {
  encodeTransaction,
  readTransaction,
  type TransparentTransaction,
} from '../../../devnet/src/zcash/transaction.ts';
import { authDigest, transactionId } from '../../../devnet/src/zcash/transaction-digests.ts';
import { rulesOf } from '../../../devnet/test/zcash/rules-of.ts';
import { proposalBlock } from '../../src/zcash/block.ts';
import type { BlockPayment } from '../../src/zcash/block-payment.ts';
import { zcashChain } from '../../src/zcash/chains.ts';
import type { CoinbaseOutput } from '../../src/zcash/coinbase-outputs.ts';
import { operatorReward, withPayees } from '../../src/zcash/coinbase-payees.ts';
import { coinbaseTextOf } from '../../src/zcash/coinbase-script.ts';
import { withCoinbaseText } from '../../src/zcash/coinbase-text.ts';
import type { PayeesFault } from '../../src/zcash/payees-fault.ts';
import { MAX_PAYEES } from '../../src/zcash/payees-rules.ts';
import { transparentScript } from '../../src/zcash/transparent-script.ts';
import { workFromTemplate, type ZcashWork } from '../../src/zcash/work.ts';
import { sampleTemplate } from './sample-template.ts';
import { variableTemplate } from './variable-template.ts';
import { NO_VECTORS, templates, zebraTemplates } from './vectors.ts';

const CHAIN = zcashChain('zcash');
type Record_ = Record<string, unknown>;

const scriptOf = (number: number, kind: 'p2pkh' | 'p2sh' = 'p2pkh') =>
  transparentScript(kind, createHash('ripemd160').update(String(number)).digest());

/** Divides a value into payees, by weights. The last one gets the rest. */
function divide(value: bigint, weights: readonly number[]): CoinbaseOutput[] {
  const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
  const outputs = weights.map((weight, i) => ({
    value: (value * BigInt(weight)) / total,
    script: scriptOf(i, i % 3 === 0 ? 'p2sh' : 'p2pkh'),
  }));
  const given = outputs.slice(0, -1).reduce((sum, output) => sum + output.value, 0n);
  return outputs.map((output, i) =>
    i === outputs.length - 1 ? { ...output, value: value - given } : output,
  );
}

function paid(work: ZcashWork, payment: BlockPayment): ZcashWork {
  const result = withPayees(work, payment);
  assert.ok(!('cause' in result), 'cause' in result ? result.message : '');
  return result;
}

function causeOf(result: bigint | ZcashWork | PayeesFault): string {
  assert.ok(typeof result === 'object' && 'cause' in result, 'payees were taken');
  return result.cause;
}

const sha256d = (...parts: readonly Uint8Array[]) =>
  Uint8Array.from(
    createHash('sha256')
      .update(
        createHash('sha256')
          .update(concatBytes(...parts))
          .digest(),
      )
      .digest(),
  );
const blake = (name: string, ...parts: readonly Uint8Array[]) =>
  blake2b(concatBytes(...parts), { dkLen: 32, personalization: new TextEncoder().encode(name) });

/** Both roots of a block, over all leaves, written anew for this test. */
function rootsOf(
  coinbase: TransparentTransaction,
  others: readonly { id: Uint8Array; auth: Uint8Array }[],
  history: Uint8Array,
) {
  let ids = [transactionId(coinbase), ...others.map(({ id }) => id)];
  while (ids.length > 1) {
    if (ids.length % 2 === 1) ids.push(ids.at(-1) ?? new Uint8Array());
    ids = ids.flatMap((id, i) => (i % 2 === 0 ? [sha256d(id, ids[i + 1] ?? id)] : []));
  }
  let leaves = [authDigest(coinbase), ...others.map(({ auth }) => auth)];
  while (!Number.isInteger(Math.log2(leaves.length))) leaves.push(new Uint8Array(32));
  while (leaves.length > 1)
    leaves = leaves.flatMap((leaf, i) =>
      i % 2 === 0 ? [blake('ZcashAuthDatHash', leaf, leaves[i + 1] ?? leaf)] : [],
    );
  const [merkleRoot] = ids;
  const commitments = blake('ZcashBlockCommit', history, leaves[0] ?? new Uint8Array(), new Uint8Array(32));
  return { merkleRoot, commitments };
}

const hashOf = (value: unknown): Uint8Array => reverseBytes(decodeHex(value));

test('templates of real nodes pay others, and every digest is that of the bytes', {
  skip: NO_VECTORS,
}, () => {
  const all = [
    ...zebraTemplates().map(([name, response]) => ({ name, response, chain: zcashChain('zcash-regtest') })),
    ...templates().map(({ origin, response }) => ({
      name: origin,
      response,
      chain: zcashChain(origin.includes('testnet') ? 'zcash-testnet' : 'zcash'),
    })),
  ];
  const seen = new Map<number, number>();
  for (const { name, response, chain } of all) {
    const work = workFromTemplate(response, chain);
    if (name.includes('shielded')) {
      assert.equal(causeOf(operatorReward(work, MINER_SCRIPT)), 'shielded', name);
      continue;
    }
    const before = readTransaction(new ByteReader(work.coinbase));
    const mine = before.outputs.toSorted((a, b) => Number(b.value - a.value))[0];
    assert.ok(mine !== undefined);
    assert.equal(operatorReward(work, mine.script), mine.value);
    const { transactions, defaultroots: roots = {} } = response as {
      transactions: Record_[];
      defaultroots?: Record_;
    };
    const others = transactions.map(({ hash, authdigest }) => ({
      id: hashOf(hash),
      auth: hashOf(authdigest),
    }));
    for (const count of [1, 3, 252, 253, 1000]) {
      const outputs = divide(mine.value, Array(count).fill(1));
      const texted = withCoinbaseText(work, coinbaseTextOf('A pool', new Uint8Array(8).fill(count)));
      const result = paid(texted, { operator: mine.script, outputs });
      const after = readTransaction(new ByteReader(result.coinbase));
      assert.equal(after.outputs.length, before.outputs.length - 1 + count);
      const place = before.outputs.indexOf(mine);
      const wanted: readonly CoinbaseOutput[] = before.outputs.flatMap((output) =>
        output === mine ? outputs : [output],
      );
      assert.deepEqual(after.outputs, wanted, `${name}, place ${place}`);
      assert.deepEqual(
        { ...after, outputs: [] },
        { ...readTransaction(new ByteReader(texted.coinbase)), outputs: [] },
      );
      const history = roots['chainhistoryroot'];
      const { merkleRoot, commitments } = rootsOf(after, others, hashOf(history ?? '00'.repeat(32)));
      assert.deepEqual(result.merkleRoot, merkleRoot, name);
      assert.deepEqual(result.reserved, after.version === 4 ? work.reserved : commitments, name);
    }
    seen.set(before.version, (seen.get(before.version) ?? 0) + 1);
  }
  assert.ok((seen.get(5) ?? 0) > 0 && (seen.get(6) ?? 0) > 0, JSON.stringify([...seen]));
});

test("payees get the operator's output to the unit, whatever version, text, transactions and order", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(4 as const, 5 as const, 6 as const),
      fc.integer({ min: 1, max: 4_000_000 }),
      fc.nat(9),
      fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 300 }),
      fc.option(fc.uint8Array({ minLength: 1, maxLength: 75 }), { nil: undefined }),
      (version, height, count, weights, text) => {
        const transactions = Array.from({ length: count }, (_, i) => Uint8Array.of(i, count, 7));
        const work = workFromTemplate(variableTemplate(version, height, transactions), CHAIN);
        const reward = operatorReward(work, MINER_SCRIPT);
        assert.ok(typeof reward === 'bigint');
        const outputs = divide(reward, weights);
        const texted = text === undefined ? work : withCoinbaseText(work, text);
        const result = paid(texted, { operator: MINER_SCRIPT, outputs });
        const coinbase = readTransaction(new ByteReader(result.coinbase));
        const [, ...streams] = readTransaction(new ByteReader(work.coinbase)).outputs;
        assert.deepEqual(coinbase.outputs, [...outputs, ...streams]);
        const others = transactions.map((raw) => ({ id: sha256d(raw), auth: sha256d(sha256d(raw)) }));
        const { merkleRoot, commitments } = rootsOf(coinbase, others, sha256d(Uint8Array.of(height & 255)));
        assert.deepEqual(result.merkleRoot, merkleRoot);
        assert.deepEqual(result.reserved, version === 4 ? work.reserved : commitments);
        assert.equal(result.transactions, work.transactions);
        assert.equal(new Set([work.id, texted.id, result.id]).size, text === undefined ? 2 : 3);
      },
    ),
    { numRuns: 60 },
  );
});

test("another payment takes the place of the former one, and a text makes the node's outputs again", () => {
  const work = workFromTemplate(variableTemplate(6, 3_543_405, [Uint8Array.of(1)]), CHAIN);
  const reward = operatorReward(work, MINER_SCRIPT);
  assert.ok(typeof reward === 'bigint');
  const payment = (weights: readonly number[]) => ({
    operator: MINER_SCRIPT,
    outputs: divide(reward, weights),
  });
  const once = paid(work, payment([1, 2]));
  assert.deepEqual(paid(once, payment([5])).coinbase, paid(work, payment([5])).coinbase);
  const text = coinbaseTextOf('A pool', new Uint8Array(8));
  assert.deepEqual(withCoinbaseText(once, text), withCoinbaseText(work, text));
  // The operator may keep a part under its own address.
  const fee = [
    { value: reward - 1n, script: scriptOf(1) },
    { value: 1n, script: MINER_SCRIPT },
  ];
  assert.ok(operatorReward(paid(work, { operator: MINER_SCRIPT, outputs: fee }), MINER_SCRIPT) === reward);
});

const PLAIN = workFromTemplate(variableTemplate(6, 3_500_000), CHAIN);
const REWARD = operatorReward(PLAIN, MINER_SCRIPT) as bigint;

for (const { cause, outputs } of [
  { cause: 'no_payees', outputs: [] },
  { cause: 'too_many_payees', outputs: divide(REWARD, Array(MAX_PAYEES + 1).fill(1)) },
  {
    cause: 'zero_output',
    outputs: [
      { value: REWARD, script: scriptOf(1) },
      { value: 0n, script: scriptOf(2) },
    ],
  },
  {
    cause: 'zero_output',
    outputs: [
      { value: REWARD + 1n, script: scriptOf(1) },
      { value: -1n, script: scriptOf(2) },
    ],
  },
  { cause: 'wrong_sum', outputs: [{ value: REWARD - 1n, script: scriptOf(1) }] },
  { cause: 'wrong_sum', outputs: [{ value: REWARD + 1n, script: scriptOf(1) }] },
  { cause: 'bad_script', outputs: [{ value: REWARD, script: Uint8Array.of(0x51) }] },
  { cause: 'bad_script', outputs: [{ value: REWARD, script: scriptOf(1).subarray(1) }] },
] as const) {
  test(`payees that are not a division of the operator's output are refused with ${cause}, ${outputs.length} of them`, () => {
    assert.equal(causeOf(withPayees(PLAIN, { operator: MINER_SCRIPT, outputs })), cause);
  });
}

/** A work whose coinbase has these outputs beside, or instead of, those of the node. */
function workWith(
  version: 4 | 5 | 6,
  change: (made: TransparentTransaction) => Partial<TransparentTransaction>,
  options: { tail?: Uint8Array; transactions?: readonly Uint8Array[]; height?: number } = {},
) {
  const { height = 3_500_000, transactions = [] } = options;
  const made = makeCoinbase({ rules: rulesOf(version), height, fees: 0n, payTo: MINER_SCRIPT });
  const coinbase = { ...made, ...change(made) };
  const raw = encodeTransaction(coinbase);
  const bytes = options.tail === undefined ? raw : concatBytes(raw.subarray(0, -3), options.tail);
  const txid = options.tail === undefined ? transactionId(coinbase) : sha256d(bytes);
  return sampleTemplate({
    height: 3_500_000,
    coinbase: bytes,
    coinbaseDigests: { txid, auth: authDigest(coinbase) },
    transactions,
  });
}

const all = (outputs: TransparentTransaction['outputs']): BlockPayment => ({
  operator: MINER_SCRIPT,
  outputs,
});

test('a coinbase with no output, or with two outputs, for the operator is refused', () => {
  for (const version of [4, 5, 6] as const) {
    const none = workFromTemplate(
      workWith(version, ({ outputs }) => ({ outputs: outputs.slice(1) })),
      CHAIN,
    );
    assert.equal(causeOf(operatorReward(none, MINER_SCRIPT)), 'no_output');
    assert.equal(causeOf(withPayees(none, all([{ value: 1n, script: scriptOf(1) }]))), 'no_output');
    const [own] = makeCoinbase({ rules: rulesOf(version), height: 1, fees: 0n, payTo: MINER_SCRIPT }).outputs;
    assert.ok(own !== undefined);
    const two = workFromTemplate(
      workWith(version, ({ outputs }) => ({ outputs: [...outputs, own] })),
      CHAIN,
    );
    assert.equal(causeOf(operatorReward(two, MINER_SCRIPT)), 'several_outputs');
    assert.equal(causeOf(withPayees(two, all([own]))), 'several_outputs');
  }
});

test("the operator's output keeps its place between the others", () => {
  const template = workWith(6, ({ outputs }) => ({
    outputs: [{ value: 3n, script: scriptOf(7) }, ...outputs],
  }));
  const work = workFromTemplate(template, CHAIN);
  const reward = operatorReward(work, MINER_SCRIPT);
  assert.ok(typeof reward === 'bigint');
  const { outputs } = readTransaction(new ByteReader(paid(work, all(divide(reward, [1, 1]))).coinbase));
  assert.deepEqual(
    outputs.map(({ value }) => value),
    [3n, reward / 2n, reward - reward / 2n, outputs[3]?.value],
  );
});

test('a version 4 coinbase with shielded parts, or with a rest that cannot be read, keeps its outputs', () => {
  const shielded = workFromTemplate(
    workWith(4, () => ({}), { tail: Uint8Array.of(0, 1, 0, 9, 9) }),
    CHAIN,
  );
  assert.ok(shielded.variation !== undefined);
  assert.equal(causeOf(operatorReward(shielded, MINER_SCRIPT)), 'shielded');
  const cut = workFromTemplate(
    workWith(4, () => ({}), { tail: new Uint8Array() }),
    CHAIN,
  );
  assert.equal(causeOf(operatorReward(cut, MINER_SCRIPT)), 'unread');
});

test('an opaque work says why it cannot pay others', () => {
  const unknown = workFromTemplate(sampleTemplate(), CHAIN);
  assert.equal(causeOf(operatorReward(unknown, MINER_SCRIPT)), 'unknown_format');
  const { variation: _, ...unproven } = PLAIN;
  assert.equal(causeOf(withPayees(unproven, all([]))), 'unproven');
  const lying = variableTemplate(6, 3_500_000);
  const coinbasetxn = { ...(lying['coinbasetxn'] as Record_), hash: 'ab'.repeat(32) };
  const { defaultroots: _roots, ...bare } = lying;
  const roots = { ...(_roots as Record_), merkleroot: 'ab'.repeat(32) };
  const work = workFromTemplate({ ...bare, coinbasetxn, defaultroots: roots }, CHAIN);
  assert.equal(causeOf(operatorReward(work, MINER_SCRIPT)), 'other_digests');
});

test('a block that payees make longer than 2,000,000 bytes is refused, and one that fits exactly is not', () => {
  const count = 100;
  const base = workFromTemplate(variableTemplate(6, 3_500_000, [new Uint8Array(60).fill(1)]), CHAIN);
  const plain = proposalBlock(paid(base, all(divide(REWARD, Array(count).fill(1))))).length - 60;
  for (const [over, cause] of [
    [0, undefined],
    [1, 'block_too_long'],
  ] as const) {
    const filler = new Uint8Array(2_000_000 - plain + over).fill(1);
    const work = workFromTemplate(variableTemplate(6, 3_500_000, [filler]), CHAIN);
    const result = withPayees(work, all(divide(REWARD, Array(count).fill(1))));
    if (cause === undefined) assert.equal(proposalBlock(result as ZcashWork).length, 2_000_000);
    else assert.equal(causeOf(result), cause);
  }
});

test('payees never bring a block over the limit of signature checks that its node counts', () => {
  const template = variableTemplate(6, 3_500_000);
  const coinbasetxn = { ...(template['coinbasetxn'] as Record_), sigops: 19_990 };
  const work = workFromTemplate({ ...template, coinbasetxn }, CHAIN);
  const hashes = (count: number) =>
    divide(REWARD, Array(count).fill(1)).map((output, i) => ({ ...output, script: scriptOf(i) }));
  assert.ok(!('cause' in withPayees(work, all(hashes(10)))));
  assert.equal(causeOf(withPayees(work, all(hashes(11)))), 'too_many_sigops');
  // A node that does not count leaves it to its answer to the proposal.
  assert.ok(!('cause' in withPayees(PLAIN, all(hashes(1_000)))));
});

test('the scripts of other addresses are not those of the operator', () => {
  assert.ok(!equalBytes(scriptOf(1), scriptOf(1, 'p2sh')));
  assert.throws(() => transparentScript('p2pkh', new Uint8Array(19)), { code: 'ADIT_BAD_BYTES' });
});
