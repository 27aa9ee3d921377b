import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevnetRpcServer } from '@adit/devnet';
import { rewardAmounts } from '../../../devnet/src/truechain/reward-rules.ts';
import { TrueChainNode } from '../../src/index.ts';
import { readChainReward, readSnailReward } from '../../src/truechain/reward.ts';

const miner = `0x${'5a'.repeat(20)}`;
const other = `0x${'6b'.repeat(20)}`;

test('amounts beyond 2^53 keep their last digit', async () => {
  const server = new DevnetRpcServer({}, (method) =>
    method === 'etrue_getSnailRewardContent'
      ? {
          blockminer: { [miner]: 61_629_629_629_629_000_001n },
          fruitminer: [{ [miner]: 513_580_246_913_567_003n }, { [other]: 7 }],
        }
      : {
          Number: 5,
          time: 1_700_000_000,
          blockminer: { Address: miner, Amount: 61_629_629_629_629_000_001n, Staking: 0 },
          fruitminer: [{ Address: other, Amount: 513_580_246_913_567_003n, Staking: 0 }],
        },
  );
  await server.start();
  const node = new TrueChainNode({ url: server.url });
  try {
    assert.deepEqual(await node.snailRewardContent(5), {
      block: { address: miner, amount: 61_629_629_629_629_000_001n },
      fruits: [
        { address: miner, amount: 513_580_246_913_567_003n },
        { address: other, amount: 7n },
      ],
    });
    assert.deepEqual(await node.chainRewardContent(5), {
      number: 5,
      time: 1_700_000_000,
      block: { address: miner, amount: 61_629_629_629_629_000_001n },
      fruits: [{ address: other, amount: 513_580_246_913_567_003n }],
    });
  } finally {
    node.close();
    await server.close();
  }
});

test('a rounded, negative or misplaced amount is refused by name', () => {
  const chain = { Number: 1, time: 1, fruitminer: [] };
  const bad = { code: 'ADIT_BAD_FIELD' };
  assert.throws(() => readSnailReward({ blockminer: { [miner]: 1.5 } }), { ...bad, message: /blockminer/ });
  assert.throws(() => readSnailReward({ blockminer: { [miner]: 2 ** 60 } }), bad);
  assert.throws(() => readSnailReward({ blockminer: { [miner]: -1 } }), bad);
  assert.throws(() => readSnailReward({ blockminer: { [miner]: 1, [other]: 1 } }), bad);
  assert.throws(() => readSnailReward({ blockminer: { '0x12': 1 } }), bad);
  assert.throws(() => readSnailReward({ blockminer: { [miner]: 1 }, fruitminer: [7] }), {
    ...bad,
    message: /fruitminer\[0\]/,
  });
  assert.throws(() => readChainReward({ ...chain, blockminer: { Address: miner, Amount: '1' } }), {
    ...bad,
    message: /blockminer\.Amount/,
  });
  assert.throws(() => readChainReward('x'), bad);
  assert.equal(readSnailReward(null), undefined);
  assert.equal(readChainReward(null), undefined);
});

test('the rules pay what the chain paid', () => {
  // Recorded on a real node: the reward of the block, and the part that its fruits share.
  assert.equal(rewardAmounts(1, 60).block, 61_629_629_629_629_000_000n);
  assert.equal(rewardAmounts(1, 1).fruit, 30_814_814_814_814_000_000n);
  assert.equal(rewardAmounts(1, 2).fruit, 15_407_407_407_407_000_000n);
  assert.equal(rewardAmounts(1, 0).fruit, 0n);
  assert.equal(rewardAmounts(53_550, 1).block, 3_200_000_000_000_000_000n);
  assert.equal(rewardAmounts(53_550, 1).fruit, 1_600_000_000_000_000_000n);
  assert.equal(rewardAmounts(103_550, 1).block, 2_560_000_000_000_000_000n);
  assert.ok(rewardAmounts(53_549, 1).block < rewardAmounts(49_499, 1).block);
});
