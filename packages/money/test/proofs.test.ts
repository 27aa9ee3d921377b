import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreedHash, marginOf, type ProofCondition, type ProofOutcome } from '../src/payouts/proof.ts';
import {
  type ExpiryClaim,
  type ExpiryEvidence,
  lastHeightOf,
  proofHeight,
  proveByExpiry,
  type ScannedBlock,
} from '../src/payouts/proof-by-expiry.ts';
import { proveByNoMatch, type UnknownClaim, type UnknownEvidence } from '../src/payouts/proof-by-no-match.ts';

const LIFE = { version: 5, expiry: 340, branchId: 0x77190ad9, isMalleable: false };
const CLAIM: ExpiryClaim = {
  batch: 'b1',
  txid: 'ours',
  builtAt: 300,
  life: LIFE,
  upgradeAt: null,
  inputs: [],
};

function blocks(first: number, last: number, more: Readonly<Record<number, Partial<ScannedBlock>>> = {}) {
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    height: first + i,
    hash: `h${first + i}`,
    previous: `h${first + i - 1}`,
    txids: [`coinbase ${first + i}`],
    ...more[first + i],
  }));
}

const EVIDENCE: ExpiryEvidence = {
  isSenderStopped: true,
  configuredNodes: 2,
  nodes: [
    { node: 'a', hash: 'h440' },
    { node: 'b', hash: 'h440' },
  ],
  blocks: blocks(200, 440),
  wallet: 'expired',
};

function missing(outcome: ProofOutcome): readonly ProofCondition[] {
  return outcome.isProved ? [] : outcome.missing;
}
const byExpiry = (evidence: Partial<ExpiryEvidence>, claim: Partial<ExpiryClaim> = {}) =>
  missing(proveByExpiry({ ...CLAIM, ...claim }, { ...EVIDENCE, ...evidence }));

test('an expired transaction that is in no block of the agreed chain is proved dead', () => {
  const outcome = proveByExpiry(CLAIM, EVIDENCE);
  assert.ok(outcome.isProved);
  assert.deepEqual({ ...outcome.proof }, { batch: 'b1', method: 'expiry', txid: 'ours' });
  assert.deepEqual(byExpiry({ wallet: 'does_not_know_it' }), []);
});

test('each of the conditions is needed', () => {
  assert.deepEqual(byExpiry({ isSenderStopped: false }), ['sender_stopped']);
  assert.deepEqual(byExpiry({ wallet: 'otherwise' }), ['wallet_agrees']);
  for (const height of [200, 300, 301, 340])
    assert.deepEqual(byExpiry({ blocks: blocks(200, 440, { [height]: { txids: ['x', 'ours'] } }) }), [
      'not_in_blocks',
    ]);
});

test('a transaction without an expiry, or of which no bytes are kept, is never proved dead by its expiry', () => {
  assert.deepEqual(byExpiry({}, { life: { ...LIFE, expiry: 0 } }), ['expiry_known', 'blocks_complete']);
  assert.deepEqual(byExpiry({}, { life: null }), ['expiry_known', 'blocks_complete']);
});

test('all nodes that answer must agree, and two must answer', () => {
  const nodes = (...hashes: (string | null)[]) => hashes.map((hash, i) => ({ node: `n${i}`, hash }));
  const needed = ['nodes_agree', 'blocks_complete'];
  assert.deepEqual(byExpiry({ nodes: nodes('h440', 'other') }), needed);
  assert.deepEqual(byExpiry({ nodes: nodes('h440', null) }), needed);
  assert.deepEqual(byExpiry({ nodes: nodes(null, null) }), needed);
  assert.deepEqual(byExpiry({ nodes: [] }), needed);
  assert.deepEqual(byExpiry({ nodes: nodes('h440', 'h440', 'other'), configuredNodes: 3 }), needed);
  assert.deepEqual(byExpiry({ nodes: nodes('h440', 'h440', null), configuredNodes: 3 }), []);
  const twice = [
    { node: 'a', hash: 'h440' },
    { node: 'a', hash: 'h440' },
  ];
  assert.deepEqual(byExpiry({ nodes: twice }), needed, 'one node that answers twice is one');
});

test('one configured node is enough, a thousand blocks later', () => {
  const alone = { configuredNodes: 1, nodes: [{ node: 'a', hash: 'h1340' }], blocks: blocks(200, 1_340) };
  assert.deepEqual(byExpiry(alone), []);
  assert.deepEqual(byExpiry({ configuredNodes: 1 }), ['blocks_complete']);
  assert.equal(agreedHash([], 0), undefined);
});

test('the blocks must be all of the agreed chain, from a hundred below the start to the margin', () => {
  const needed = ['blocks_complete'];
  assert.deepEqual(byExpiry({ blocks: blocks(201, 440) }), needed);
  assert.deepEqual(byExpiry({ blocks: blocks(200, 439) }), needed);
  assert.deepEqual(byExpiry({ blocks: blocks(199, 440) }), needed);
  assert.deepEqual(byExpiry({ blocks: blocks(200, 440).filter(({ height }) => height !== 320) }), needed);
  assert.deepEqual(byExpiry({ blocks: blocks(200, 440, { 320: { previous: 'fork' } }) }), needed);
  assert.deepEqual(byExpiry({ blocks: blocks(200, 440, { 440: { hash: 'fork' } }) }), needed);
  assert.deepEqual(byExpiry({ blocks: blocks(200, 440, { 200: { previous: 'anything' } }) }), []);
  assert.deepEqual(byExpiry({ blocks: blocks(200, 440, { 320: { height: 321 } }) }), needed);
  const young = { ...CLAIM, builtAt: 20, life: { ...LIFE, expiry: 60 } };
  const evidence = { ...EVIDENCE, nodes: EVIDENCE.nodes.map((one) => ({ ...one, hash: 'h160' })) };
  assert.deepEqual(missing(proveByExpiry(young, { ...evidence, blocks: blocks(0, 160) })), []);
});

test('the margin can be larger than it must be, never smaller', () => {
  const proved = (margin: number) => proveByExpiry(CLAIM, EVIDENCE, { margin }).isProved;
  assert.deepEqual([proved(0), proved(100), proved(101)], [true, true, false]);
  assert.deepEqual(
    [marginOf(2, 0), marginOf(3, 200), marginOf(1, 200), marginOf(0)],
    [100, 200, 1_000, 1_000],
  );
  assert.equal(proofHeight(CLAIM, 2), 440);
  assert.equal(proofHeight(CLAIM, 1), 1_340);
  assert.equal(proofHeight({ ...CLAIM, life: null }, 2), undefined);
});

test('an upgrade ends the life of a transaction before its expiry', () => {
  assert.equal(lastHeightOf({ ...CLAIM, upgradeAt: 320 }), 319);
  assert.equal(lastHeightOf({ ...CLAIM, upgradeAt: 900 }), 340);
  const nodes = EVIDENCE.nodes.map((one) => ({ ...one, hash: 'h419' }));
  assert.deepEqual(byExpiry({ nodes, blocks: blocks(200, 419) }, { upgradeAt: 320 }), []);
  const late = blocks(200, 419, { 330: { txids: ['ours'] } });
  assert.deepEqual(
    byExpiry({ nodes, blocks: late }, { upgradeAt: 320 }),
    [],
    'there it is another transaction’s id',
  );
});

test('of a v4 transaction, whose id strangers can change, the inputs must be unspent too', () => {
  const v4 = { life: { ...LIFE, version: 4, isMalleable: true }, inputs: ['aa:0', 'aa:1'] };
  const spending = (spends: readonly string[]) =>
    blocks(200, 440).map((block) => ({ ...block, spends: block.height === 333 ? spends : [] }));
  assert.deepEqual(byExpiry({ blocks: spending(['bb:0']) }, v4), []);
  assert.deepEqual(byExpiry({ blocks: spending(['bb:0', 'aa:1']) }, v4), ['inputs_unspent']);
  assert.deepEqual(byExpiry({}, v4), ['inputs_unspent'], 'nobody looked');
  assert.deepEqual(byExpiry({ blocks: spending([]) }, { ...v4, inputs: [] }), ['inputs_unspent']);
});

const UNKNOWN: UnknownClaim = {
  batch: 'b1',
  calledAt: 300,
  wallet: 'seed account database',
  endedAt: 310,
  life: 41,
};
const LOOK: UnknownEvidence = {
  isSenderStopped: true,
  configuredNodes: 2,
  wallet: 'seed account database',
  hasRememberedTransactions: true,
  isIdle: true,
  isComplete: true,
  height: 452,
  hash: 'h452',
  nodes: [
    { node: 'a', hash: 'h452' },
    { node: 'b', hash: 'h452' },
  ],
  tip: 452,
  listedFrom: 200,
  match: { kind: 'none' },
};
const byNoMatch = (evidence: Partial<UnknownEvidence>, claim: Partial<UnknownClaim> = {}) =>
  missing(proveByNoMatch({ ...UNKNOWN, ...claim }, { ...LOOK, ...evidence }));

test('a call whose operation has ended, and that is in no listing long after, made no transaction', () => {
  const outcome = proveByNoMatch(UNKNOWN, LOOK);
  assert.ok(outcome.isProved);
  assert.deepEqual({ ...outcome.proof }, { batch: 'b1', method: 'no_match', txid: null });
});

test('each of the conditions of a search is needed', () => {
  assert.deepEqual(byNoMatch({ isSenderStopped: false }), ['sender_stopped']);
  assert.deepEqual(byNoMatch({ wallet: 'seed account rebuilt' }), ['same_wallet']);
  assert.deepEqual(byNoMatch({ hasRememberedTransactions: false }), ['same_wallet']);
  assert.deepEqual(byNoMatch({ isIdle: false }), ['operation_ended']);
  assert.deepEqual(byNoMatch({}, { endedAt: null }), ['operation_ended', 'past_expiry']);
  assert.deepEqual(byNoMatch({ isComplete: false }), ['wallet_synced']);
  assert.deepEqual(byNoMatch({ tip: 453 }), ['wallet_synced']);
  assert.deepEqual(byNoMatch({ hash: 'dead branch' }), ['wallet_synced']);
  assert.deepEqual(byNoMatch({ nodes: LOOK.nodes.slice(1) }), ['nodes_agree', 'wallet_synced']);
  assert.deepEqual(byNoMatch({ listedFrom: 201 }), ['listing_complete']);
  assert.deepEqual(byNoMatch({ listedFrom: 0 }, { calledAt: 20 }), []);
  for (const match of [
    { kind: 'one', txid: 't' },
    { kind: 'several', txids: ['t', 'u'] },
    { kind: 'partial', txids: ['t'] },
  ] as const)
    assert.deepEqual(byNoMatch({ match }), ['no_match']);
});

test('the wait counts from the end of the operation, not from the call', () => {
  assert.deepEqual(byNoMatch({}, { endedAt: 311 }), ['past_expiry']);
  const alone = { configuredNodes: 1, nodes: LOOK.nodes.slice(1) };
  assert.deepEqual(byNoMatch(alone), ['past_expiry']);
});
