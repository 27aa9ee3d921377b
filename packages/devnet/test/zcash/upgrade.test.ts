import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, concatBytes, decodeHex } from '@adit/primitives';
import { proposalBlock } from '../../../chain/src/zcash/block.ts';
import { takeCoinbaseApart } from '../../../chain/src/zcash/coinbase.ts';
import { coinbaseTextOf } from '../../../chain/src/zcash/coinbase-script.ts';
import { withCoinbaseText } from '../../../chain/src/zcash/coinbase-text.ts';
import { confirmBlock } from '../../../chain/src/zcash/confirmation.ts';
import { displayHash } from '../../../chain/src/zcash/node.ts';
import type { ZcashWork } from '../../../chain/src/zcash/work.ts';
import { BRANCH_ID, NU7_BRANCH_ID } from '../../src/zcash/rules.ts';
import { readTransaction, type TransparentTransaction } from '../../src/zcash/transaction.ts';
import { minedBlock, type Rig, withDevnet } from './mining.ts';

const START = 3_543_400;
const NU7 = 3_543_403;

const coinbaseOf = (work: ZcashWork): TransparentTransaction =>
  readTransaction(new ByteReader(work.coinbase));
const varied = (work: ZcashWork, byte = 7): ZcashWork =>
  withCoinbaseText(work, coinbaseTextOf('a pool', new Uint8Array(8).fill(byte)));

/** Mines the next block, and moves the clock by the time that it should take. */
async function mine(rig: Rig, change: (work: ZcashWork) => ZcashWork = (work) => work): Promise<ZcashWork> {
  const work = change(await rig.template());
  assert.deepEqual(await rig.node.submitBlock(minedBlock(work)), { kind: 'accepted', raw: null });
  assert.equal(rig.devnet.height, work.height);
  return work;
}

for (const coinbaseVersion of [4, 5, 6] as const) {
  test(`varied blocks are taken before and after NU7, from version ${coinbaseVersion} to version 6`, async () => {
    await withDevnet({ coinbaseVersion, startHeight: START, nu7Height: NU7 }, async (rig) => {
      const seen: [number, number, number][] = [];
      for (let height = START + 1; height <= NU7 + 2; height += 1) {
        const work = varied(await rig.template());
        assert.deepEqual(await rig.node.propose(proposalBlock(work)), { valid: true });
        await mine(rig, (next) => varied(next, height & 255));
        const { version, branchId, expiryHeight } = coinbaseOf(work);
        assert.equal(expiryHeight, height);
        seen.push([height, version, branchId]);
      }
      const before = coinbaseVersion === 4 ? 0 : BRANCH_ID;
      assert.deepEqual(seen, [
        [START + 1, coinbaseVersion, before],
        [START + 2, coinbaseVersion, before],
        [NU7, 6, NU7_BRANCH_ID],
        [NU7 + 1, 6, NU7_BRANCH_ID],
        [NU7 + 2, 6, NU7_BRANCH_ID],
      ]);
      assert.equal(rig.devnet.acceptedBlocks, 5);
    });
  });

  test(`a text without the roots that follow from it is refused, version ${coinbaseVersion}`, async () => {
    await withDevnet({ coinbaseVersion }, async (rig) => {
      const work = await rig.template();
      const rule = coinbaseVersion === 4 ? 'bad-merkle-root' : 'bad-block-commitments';
      const forged = { ...work, coinbase: varied(work).coinbase };
      assert.deepEqual(await rig.node.propose(proposalBlock(forged)), { valid: false, reason: rule });
      assert.equal((await rig.node.submitBlock(minedBlock(forged))).kind, 'rejected');
      const last = rig.events.at(-1);
      assert.ok(last?.kind === 'rejected' && last.rule === rule);
      // The roots of one text do not fit another text either.
      const crossed = { ...varied(work, 1), coinbase: varied(work, 2).coinbase };
      assert.deepEqual(await rig.node.propose(proposalBlock(crossed)), { valid: false, reason: rule });
    });
  });
}

test('a block before the activation is followed across it', async () => {
  await withDevnet({ startHeight: START, nu7Height: NU7 }, async (rig) => {
    const work = await rig.template();
    await rig.node.submitBlock(minedBlock(work));
    const hash = await rig.node.getBestBlockHash();
    for (let i = 0; i < 4; i += 1) await mine(rig, varied);
    assert.deepEqual(await confirmBlock([rig.node], hash, work.height), {
      state: 'best_chain',
      confirmations: 5,
      answered: 1,
      decided: true,
      tip: START + 5,
    });
    // Back before the activation, and across it again.
    rig.devnet.reorg(4);
    assert.equal((await confirmBlock([rig.node], hash, work.height)).state, 'best_chain');
    assert.equal(coinbaseOf(await mine(rig)).branchId, NU7_BRANCH_ID);
  });
});

test('NU7 pays a third, and the miner still gets 80 %', async () => {
  await withDevnet({ startHeight: NU7 - 2, nu7Height: NU7, mempoolTransactions: 0 }, async (rig) => {
    const total = (work: ZcashWork): bigint[] => coinbaseOf(work).outputs.map(({ value }) => value);
    assert.deepEqual(total(await mine(rig)), [125_000_000n, 12_500_000n]);
    assert.deepEqual(total(await mine(rig)), [41_666_667n, 4_166_666n]);
    const subsidy = async (height?: number): Promise<unknown> =>
      ((await rig.node.call('getblocksubsidy', height === undefined ? [] : [height])) as { miner: number })
        .miner;
    assert.equal(await subsidy(NU7 - 1), 1.25);
    assert.equal(await subsidy(), 0.41666667);
  });
});

test('transactions of the old branch do not cross the activation, and new ones live 120 blocks instead of 40', async () => {
  await withDevnet({ startHeight: NU7 - 2, nu7Height: NU7 }, async (rig) => {
    const expiries = (work: ZcashWork): number[] =>
      work.transactions.map((raw) => readTransaction(new ByteReader(raw)).expiryHeight - work.height);
    const before = await rig.template();
    assert.deepEqual(expiries(before), [40, 40, 40]);
    // A block of another miner leaves them in the mempool, because it is empty here.
    rig.devnet.mineBlock();
    const after = await rig.template();
    assert.equal(after.height, NU7);
    assert.deepEqual(expiries(after), [120, 120, 120]);
    const branches = after.transactions.map((raw) => readTransaction(new ByteReader(raw)).branchId);
    assert.deepEqual(branches, [NU7_BRANCH_ID, NU7_BRANCH_ID, NU7_BRANCH_ID]);
  });
});

test('version 4 ends with NU7, and so does the old branch', async () => {
  const coinbases = async (coinbaseVersion: 4 | 5): Promise<ZcashWork> => {
    let work: ZcashWork | undefined;
    await withDevnet(
      { coinbaseVersion, startHeight: NU7 - 1, nu7Height: NU7 + 1, mempoolTransactions: 0 },
      async (rig) => {
        work = await rig.template();
      },
    );
    assert.ok(work !== undefined);
    return work;
  };
  for (const [version, rule] of [
    [4, 'bad-transaction-version'],
    [5, 'coinbase-branch'],
  ] as const) {
    const old = await coinbases(version);
    await withDevnet({ startHeight: NU7 - 1, nu7Height: NU7, mempoolTransactions: 0 }, async (rig) => {
      const verdict = await rig.node.propose(proposalBlock(await withCoinbase(rig, old.coinbase)));
      assert.deepEqual(verdict, { valid: false, reason: rule });
    });
  }
});

/** The next block with another coinbase, and with roots that agree with it. */
async function withCoinbase(rig: Rig, coinbase: Uint8Array): Promise<ZcashWork> {
  const { authDigest, transactionId } = await import('../../src/zcash/transaction-digests.ts');
  const { blockCommitments } = await import('../../../chain/src/zcash/merkle.ts');
  const template = (await rig.node.getBlockTemplate()) as { defaultroots: { chainhistoryroot: string } };
  const history = decodeHex(template.defaultroots.chainhistoryroot, 32).reverse();
  const transaction = readTransaction(new ByteReader(coinbase));
  const merkleRoot = transactionId(transaction);
  const reserved = blockCommitments(history, authDigest(transaction));
  return { ...(await rig.template()), coinbase, merkleRoot, reserved };
}

test('three blocks of NU7 take the time of one before, and the difficulty follows at once', async () => {
  const initialTarget = 1n << 250n;
  await withDevnet(
    { blockSeconds: 75, startHeight: START, nu7Height: NU7, initialTarget, mempoolTransactions: 0 },
    async (rig) => {
      const targets: bigint[] = [];
      for (let height = START + 1; height <= NU7 + 3; height += 1) {
        // The first block of a devnet is dated one interval before the start.
        if (height > START + 1) rig.clock.seconds += height < NU7 ? 75 : 25;
        targets.push((await mine(rig)).target);
      }
      const [old = 1n, , first = 0n, second = 0n, third = 0n, fourth = 0n] = targets;
      for (const target of [first, second, third, fourth]) {
        const ratio = Number((target * 1000n) / old) / 1000;
        assert.ok(ratio > 2.9 && ratio < 3.1, `${ratio}`);
      }
    },
  );
});

test('getblockchaininfo tells the heights of the upgrades and the branch of the next block', async () => {
  await withDevnet({ startHeight: NU7 - 2, nu7Height: NU7 }, async (rig) => {
    const info = async () =>
      (await rig.node.call('getblockchaininfo', [])) as {
        upgrades: Record<string, { name: string; activationheight: number; status: string }>;
        consensus: { chaintip: string; nextblock: string };
      };
    const before = await info();
    assert.deepEqual(before.upgrades['77190ad9'], { name: 'NU7', activationheight: NU7, status: 'pending' });
    assert.deepEqual(before.consensus, { chaintip: '37a5165b', nextblock: '37a5165b' });
    await mine(rig);
    assert.deepEqual((await info()).consensus, { chaintip: '37a5165b', nextblock: '77190ad9' });
    await mine(rig);
    const after = await info();
    assert.equal(after.upgrades['77190ad9']?.status, 'active');
    assert.deepEqual(after.consensus, { chaintip: '77190ad9', nextblock: '77190ad9' });
  });
});

test('an invalid height of NU7 is refused', async () => {
  for (const nu7Height of [0, -1, 1.5, Number.NaN]) {
    await assert.rejects(
      withDevnet({ nu7Height }, async () => {}),
      { code: 'ADIT_BAD_OPTION' },
    );
  }
});

test('a devnet that is started again with its state goes on after the activation', async () => {
  await withDevnet({ startHeight: START, nu7Height: NU7 }, async (rig) => {
    for (let i = 0; i < 3; i += 1) await mine(rig, varied);
    const state = rig.devnet.exportState();
    await withDevnet({ startHeight: START, nu7Height: NU7, state }, async (second) => {
      second.clock.seconds += 10;
      const work = await mine(second, varied);
      assert.equal(work.height, NU7 + 1);
      assert.equal(coinbaseOf(work).branchId, NU7_BRANCH_ID);
    });
  });
});

test('a devnet with a fixed script takes its own coinbase and no other', async () => {
  await withDevnet({ coinbaseScript: 'fixed' }, async (rig) => {
    const work = await rig.template();
    const verdict = await rig.node.propose(proposalBlock(varied(work)));
    assert.deepEqual(verdict, { valid: false, reason: 'coinbase-text' });
    assert.equal((await rig.node.submitBlock(minedBlock(varied(work)))).kind, 'rejected');
    await mine(rig);
  });
});

test('if a devnet describes no digests, only version 4 can be varied', async () => {
  for (const coinbaseVersion of [4, 5, 6] as const) {
    await withDevnet({ coinbaseScript: 'undescribed', coinbaseVersion }, async (rig) => {
      const work = await rig.template();
      assert.equal(work.variation !== undefined, coinbaseVersion === 4);
      await mine(rig, coinbaseVersion === 4 ? varied : undefined);
    });
  }
});

test('a script longer than 100 bytes, or one that begins with another height, is refused', async () => {
  await withDevnet({}, async (rig) => {
    const work = await rig.template();
    const parts = takeCoinbaseApart(work.coinbase);
    assert.ok(parts !== undefined && work.variation !== undefined);
    for (const [script, valid] of [
      [concatBytes(parts.script, new Uint8Array(100 - parts.script.length)), true],
      [concatBytes(parts.script, new Uint8Array(101 - parts.script.length)), false],
      [Uint8Array.of(0x52, ...parts.script.subarray(1)), false],
    ] as const) {
      const { coinbase, merkleRoot, reserved } = work.variation.withScript(script);
      const verdict = await rig.node.propose(proposalBlock({ ...work, coinbase, merkleRoot, reserved }));
      assert.deepEqual(verdict, valid ? { valid } : { valid, reason: 'coinbase-height' });
    }
    assert.equal(displayHash(work.prevHash), await rig.node.getBestBlockHash());
  });
});
