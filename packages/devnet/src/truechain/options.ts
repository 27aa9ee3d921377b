import type { TrueHashDataset } from '@adit/pow';
import { AditError, encodeHex } from '@adit/primitives';
import type { PeerEvent } from '../follow/follow-loop.ts';
import type { PaymentsState } from './payments.ts';
import type { SnailChainState } from './snail-chain.ts';

/** Options of a TrueChain devnet: its start and its behaviour. All are optional. */
export interface TrueChainDevnetOptions {
  host?: string;
  /** 0 or absent: any free port. */
  port?: number;
  user?: string;
  password?: string;
  /** Address that is paid: 0x and 40 hex digits. */
  coinbase?: string;
  /** The last block of the synthetic past. Default 11996: the fifth mined block is the first of epoch 1. */
  startNumber?: number;
  /** Changes all hashes of the past, and so all datasets. At most 32 bytes. */
  salt?: string;
  /** Seconds between fast blocks. Default 2. */
  fastBlockSeconds?: number;
  /** Fast blocks that wait for fruits at the start. Default 5. */
  fastBacklog?: number;
  /** Fruits that a snail block needs. Default 5. */
  minimumFruits?: number;
  /** Greatest number of fruits in a snail block. Default 60. */
  maximumFruits?: number;
  /** Wanted time between snail blocks. Default 20. */
  snailBlockSeconds?: number;
  /** Hashes a second of all miners. Default 60,000: one thread. */
  expectedHashrate?: number;
  /** A fixed difficulty, at least 2. Default: it follows from the hashrate. */
  difficulty?: bigint;
  fruitDifficulty?: bigint;
  /** Snail blocks until a reward is paid. Default 14. */
  rewardDelay?: number;
  /** The block number at which the dataset is frozen. Default: never. */
  tip9?: number;
  /** The real node's trap: what meets the fruit difficulty counts as a fruit, even if the work asked for none. */
  fruitFirst?: boolean;
  /** Answers of getWork with an empty seedhash, at the start and after each change of epoch. Default 0. */
  emptySeedhashAnswers?: number;
  /**
   * Processes submissions one after the other, as the real node's single worker does: each takes this long, and getWork
   * waits in the same queue. Default 0.
   */
  submitMs?: number;
  /**
   * URL of another devnet on loopback, whose chain this one continues: blocks and fruits that either of them accepts
   * appear on both. Start and rules are then those of the other one.
   */
  follow?: string;
  /** For signatures of payments. Default 400, as `--singlenode` of the real node. */
  chainId?: number;
  /** What accounts have at the start: wei as decimal text, by 0x and 40 hex digits. */
  accounts?: Readonly<Record<string, string>>;
  /** Contracts that take no money: payments to them fail. */
  refusing?: readonly string[];
  /** State from exportState(), from which the chain continues; `startNumber` and `salt` must be the same. */
  state?: TrueChainDevnetState;
  now?: () => number;
  /** Default: on this thread, which is blocked for that time. */
  buildDataset?: (seeds: Uint8Array) => Promise<TrueHashDataset>;
  onEvent?: (event: TrueChainDevnetEvent) => void;
}

/** Everything except the headers that were handed out, which a real node forgets too. */
export interface TrueChainDevnetState extends SnailChainState {
  readonly startNumber: number;
  readonly salt: string;
  readonly acceptedBlocks: number;
  readonly acceptedFruits: number;
  readonly payments?: PaymentsState;
}

/** Where the chain of another devnet began, and its rules. Plain JSON: difficulties are decimal text. */
export type TrueOrigin = Omit<TrueChainDevnetOptions, 'difficulty' | 'fruitDifficulty'> & {
  readonly genesisMs: number;
  readonly startNumber: number;
  readonly salt: string;
  readonly difficulty?: string;
  readonly fruitDifficulty?: string;
};

/** What happens in a devnet. */
export type TrueChainDevnetEvent =
  | { readonly kind: 'block'; readonly number: number; readonly fruits: number; readonly elsewhere: boolean }
  | { readonly kind: 'fruit'; readonly fastNumber: number }
  | { readonly kind: 'orphaned'; readonly number: number }
  | { readonly kind: 'lost'; readonly number: number; readonly fate: 'sibling' | 'swallowed' | 'ignored' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'dataset'; readonly epoch: number }
  | PeerEvent;

/** A year of the real chain. Each block takes 30 microseconds at the start. */
const MAX_START_NUMBER = 60_000;

/** The options with their defaults. @throws AditError `ADIT_BAD_OPTION` naming the option */
export function readOptions(options: TrueChainDevnetOptions) {
  const salt = options.salt ?? 'adit devnet';
  if (new TextEncoder().encode(salt).length > 32) throw bad('salt', 'at most 32 bytes long');
  const minimumFruits = within('minimumFruits', options.minimumFruits ?? 5, 1, 600);
  return {
    coinbase: readCoinbase(options.coinbase ?? `0x${'ad17'.repeat(10)}`),
    salt,
    startNumber: within('startNumber', options.startNumber ?? 11_996, 0, MAX_START_NUMBER),
    minimumFruits,
    maximumFruits: within(
      'maximumFruits',
      options.maximumFruits ?? Math.max(60, minimumFruits),
      minimumFruits,
      600,
    ),
    rewardDelay: within('rewardDelay', options.rewardDelay ?? 14, 1, 1_000),
    tip9: options.tip9 === undefined ? undefined : within('tip9', options.tip9, 1, Number.MAX_SAFE_INTEGER),
    emptySeedhashAnswers: within('emptySeedhashAnswers', options.emptySeedhashAnswers ?? 0, 0, 1_000_000),
    fastBacklog: within('fastBacklog', options.fastBacklog ?? 5, 1, 1_000),
    fastBlockSeconds: positive('fastBlockSeconds', options.fastBlockSeconds ?? 2),
    snailBlockSeconds: positive('snailBlockSeconds', options.snailBlockSeconds ?? 20),
    expectedHashrate: positive('expectedHashrate', options.expectedHashrate ?? 60_000),
    difficulty: difficulty('difficulty', options.difficulty),
    fruitDifficulty: difficulty('fruitDifficulty', options.fruitDifficulty),
    fruitFirst: options.fruitFirst ?? false,
    chainId: BigInt(within('chainId', options.chainId ?? 400, 1, Number.MAX_SAFE_INTEGER)),
    accounts: accountsIn(options.accounts ?? {}),
    refusing: new Set((options.refusing ?? []).map(accountName)),
    submitMs: within('submitMs', options.submitMs ?? 0, 0, 600_000),
  };
}

/** An address as 20 bytes. @throws AditError `ADIT_BAD_OPTION` */
export function readCoinbase(address: string): Uint8Array {
  if (!/^0x[0-9a-f]{40}$/i.test(address)) throw bad('coinbase', '0x and 40 hex digits');
  return Uint8Array.from(Buffer.from(address.slice(2), 'hex'));
}

/** Accounts of one start are few. */
const MOST_ACCOUNTS = 1_000;

function accountsIn(accounts: Readonly<Record<string, string>>): ReadonlyMap<string, bigint> {
  const entries = Object.entries(accounts);
  const isGood = entries.every(([, wei]) => /^\d{1,60}$/.test(wei));
  if (!isGood || entries.length > MOST_ACCOUNTS) throw bad('accounts', 'wei in digits, by account');
  return new Map(entries.map(([account, wei]) => [accountName(account), BigInt(wei)]));
}

function accountName(address: string): string {
  return `0x${encodeHex(readCoinbase(address))}`;
}

export type ReadOptions = ReturnType<typeof readOptions>;

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw bad(name, `an integer from ${least} to ${most}`);
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw bad(name, 'a number above zero');
}

function difficulty(name: string, value: bigint | undefined): bigint | undefined {
  // A target of difficulty 1 has 129 bits, which the wire cannot carry.
  if (value === undefined || (value >= 2n && value < 1n << 128n)) return value;
  throw bad(name, 'an integer from 2 to 2^128 - 1');
}

function bad(name: string, expected: string): AditError {
  return new AditError('ADIT_BAD_OPTION', `${name} must be ${expected}`);
}
