import { writeData, writeNonce, writeQuantity } from '@adit/chain';
import { bigintFromBytes, encodeHex, tryDecodeHex } from '@adit/primitives';
import { RpcFault } from '../rpc-server.ts';
import type { DevnetFruit } from './fruit-pool.ts';
import type { PaidReward } from './reward-rules.ts';
import type { DevnetBlock, SnailChain } from './snail-chain.ts';

const INVALID_PARAMS = -32602;

/** "0x" and exactly `length` bytes; refusals have the real node's words. */
export function fixedHex(
  params: readonly unknown[],
  index: number,
  length: number,
  type: 'BlockNonce' | 'Hash' | 'Address',
): Uint8Array {
  const value = params[index];
  const refuse = (why: string): RpcFault =>
    new RpcFault(INVALID_PARAMS, `invalid argument ${index}: ${why} for ${type}`);
  if (value === undefined) throw new RpcFault(INVALID_PARAMS, `missing value for required argument ${index}`);
  if (typeof value !== 'string') throw refuse('non-string');
  if (!value.startsWith('0x')) throw refuse('hex string without 0x prefix');
  const digits = value.slice(2);
  if (digits.length !== 2 * length)
    throw refuse(`hex string has length ${digits.length}, want ${2 * length}`);
  const bytes = tryDecodeHex(digits, length);
  if (bytes === undefined) throw refuse('invalid hex string');
  return bytes;
}

export function fixedNonce(params: readonly unknown[], index: number): bigint {
  return bigintFromBytes(fixedHex(params, index, 8, 'BlockNonce'));
}

/** A block number, or one of the words that the node accepts for one. */
export function blockNumber(
  params: readonly unknown[],
  index: number,
  words: { readonly latest: number; readonly pending: number },
): number {
  const value = params[index];
  if (value === 'latest') return words.latest;
  if (value === 'pending') return words.pending;
  if (value === 'earliest') return 0;
  return hexNumber(params, index);
}

export function hexNumber(params: readonly unknown[], index: number): number {
  const value = params[index];
  if (typeof value === 'string' && /^0x(0|[1-9a-f][0-9a-f]{0,12})$/i.test(value)) return Number(value);
  throw new RpcFault(INVALID_PARAMS, `invalid argument ${index}: a number must be 0x and hex digits`);
}

export function smallInteger(params: readonly unknown[], index: number): number {
  const value = params[index];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000) return value;
  throw new RpcFault(INVALID_PARAMS, `invalid argument ${index}: an integer from 0 to 1000000 is wanted`);
}

/** etrue_getSnailBlockByNumber's object. */
export function blockObject(block: DevnetBlock, fullFruits: boolean): Record<string, unknown> {
  const { header, hash, fruits } = block;
  return {
    number: writeQuantity(header.number),
    hash: writeData(hash),
    parentHash: writeData(header.parentHash),
    fruitsHash: writeData(header.fruitsHash),
    nonce: writeNonce(header.nonce),
    mixHash: writeData(header.mixDigest),
    miner: writeData(header.coinbase),
    difficulty: writeQuantity(header.difficulty),
    extraData: writeData(header.extra),
    size: writeQuantity(600 + 600 * fruits.length),
    timestamp: writeQuantity(header.time),
    fruits: fruits.map((fruit) => (fullFruits ? fruitObject(fruit) : writeData(fruit.hash))),
    beginFruitNumber: writeQuantity(fruits[0]?.header.fastNumber ?? 0),
    endFruitNumber: writeQuantity(fruits.at(-1)?.header.fastNumber ?? 0),
  };
}

/** The number of a fruit is that of the fast block that it covers. */
export function fruitObject(fruit: DevnetFruit): Record<string, unknown> {
  const { header, hash } = fruit;
  return {
    number: writeQuantity(header.fastNumber),
    hash: writeData(hash),
    nonce: writeNonce(header.nonce),
    mixHash: writeData(header.mixDigest),
    miner: writeData(header.coinbase),
    difficulty: writeQuantity(header.fruitDifficulty),
    fastHash: writeData(header.fastHash),
    pointerHash: writeData(header.pointerHash),
    pointerNumber: writeQuantity(header.pointerNumber),
    timestamp: writeQuantity(header.time),
  };
}

const COMMITTEE = `0x${'c0'.repeat(20)}`;
const DEVELOPER = `0x${'de'.repeat(20)}`;

/** etrue_getSnailRewardContent: amounts are bare integers, one item for each fruit. */
export function snailRewardObject(block: DevnetBlock, reward: PaidReward): Record<string, unknown> {
  const { amounts } = reward;
  return {
    blockminer: { [writeData(block.header.coinbase)]: amounts.block },
    fruitminer: block.fruits.map((fruit) => ({ [writeData(fruit.header.coinbase)]: amounts.fruit })),
    committeeReward: [{ [COMMITTEE]: amounts.committee }],
    developerReward: { [DEVELOPER]: amounts.developer },
  };
}

/** etrue_getChainRewardContent: fruits summed by address. @param only an address, or undefined for all */
export function chainRewardObject(
  block: DevnetBlock,
  reward: PaidReward,
  only: Uint8Array | undefined,
): Record<string, unknown> {
  const sums = fruitSums(block, reward);
  const wanted = only === undefined ? undefined : writeData(only);
  return {
    Number: block.header.number,
    time: reward.time,
    blockminer: item(writeData(block.header.coinbase), reward.amounts.block),
    fruitminer: [...sums]
      .filter(([address]) => wanted === undefined || address === wanted)
      .map(([address, amount]) => item(address, amount)),
    committeeReward: [item(COMMITTEE, reward.amounts.committee)],
    developerReward: item(DEVELOPER, reward.amounts.developer),
  };
}

/** What rewards have paid to an account up to a fast block. @param account 0x and 40 small digits */
export function rewardsTo(
  chain: Pick<SnailChain, 'rewards' | 'blockAt'>,
  account: string,
  fastNumber: number,
): bigint {
  const address = tryDecodeHex(account.slice(2), 20) ?? new Uint8Array();
  let sum = 0n;
  for (const reward of chain.rewards) {
    const block = reward.fastNumber <= fastNumber ? chain.blockAt(reward.snailNumber) : undefined;
    if (block !== undefined) sum += paidTo(address, block, reward);
  }
  return sum;
}

/** What one snail block paid to an address, block and fruits together. */
function paidTo(address: Uint8Array, block: DevnetBlock, reward: PaidReward): bigint {
  const forBlock = encodeHex(address) === encodeHex(block.header.coinbase) ? reward.amounts.block : 0n;
  return forBlock + (fruitSums(block, reward).get(writeData(address)) ?? 0n);
}

function fruitSums(block: DevnetBlock, reward: PaidReward): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const fruit of block.fruits) {
    const address = writeData(fruit.header.coinbase);
    sums.set(address, (sums.get(address) ?? 0n) + reward.amounts.fruit);
  }
  return sums;
}

function item(address: string, amount: bigint): Record<string, unknown> {
  return { Address: address, Amount: amount, Staking: 0 };
}
