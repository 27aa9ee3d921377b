import {
  AnswerReader,
  JsonRpcClient,
  type JsonRpcModules,
  type JsonRpcOptions,
  NodeError,
  RpcError,
  SMALL_ANSWER,
} from '@adit/rpc';
import { SEED_BYTES, SEED_COUNT } from './epoch.ts';
import { type ChainReward, readChainReward, readSnailReward, type SnailReward } from './reward.ts';
import { readSnailBlock, type SnailBlock } from './snail-block.ts';
import {
  badField,
  readAddress,
  readData,
  readList,
  readNumber,
  readRecord,
  writeData,
  writeNonce,
  writeQuantity,
} from './wire.ts';
import { type WorkAnswer, workFromAnswer } from './work.ts';

/** getrue's code for every error except a malformed call. */
const SERVER_ERROR = -32000;
/** Hashes in one batch: 20 requests get the seeds of a dataset, each far below the node's limits. */
const HASH_BATCH = 512;
/** 163,840 bytes of seeds are 330 kB of hex; a batch of hashes has 60 kB. */
const SEEDS = { maxAnswerBytes: 1024 * 1024, maxAnswerValues: 16_384 };
/** A snail block with the hashes of its fruits (at most 600), the fast block that pays for it, or the rewards. */
const LISTS = { maxAnswerBytes: 1024 * 1024, maxAnswerValues: 16_384 };
/** A snail block with all fields of its fruits: about 1 kB and 20 values each. A thread parses it. */
const FULL_FRUITS = { maxAnswerBytes: 16 * 1024 * 1024, maxAnswerValues: 262_144 };
const EVERY_ADDRESS = `0x${'0'.repeat(40)}`;

/** The mining and chain calls of getrue. */
export class TrueChainNode {
  readonly name: string;
  readonly #rpc: JsonRpcClient;
  readonly #reader = new AnswerReader<undefined, SnailBlock>({
    thread: new URL(import.meta.resolve('#snail-thread')),
    what: 'snail block',
  });

  constructor(options: JsonRpcOptions & { name?: string }, modules: JsonRpcModules = {}) {
    // Rewards are bare integers beyond 2^53.
    this.#rpc = new JsonRpcClient({ ...options, losslessIntegers: true }, modules);
    this.name = options.name ?? this.#rpc.name;
  }

  /** How far the node's clock is ahead of ours, in milliseconds; undefined if it has told no time yet. */
  get clockOffsetMs(): number | undefined {
    return this.#rpc.clockOffsetMs;
  }

  /**
   * Asks for the present work. "not_ready" while the node has none: it answers -32000 for some time after its start,
   * and whenever it has neither a fast block to cover nor enough fruits.
   * @throws as JsonRpcClient.call; AditError `ADIT_BAD_FIELD`; RpcError also if the node has no coinbase, which only
   *   its operator can set
   */
  async getWork(signal?: AbortSignal): Promise<WorkAnswer | 'not_ready'> {
    let answer: unknown;
    try {
      // No retry here: the work source has its own back-off and may turn to other nodes.
      answer = await this.#rpc.call('etrue_getWork', [], {
        ...withSignal(signal),
        ...SMALL_ANSWER,
        retry: false,
      });
    } catch (error) {
      const waiting =
        error instanceof RpcError &&
        error.rpcCode === SERVER_ERROR &&
        !/coinbase|etherbase/i.test(error.rpcMessage);
      if (waiting) return 'not_ready';
      throw error;
    }
    return workFromAnswer(answer);
  }

  /**
   * Hands in a solution, without a retry: after a broken attempt, the node may refuse the second one because the first
   * one arrived. True only means "submitted": the node may still drop it.
   * @param headerHash 32 bytes
   * @param mixDigest 32 bytes
   */
  async submitWork(nonce: bigint, headerHash: Uint8Array, mixDigest: Uint8Array): Promise<boolean> {
    const params = [writeNonce(nonce), writeData(headerHash), writeData(mixDigest)];
    const answer = await this.#rpc.call('etrue_submitWork', params, { ...SMALL_ANSWER, retry: false });
    if (typeof answer !== 'boolean') throw badField('submitWork', 'true or false');
    return answer;
  }

  /** The seeds of the node's present epoch, 163,840 bytes; `undefined` in epoch 0, or if the node refuses. */
  async getDataset(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    let answer: unknown;
    try {
      answer = await this.#rpc.call('etrue_getDataset', [], { ...withSignal(signal), ...SEEDS });
    } catch (error) {
      if (error instanceof RpcError) return undefined;
      throw error;
    }
    const list = readList(answer, SEED_COUNT, 'getDataset');
    if (list.length !== SEED_COUNT) throw badField('getDataset', `a list of ${SEED_COUNT} seeds`);
    const seeds = new Uint8Array(SEED_COUNT * SEED_BYTES);
    for (const [index, item] of list.entries()) {
      seeds.set(readData(item, SEED_BYTES, `getDataset[${index}]`), index * SEED_BYTES);
    }
    return seeds;
  }

  /**
   * Hashes of `count` consecutive snail blocks, 32 bytes each.
   * @throws AditError `ADIT_NO_SUCH_BLOCK` if the node does not have all of them (yet)
   */
  async snailHashes(from: number, count: number, signal?: AbortSignal): Promise<Uint8Array[]> {
    const hashes: Uint8Array[] = [];
    while (hashes.length < count) {
      const first = from + hashes.length;
      const length = Math.min(HASH_BATCH, count - hashes.length);
      const calls = Array.from({ length }, (_, index) => ({
        method: 'etrue_getSnailHashByNumber',
        params: [writeQuantity(first + index)],
      }));
      const answers = await this.#rpc.batch(calls, { ...withSignal(signal), ...SEEDS });
      for (const [index, answer] of answers.entries()) {
        if (answer instanceof RpcError) throw answer;
        if (answer === '' || answer === null) {
          throw new NodeError('ADIT_NO_SUCH_BLOCK', this.name, `has no snail block ${first + index}`);
        }
        hashes.push(readData(answer, 32, `hash of snail block ${first + index}`));
      }
    }
    return hashes;
  }

  /** Number of the newest snail block. */
  async snailNumber(signal?: AbortSignal): Promise<number> {
    const answer = await this.#rpc.call('etrue_snailBlockNumber', [], {
      ...withSignal(signal),
      ...SMALL_ANSWER,
      retry: false,
    });
    return typeof answer === 'number' ? answer : readNumber(answer, 'snailBlockNumber');
  }

  /** Number of the snail block that the node is making. */
  async pendingSnailNumber(): Promise<number> {
    const answer = await this.#rpc.call('etrue_getSnailBlockByNumber', ['pending', false], LISTS);
    return readNumber(readRecord(answer, 'pending block')['number'], 'pending block.number');
  }

  /** @returns `undefined` if the node does not have the block yet */
  async snailBlock(number: number, fullFruits: boolean): Promise<SnailBlock | undefined> {
    let block: SnailBlock | undefined;
    const answer = await this.#rpc.call('etrue_getSnailBlockByNumber', [writeQuantity(number), fullFruits], {
      ...FULL_FRUITS,
      readLarge: async (body) => {
        const { envelope, content } = await this.#reader.read(body, undefined);
        block = content;
        return envelope;
      },
    });
    return block ?? (answer === null ? undefined : readSnailBlock(answer));
  }

  /** The fast block that pays for a snail block; `undefined` until it exists. */
  async rewardBlock(snailNumber: number): Promise<{ fastNumber: number; hash: Uint8Array } | undefined> {
    const answer = await this.#rpc.call('etrue_getRewardBlock', [writeQuantity(snailNumber)], LISTS);
    if (answer === null) return undefined;
    const block = readRecord(answer, 'rewardBlock');
    return {
      fastNumber: readNumber(block['number'], 'rewardBlock.number'),
      hash: readData(block['hash'], 32, 'rewardBlock.hash'),
    };
  }

  /** What a snail block pays by the rules; `undefined` until it has paid. */
  async snailRewardContent(snailNumber: number): Promise<SnailReward | undefined> {
    const params = [writeQuantity(snailNumber)];
    return readSnailReward(await this.#rpc.call('etrue_getSnailRewardContent', params, LISTS));
  }

  /** What was really credited, to one address or to all; `undefined` until then. */
  async chainRewardContent(
    snailNumber: number,
    address: string = EVERY_ADDRESS,
  ): Promise<ChainReward | undefined> {
    const params = [writeQuantity(snailNumber), address];
    return readChainReward(await this.#rpc.call('etrue_getChainRewardContent', params, LISTS));
  }

  /** The address that the node mines for: 0x and 40 lower-case digits. */
  async coinbase(signal?: AbortSignal): Promise<string> {
    const options = { ...withSignal(signal), ...SMALL_ANSWER, retry: false };
    return readAddress(await this.#rpc.call('etrue_coinbase', [], options), 'coinbase');
  }

  /** Number of the newest fast block. @throws as JsonRpcClient.call */
  async fastNumber(signal?: AbortSignal): Promise<number> {
    const options = { ...withSignal(signal), ...SMALL_ANSWER, retry: false };
    return readNumber(await this.#rpc.call('etrue_blockNumber', [], options), 'blockNumber');
  }

  /**
   * Number of fruits that wait for a snail block.
   * @throws as JsonRpcClient.call; RpcError if the node does not offer this call
   */
  async waitingFruits(signal?: AbortSignal): Promise<number> {
    const options = { ...withSignal(signal), ...SMALL_ANSWER, retry: false };
    const status = readRecord(await this.#rpc.call('fruitpool_status', [], options), 'fruitpool_status');
    return readCount(status['pending'], 'pending') + readCount(status['unVerified'], 'unVerified');
  }

  /** Closes the idle connections. */
  close(): void {
    this.#rpc.close();
    this.#reader.close();
  }
}

/** Reads a quantity, or the bare number that some versions write. */
function readCount(value: unknown, field: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : readNumber(value, `fruitpool_status.${field}`);
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
