import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ByteReader,
  bigintFromBytes,
  decodeHex,
  encodeHex,
  readUint32LE,
  targetFromBits,
} from '@adit/primitives';
import { assembleBlock, headerOf, proposalBlock } from '../../src/zcash/block.ts';
import { zcashChain } from '../../src/zcash/chains.ts';
import { workFromTemplate, type ZcashWork } from '../../src/zcash/work.ts';
import { sampleTemplate } from './sample-template.ts';
import { blocks, headers, NO_VECTORS } from './vectors.ts';

/** The work from which a real header must have been made. */
function workOfHeader(
  header: Uint8Array,
  coinbase: Uint8Array,
  transactions: readonly Uint8Array[],
): ZcashWork {
  const bits = readUint32LE(header, 104);
  return {
    kind: 'zcash',
    id: 'x',
    chain: zcashChain('zcash'),
    height: 1,
    version: readUint32LE(header, 0),
    prevHash: header.subarray(4, 36),
    merkleRoot: header.subarray(36, 68),
    reserved: header.subarray(68, 100),
    time: readUint32LE(header, 100),
    bits,
    target: targetFromBits(bits),
    minTime: 0,
    maxTime: 0xffff_ffff,
    coinbase,
    transactions,
    empty: transactions.length === 0,
  };
}

test('90 real headers are rebuilt from their parts', { skip: NO_VECTORS }, () => {
  const all = headers();
  assert.equal(all.length, 90);
  for (const { header140, name } of all) {
    const header = decodeHex(header140, 140);
    const work = workOfHeader(header, new Uint8Array(), []);
    assert.equal(encodeHex(headerOf(work, work.time, header.subarray(108))), header140, name);
  }
});

test('real blocks are assembled to the byte', { skip: NO_VECTORS }, () => {
  let withOne = 0;
  for (const { block, coinbase, txids, name } of blocks()) {
    const raw = decodeHex(block);
    const reader = new ByteReader(raw);
    const header = reader.bytes(140);
    const solution = reader.bytes(reader.compactSize());
    assert.equal(reader.compactSize(), txids.length);
    const first = decodeHex(coinbase.raw);
    reader.bytes(first.length);
    const rest = reader.bytes(reader.remaining);
    // The other transactions are not parsed here: one opaque run of bytes, and empty ones to complete the count.
    const others = txids.slice(1).map((_, index) => (index === 0 ? rest : new Uint8Array()));
    const work = workOfHeader(header, first, others);
    const made = assembleBlock(work, { time: work.time, nonce: header.subarray(108), solution });
    assert.equal(encodeHex(made), block, name);
    withOne += txids.length === 1 ? 1 : 0;
  }
  assert.ok(withOne > 10);
});

test('a solution of another length is refused', () => {
  const work = workFromTemplate(sampleTemplate(), zcashChain('zcash'));
  for (const length of [0, 1343, 1345, 1347]) {
    assert.throws(
      () =>
        assembleBlock(work, { time: work.time, nonce: new Uint8Array(32), solution: new Uint8Array(length) }),
      { code: 'ADIT_BAD_SOLUTION' },
    );
  }
});

test('a proposal has the right shape for each parameter set, and zeros for a proof', () => {
  for (const [name, prefix, length] of [
    ['zcash', 'fd4005', 1344],
    ['zclassic', 'fd9001', 400],
    ['bitcoinz', '64', 100],
    ['zcash-regtest', '24', 36],
  ] as const) {
    const work = { ...workFromTemplate(sampleTemplate(), zcashChain('zcash')), chain: zcashChain(name) };
    const block = proposalBlock(work);
    const start = 140 + prefix.length / 2;
    assert.equal(encodeHex(block.subarray(140, start)), prefix);
    assert.equal(bigintFromBytes(block.subarray(108, 140)), 0n);
    assert.equal(bigintFromBytes(block.subarray(start, start + length)), 0n);
    assert.equal(block.length, start + length + 1 + work.coinbase.length);
  }
});
