import { badField, readAddress, readAmount, readList, readNumber, readRecord } from './wire.ts';

/** Amounts in the smallest unit, 10^-18 TRUE. */
export interface RewardItem {
  readonly address: string;
  readonly amount: bigint;
}

/** What a snail block pays by the rules: one item for the block, one for each fruit in it. */
export interface SnailReward {
  readonly block: RewardItem;
  readonly fruits: readonly RewardItem[];
}

/** What was really credited for a snail block: fruits are summed by address. */
export interface ChainReward {
  readonly number: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly block: RewardItem;
  readonly fruits: readonly RewardItem[];
}

/** More items than a block can hold (one for each fruit). */
const MAX_ITEMS = 2_000;

/**
 * Reads the answer of etrue_getSnailRewardContent, which is null until the reward is paid.
 * @throws AditError `ADIT_BAD_FIELD`
 */
export function readSnailReward(answer: unknown): SnailReward | undefined {
  if (answer === null) return undefined;
  const content = readRecord(answer, 'reward');
  return {
    block: readPair(content['blockminer'], 'reward.blockminer'),
    fruits: readList(content['fruitminer'] ?? [], MAX_ITEMS, 'reward.fruitminer').map((item, index) =>
      readPair(item, `reward.fruitminer[${index}]`),
    ),
  };
}

/**
 * Reads the answer of etrue_getChainRewardContent, which is null until the reward is paid.
 * @throws AditError `ADIT_BAD_FIELD`
 */
export function readChainReward(answer: unknown): ChainReward | undefined {
  if (answer === null) return undefined;
  const content = readRecord(answer, 'reward');
  return {
    number: readCount(content['Number'], 'reward.Number'),
    time: readCount(content['time'], 'reward.time'),
    block: readNamed(content['blockminer'], 'reward.blockminer'),
    fruits: readList(content['fruitminer'] ?? [], MAX_ITEMS, 'reward.fruitminer').map((item, index) =>
      readNamed(item, `reward.fruitminer[${index}]`),
    ),
  };
}

/** `{ "0xaddress": amount }` with exactly one entry. */
function readPair(value: unknown, field: string): RewardItem {
  const entries = Object.entries(readRecord(value, field));
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) throw badField(field, 'an object of one address');
  return { address: readAddress(entry[0], field), amount: readAmount(entry[1], field) };
}

/** `{ Address, Amount, Staking }`. */
function readNamed(value: unknown, field: string): RewardItem {
  const item = readRecord(value, field);
  return {
    address: readAddress(item['Address'], `${field}.Address`),
    amount: readAmount(item['Amount'], `${field}.Amount`),
  };
}

function readCount(value: unknown, field: string): number {
  if (typeof value === 'string') return readNumber(value, field);
  const count = readAmount(value, field);
  if (count > BigInt(Number.MAX_SAFE_INTEGER)) throw badField(field, 'less than 2^53');
  return Number(count);
}
