import { SEED_BYTES, SEED_COUNT, writeData, writeQuantity } from '@adit/chain';
import { messageOf, targetToHex } from '@adit/primitives';
import { RpcFault } from '../rpc-server.ts';
import type { DevnetNode } from './devnet-node.ts';
import { type FastView, PAYMENT_METHODS, PAYMENT_ORDERS } from './payment-methods.ts';
import { newsOf, take } from './peer.ts';
import type { PaidReward } from './reward-rules.ts';
import {
  blockNumber,
  blockObject,
  chainRewardObject,
  fixedHex,
  fixedNonce,
  fruitObject,
  hexNumber,
  smallInteger,
  snailRewardObject,
} from './rpc-values.ts';

type Method = (node: DevnetNode, params: readonly unknown[], view: FastView) => unknown;

const SERVER_ERROR = -32000;
const METHOD_NOT_FOUND = -32601;

/** Names without their namespace, because etrue_ and eth_ are aliases. */
const CHAIN_METHODS: Readonly<Record<string, Method>> = {
  getWork: async (node) => {
    const work = await node.getWork();
    if (work === undefined) {
      throw new RpcFault(SERVER_ERROR, "mining not ready: No work available yet, Don't panic.");
    }
    return [
      writeData(work.headerHash),
      work.seedHash === undefined ? '' : writeData(work.seedHash),
      `0x${targetToHex(work.fruitTarget, 16)}`,
      `0x${targetToHex(work.blockTarget, 16)}`,
    ];
  },
  submitWork: (node, params) =>
    node.submitWork(fixedNonce(params, 0), fixedHex(params, 1, 32, 'Hash'), fixedHex(params, 2, 32, 'Hash')),
  submitHashrate: () => true,
  hashrate: () => '0x0',
  mining: () => true,
  syncing: () => false,
  coinbase: (node) => writeData(node.coinbase),
  getDataset: (node) => {
    const ready = node.presentDataset();
    if (ready === undefined) throw new RpcFault(SERVER_ERROR, 'the dataset is not built yet');
    if (ready.epoch === 0) {
      throw new RpcFault(SERVER_ERROR, 'GetDateset error is the epoch is zore not need dataset');
    }
    return Array.from({ length: SEED_COUNT }, (_, index) =>
      writeData(ready.seeds.subarray(index * SEED_BYTES, (index + 1) * SEED_BYTES)),
    );
  },
  snailBlockNumber: (node) => writeQuantity(node.chain.head),
  fruitNumber: (node) => {
    const top = node.chain.blockAt(node.chain.head);
    return writeQuantity(top?.fruits.at(-1)?.header.fastNumber ?? 0);
  },
  getSnailHashByNumber: (node, params) => {
    const { head } = node.chain;
    const hash = node.chain.hashOf(blockNumber(params, 0, { latest: head, pending: head + 1 }));
    return hash === undefined ? '' : writeData(hash);
  },
  getSnailBlockByNumber: (node, params) => {
    const { head } = node.chain;
    const number = blockNumber(params, 0, { latest: head, pending: head + 1 });
    const block =
      number === head + 1 && params[0] === 'pending' ? node.pendingBlock() : node.chain.blockAt(number);
    return block === undefined ? null : blockObject(block, params[1] === true);
  },
  getSnailBlockByHash: (node, params) => {
    const block = node.chain.blockWithHash(fixedHex(params, 0, 32, 'Hash'));
    return block === undefined ? null : blockObject(block, params[1] === true);
  },
  getBlockFruitCountByNumber: (node, params) => {
    const block = node.chain.blockAt(hexNumber(params, 0));
    return block === undefined ? null : writeQuantity(block.fruits.length);
  },
  getFruitByNumber: (node, params) => {
    const found = node.chain.fruitFor(hexNumber(params, 0));
    if (found === undefined) return null;
    return { ...fruitObject(found.fruit), snailNumber: writeQuantity(found.block.header.number) };
  },
  getRewardBlock: (node, params) => {
    const reward = node.chain.rewardOf(hexNumber(params, 0));
    return reward === undefined ? null : fastBlockObject(node, reward);
  },
  getSnailRewardContent: (node, params) => {
    const reward = node.chain.rewardOf(hexNumber(params, 0));
    const block = reward === undefined ? undefined : node.chain.blockAt(reward.snailNumber);
    return reward === undefined || block === undefined ? null : snailRewardObject(block, reward);
  },
  getChainRewardContent: (node, params) => {
    const address = fixedHex(params, 1, 20, 'Address');
    const reward = node.chain.rewardOf(hexNumber(params, 0));
    const block = reward === undefined ? undefined : node.chain.blockAt(reward.snailNumber);
    if (reward === undefined || block === undefined) return null;
    return chainRewardObject(block, reward, address.every((byte) => byte === 0) ? undefined : address);
  },
};

const OTHER_METHODS: Readonly<Record<string, Method>> = {
  fruitpool_status: (node) => ({
    pending: writeQuantity(node.chain.waitingFruits),
    unVerified: '0x0',
  }),
  miner_setEtherbase: (node, params) => {
    node.setEtherbase(fixedHex(params, 0, 20, 'Address'));
    return true;
  },
  devnet_holdFastChain: (node, params) => {
    node.chain.fast.hold(params[0] !== false);
    return true;
  },
  devnet_loseFruits: (node, params) => {
    node.loseFruits(params[0] !== false);
    return true;
  },
  devnet_origin: (node) => node.origin,
  devnet_news: (node, params) => newsOf(node, smallInteger(params, 0)),
  devnet_take: (node, params) => {
    try {
      return take(node, params[0]);
    } catch (error) {
      throw new RpcFault(-32602, messageOf(error));
    }
  },
  devnet_mineBlock: (node) => node.mineBlock(),
  devnet_reorg: (node, params) => {
    try {
      return node.reorg(smallInteger(params, 0), { keepFruits: params[1] !== false });
    } catch (error) {
      throw error instanceof RpcFault ? error : new RpcFault(-32602, messageOf(error));
    }
  },
  devnet_acceptedBlocks: (node) => node.acceptedBlocks,
  devnet_acceptedFruits: (node) => node.acceptedFruits,
  devnet_staleWork: (node, params) => {
    node.staleWork(smallInteger(params, 0));
    return true;
  },
};

/** Answers one call as getrue does. */
export function answerCall(
  node: DevnetNode,
  method: string,
  params: readonly unknown[],
  view: FastView,
): unknown {
  const name = /^(?:etrue|eth)_(.+)$/.exec(method)?.[1];
  const [tables, key] =
    name === undefined ? [[OTHER_METHODS, PAYMENT_ORDERS], method] : [[CHAIN_METHODS, PAYMENT_METHODS], name];
  const run = tables.find((table) => Object.hasOwn(table, key))?.[key];
  if (run === undefined) {
    throw new RpcFault(
      METHOD_NOT_FOUND,
      `the method ${method.slice(0, 100)} does not exist/is not available`,
    );
  }
  return run(node, params, view);
}

/** The fast block that names a snail block, and pays for it by that. */
function fastBlockObject(node: DevnetNode, reward: PaidReward): Record<string, unknown> {
  return {
    number: writeQuantity(reward.fastNumber),
    hash: writeData(node.chain.fast.hashOf(reward.fastNumber)),
    timestamp: writeQuantity(reward.time),
    snailNumber: writeQuantity(reward.snailNumber),
    snailHash: writeData(node.chain.hashOf(reward.snailNumber) ?? new Uint8Array(32)),
  };
}
