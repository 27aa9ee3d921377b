import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, concatBytes, decodeHex, reverseBytes } from '@adit/primitives';
import fc from 'fast-check';
import { authDataRoot, blockCommitments, transactionMerkleRoot } from '../../../chain/src/zcash/merkle.ts';
import { displayHash } from '../../../chain/src/zcash/node.ts';
import type { ZcashWork } from '../../../chain/src/zcash/work.ts';
import { BRANCH_ID, FUNDING_STREAM, SUBSIDY } from '../../src/zcash/rules.ts';
import {
  encodeTransaction,
  readTransaction,
  type TransparentTransaction,
} from '../../src/zcash/transaction.ts';
import { authDigest, transactionId } from '../../src/zcash/transaction-digests.ts';
import { minedBlock, type Rig, withDevnet } from './mining.ts';

for (const coinbaseVersion of [4, 5, 6] as const) {
  test(`a block with a version ${coinbaseVersion} coinbase is mined, taken, and pays the miner`, async () => {
    await withDevnet(
      { coinbaseVersion, startHeight: 3_500_000 },
      async ({ devnet, node, events, template }) => {
        const work = await template();
        assert.equal(work.height, 3_500_001);
        assert.equal(work.transactions.length, 3);
        assert.deepEqual(await node.submitBlock(minedBlock(work)), { kind: 'accepted', raw: null });
        assert.equal(devnet.height, 3_500_001);
        assert.equal(devnet.acceptedBlocks, 1);
        assert.equal(events.length, 1);
        assert.deepEqual(
          { ...events[0], hash: '' },
          { kind: 'block', hash: '', height: 3_500_001, submitted: true, bestChain: true },
        );
        const { immature, mature } = devnet.balance();
        assert.equal(mature, 0n);
        assert.ok(immature > 125_000_000n + 30_000n && immature < 125_000_000n + 50_000n);
        // Mined transactions are not offered again.
        const next = await template();
        const mined = new Set(
          work.transactions.map((transaction) => Buffer.from(transaction).toString('hex')),
        );
        assert.equal(next.transactions.length, 3);
        assert.ok(
          next.transactions.every((transaction) => !mined.has(Buffer.from(transaction).toString('hex'))),
        );
      },
    );
  });
}

test('the same block twice is a duplicate, and on a side chain an inconclusive duplicate', async () => {
  await withDevnet({}, async ({ devnet, node, template }) => {
    const block = minedBlock(await template());
    await node.submitBlock(block);
    assert.deepEqual(await node.submitBlock(block), { kind: 'duplicate', raw: 'duplicate' });
    devnet.reorg(1);
    assert.deepEqual(await node.submitBlock(block), {
      kind: 'duplicate-inconclusive',
      raw: 'duplicate-inconclusive',
    });
    assert.equal(devnet.acceptedBlocks, 1);
  });
});

test('a rival of the tip is accepted as a side-chain block', async () => {
  await withDevnet({}, async ({ devnet, node, events, template }) => {
    const work = await template();
    const tip = devnet.mineBlock();
    assert.deepEqual(await node.submitBlock(minedBlock(work)), { kind: 'accepted', raw: null });
    assert.equal(await node.getBestBlockHash(), tip);
    const last = events.at(-1);
    assert.ok(last?.kind === 'block' && last.submitted && !last.bestChain);
    assert.deepEqual(await node.getBlockHeader(last.hash), { confirmations: -1, height: 1 });
  });
});

/** A work with other transactions, and with ids and roots that agree with them. */
async function rebuilt(
  rig: Rig,
  change: (parts: { coinbase: TransparentTransaction; others: Uint8Array[] }) => {
    coinbase?: TransparentTransaction;
    others?: Uint8Array[];
  },
): Promise<ZcashWork> {
  const template = (await rig.node.getBlockTemplate()) as { defaultroots: { chainhistoryroot: string } };
  const work = await rig.template();
  const parts = { coinbase: readTransaction(new ByteReader(work.coinbase)), others: [...work.transactions] };
  const changed = { ...parts, ...change(parts) };
  const all = [changed.coinbase, ...changed.others.map((raw) => readTransaction(new ByteReader(raw)))];
  const history = reverseBytes(decodeHex(template.defaultroots.chainhistoryroot, 32));
  return {
    ...work,
    coinbase: encodeTransaction(changed.coinbase),
    transactions: changed.others,
    merkleRoot: transactionMerkleRoot(all.map(transactionId)),
    reserved: blockCommitments(history, authDataRoot(all.map(authDigest))),
  };
}

const withOutputs = (
  coinbase: TransparentTransaction,
  change: (value: bigint, index: number) => bigint,
): TransparentTransaction => ({
  ...coinbase,
  outputs: coinbase.outputs.map((output, index) => ({ ...output, value: change(output.value, index) })),
});

const violations: Record<string, [rule: string, make: (rig: Rig) => Promise<Uint8Array>]> = {
  'bytes after the end': [
    'unreadable',
    async (rig) => concatBytes(minedBlock(await rig.template()), Uint8Array.of(0)),
  ],
  'a byte missing': ['unreadable', async (rig) => minedBlock(await rig.template()).subarray(0, -1)],
  'a length prefix that is not the shortest': [
    'unreadable',
    async (rig) => {
      const block = minedBlock(await rig.template());
      return concatBytes(block.subarray(0, 140), Uint8Array.of(0xfd, 36, 0), block.subarray(141));
    },
  ],
  'an unknown parent': [
    'unknown-parent',
    async (rig) => minedBlock({ ...(await rig.template()), prevHash: new Uint8Array(32).fill(7) }),
  ],
  'version 3': ['bad-version', async (rig) => minedBlock({ ...(await rig.template()), version: 3 })],
  'a negative version': [
    'bad-version',
    async (rig) => minedBlock({ ...(await rig.template()), version: 0xffff_fffc }),
  ],
  'easier bits': ['bad-bits', async (rig) => minedBlock({ ...(await rig.template()), bits: 0x207fffff })],
  'a time at the median': [
    'time-too-old',
    async (rig) => {
      const work = await rig.template();
      return minedBlock(work, { time: work.minTime - 1 });
    },
  ],
  'a time 90 minutes after the median': [
    'time-too-new',
    async (rig) => {
      const work = await rig.template();
      return minedBlock(work, { time: work.maxTime + 1 });
    },
  ],
  'a hash above the target': [
    'high-hash',
    async (rig) => minedBlock(await rig.template(), { missTarget: true }),
  ],
  'a proof of another nonce': [
    'invalid-equihash-solution',
    async (rig) => {
      const work = await rig.template();
      const block = minedBlock(work);
      // The hash must stay below the target, or a cheaper check refuses the block first.
      for (let counter = 0; ; counter += 1) {
        const changed = block.slice();
        // About once in a thousand runs, none of 256 nonces is below the target.
        new DataView(changed.buffer).setUint32(136, counter);
        changed[130] = 1;
        rig.events.length = 0;
        await rig.node.submitBlock(changed);
        const [event] = rig.events;
        if (event?.kind === 'rejected' && event.rule !== 'high-hash') return changed;
      }
    },
  ],
  'another merkle root': [
    'bad-merkle-root',
    async (rig) => minedBlock({ ...(await rig.template()), merkleRoot: new Uint8Array(32) }),
  ],
  'a transaction left out': [
    'bad-merkle-root',
    async (rig) => {
      const work = await rig.template();
      return minedBlock({ ...work, transactions: work.transactions.slice(1) });
    },
  ],
  'other commitments': [
    'bad-block-commitments',
    async (rig) => minedBlock({ ...(await rig.template()), reserved: new Uint8Array(32) }),
  ],
  'a transaction twice': [
    'duplicate-transaction',
    async (rig) =>
      minedBlock(await rebuilt(rig, ({ others }) => ({ others: [...others, ...others.slice(-1)] }))),
  ],
  'a transaction that nobody knows': [
    'unknown-transaction',
    async (rig) =>
      minedBlock(
        await rebuilt(rig, ({ others: [first, ...rest] }) => {
          const transaction = readTransaction(new ByteReader(first ?? new Uint8Array()));
          return { others: [encodeTransaction({ ...transaction, lockTime: 1 }), ...rest] };
        }),
      ),
  ],
  'a second coinbase': [
    'misplaced-coinbase',
    async (rig) =>
      minedBlock(
        await rebuilt(rig, ({ coinbase, others }) => ({
          others: [...others, encodeTransaction({ ...coinbase, lockTime: 1 })],
        })),
      ),
  ],
  'no coinbase': [
    'coinbase-missing',
    async (rig) =>
      minedBlock(
        await rebuilt(rig, ({ others: [first, ...rest] }) => ({
          coinbase: readTransaction(new ByteReader(first ?? new Uint8Array())),
          others: rest,
        })),
      ),
  ],
  'the coinbase of another branch': [
    'coinbase-branch',
    async (rig) =>
      minedBlock(
        await rebuilt(rig, ({ coinbase }) => ({ coinbase: { ...coinbase, branchId: BRANCH_ID ^ 1 } })),
      ),
  ],
  'another height in the coinbase': [
    'coinbase-height',
    async (rig) =>
      minedBlock(
        await rebuilt(rig, ({ coinbase }) => ({
          coinbase: {
            ...coinbase,
            inputs: coinbase.inputs.map((input) => ({
              ...input,
              scriptSig: Uint8Array.of(0x52, ...input.scriptSig.subarray(1)),
            })),
          },
        })),
      ),
  ],
  'a coinbase that expires at another height': [
    'coinbase-expiry',
    async (rig) =>
      minedBlock(await rebuilt(rig, ({ coinbase }) => ({ coinbase: { ...coinbase, expiryHeight: 0 } }))),
  ],
  'a funding stream cut short': [
    'coinbase-funding',
    async (rig) =>
      minedBlock(
        await rebuilt(rig, ({ coinbase }) => ({
          coinbase: withOutputs(coinbase, (value) => (value === FUNDING_STREAM ? value - 1n : value + 1n)),
        })),
      ),
  ],
  'a zatoshi too much': [
    'coinbase-value',
    async (rig) =>
      minedBlock(
        await rebuilt(rig, ({ coinbase }) => ({
          coinbase: withOutputs(coinbase, (value, index) => (index === 0 ? value + 1n : value)),
        })),
      ),
  ],
  'a zatoshi given away, which ZIP 236 forbids': [
    'coinbase-value',
    async (rig) =>
      minedBlock(
        await rebuilt(rig, ({ coinbase }) => ({
          coinbase: withOutputs(coinbase, (value, index) => (index === 0 ? value - 1n : value)),
        })),
      ),
  ],
  'the fees of a transaction that was dropped': [
    'coinbase-value',
    async (rig) => minedBlock(await rebuilt(rig, ({ others }) => ({ others: others.slice(1) }))),
  ],
};

for (const [what, [rule, make]] of Object.entries(violations)) {
  test(`a block with ${what} is rejected as ${rule}`, async () => {
    await withDevnet({}, async (rig) => {
      const block = await make(rig);
      rig.events.length = 0;
      assert.deepEqual(await rig.node.submitBlock(block), { kind: 'rejected', raw: 'rejected' });
      const [event] = rig.events;
      assert.ok(event?.kind === 'rejected');
      assert.equal(event.rule, rule);
      assert.equal(rig.devnet.height, 0);
      assert.equal(rig.devnet.acceptedBlocks, 0);
    });
  });
}

test('a block with a transaction that is already on its branch is rejected', async () => {
  await withDevnet({}, async (rig) => {
    const first = await rig.template();
    await rig.node.submitBlock(minedBlock(first));
    const again = await rebuilt(rig, ({ coinbase, others }) => ({
      coinbase,
      others: [...others, ...first.transactions.slice(0, 1)],
    }));
    rig.events.length = 0;
    assert.equal((await rig.node.submitBlock(minedBlock(again))).kind, 'rejected');
    const [event] = rig.events;
    assert.ok(event?.kind === 'rejected' && event.rule === 'transaction-already-mined');
  });
});

test('an empty block is accepted like a full one', async () => {
  await withDevnet({}, async (rig) => {
    const fees = 125_000_000n;
    const empty = await rebuilt(rig, ({ coinbase }) => ({
      coinbase: withOutputs(coinbase, (value) => (value === FUNDING_STREAM ? value : fees)),
      others: [],
    }));
    assert.equal((await rig.node.submitBlock(minedBlock(empty))).kind, 'accepted');
    assert.equal(rig.devnet.balance().immature, fees);
    assert.equal(SUBSIDY, 156_250_000n);
    assert.equal(displayHash(empty.prevHash), await rig.node.getBlockHash(0));
  });
});

test('a hash found by rolling the time within the bounds of the template is accepted', async () => {
  await withDevnet({}, async ({ node, template, clock }) => {
    const work = await template();
    assert.equal(work.time, clock.seconds);
    assert.equal((await node.submitBlock(minedBlock(work, { time: work.minTime }))).kind, 'accepted');
    const next = await template();
    assert.equal((await node.submitBlock(minedBlock(next, { time: clock.seconds + 5 }))).kind, 'accepted');
  });
});

test('the node survives every damaged block', async () => {
  await withDevnet({}, async ({ devnet, node, template }) => {
    const block = minedBlock(await template());
    await fc.assert(
      fc.asyncProperty(
        fc.nat(block.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, cut) => {
          const damaged = cut
            ? block.slice(0, at)
            : block.map((byte, index) => (index === at ? byte ^ flip : byte));
          assert.equal((await node.submitBlock(damaged)).kind, 'rejected');
        },
      ),
      { numRuns: 150 },
    );
    assert.equal(devnet.height, 0);
    await assert.rejects(node.call('submitblock', ['xyz']), { rpcCode: -32602 });
  });
});
