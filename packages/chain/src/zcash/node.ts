import { AditError, encodeHex, reverseBytes } from '@adit/primitives';
import {
  Fields,
  type JsonRpcCallOptions,
  JsonRpcClient,
  type JsonRpcModules,
  type JsonRpcOptions,
  RpcError,
  SMALL_ANSWER,
} from '@adit/rpc';
import type { ZcashChainParams } from './chains.ts';
import { readSubmitAnswer, readSubmitError, type SubmitAnswer } from './submit-answer.ts';
import { TemplateReader } from './template-reader.ts';
import { workFromTemplate, type ZcashWork } from './work.ts';

/** The answer of a node to a block whose proof it must not check. */
export type ProposalVerdict = { valid: true } | { valid: false; reason: string };

/** Options of a request for a template. */
export interface TemplateRequest {
  /** The node answers only when the template with this id is out of date. */
  longPollId?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Bitcoin's codes for a node that cannot answer yet: not connected, still loading blocks, warming up. */
export const NOT_READY_CODES: ReadonlySet<number> = new Set([-9, -10, -28]);
/** "No such block": Zebra and zcashd use -8 and -5, and -1 for a hash that is not on the chain. */
const UNKNOWN_BLOCK_CODES: ReadonlySet<number> = new Set([-1, -5, -8]);
/**
 * Bitcoin's codes for errors of the block itself: it cannot be decoded, it breaks a rule, or the node has it already.
 * Every other code (0 `service not ready`, -1, -7, -20, JSON-RPC's own) is about the node or the call.
 */
const JUDGING_CODES: ReadonlySet<number> = new Set([-22, -25, -26, -27]);
/** A node checks a full block within seconds. Even a slow answer is better than none. */
const SUBMIT_TIMEOUT_MS = 30_000;
/** Zebra took 17 s for its first template for a shielded address: it makes the proving key and a proof. */
const TEMPLATE_TIMEOUT_MS = 45_000;
/** Transactions of 2,000,000 bytes are 4 MB of hex, and each has some 300 bytes of other fields. */
const TEMPLATE_BYTES = 16 * 1024 * 1024;
const MAX_HEIGHT = 0x7fff_ffff;

/** The mining and chain calls of Zebra, Zakura and zcashd. Hash strings are in display order. */
export class ZcashNode {
  readonly name: string;
  readonly #rpc: JsonRpcClient;
  readonly #templateMs: number;
  readonly #reader = new TemplateReader();

  /** `timeoutMs` also limits templates. Their default is 45 s. */
  constructor(options: JsonRpcOptions & { name?: string }, modules: JsonRpcModules = {}) {
    this.#rpc = new JsonRpcClient(options, modules);
    this.#templateMs = options.timeoutMs ?? TEMPLATE_TIMEOUT_MS;
    this.name = options.name ?? this.#rpc.name;
  }

  /** How far the node's clock is ahead of ours, in milliseconds; undefined if it has told no time yet. */
  get clockOffsetMs(): number | undefined {
    return this.#rpc.clockOffsetMs;
  }

  /** The raw answer, for `workFromTemplate`. @throws as JsonRpcClient.call; RpcError -10 while the node syncs */
  async getBlockTemplate(request: TemplateRequest = {}): Promise<unknown> {
    return this.#rpc.call('getblocktemplate', paramsOf(request), this.#templateOptions(request));
  }

  /**
   * The template as work. A thread reads a long one: 4 MB would block the main thread for 40 ms.
   * @throws as `getBlockTemplate` and `workFromTemplate`
   */
  async getWork(chain: ZcashChainParams, request: TemplateRequest = {}): Promise<ZcashWork> {
    let work: ZcashWork | undefined;
    const answer = await this.#rpc.call('getblocktemplate', paramsOf(request), {
      ...this.#templateOptions(request),
      readLarge: async (body) => {
        const read = await this.#reader.read(body, chain);
        work = read.work;
        return read.envelope;
      },
    });
    return work ?? workFromTemplate(answer, chain);
  }

  #templateOptions({ signal, timeoutMs = this.#templateMs }: TemplateRequest): JsonRpcCallOptions {
    return { ...(signal === undefined ? {} : { signal }), timeoutMs, maxAnswerBytes: TEMPLATE_BYTES };
  }

  /**
   * Asks whether the node would take a block, apart from its proof of work.
   * @param block serialised
   */
  async propose(block: Uint8Array): Promise<ProposalVerdict> {
    const answer = await this.#rpc.call('getblocktemplate', [{ mode: 'proposal', data: hexOf(block) }], {
      timeoutMs: SUBMIT_TIMEOUT_MS,
      ...SMALL_ANSWER,
    });
    if (answer === null) return { valid: true };
    if (typeof answer === 'string') return { valid: false, reason: answer.slice(0, 500) };
    throw this.#bad('getblocktemplate', 'null or a reason in proposal mode');
  }

  /**
   * Submits a block once. A refusal of the block is an answer. Everything that leaves its fate open is thrown: silence
   * (Zebra does not answer while it lacks the parent), and every error that is not about the block.
   * @throws as JsonRpcClient.call, RpcError included
   */
  async submitBlock(block: Uint8Array): Promise<SubmitAnswer> {
    let answer: unknown;
    try {
      answer = await this.#rpc.call('submitblock', [hexOf(block)], {
        timeoutMs: SUBMIT_TIMEOUT_MS,
        retry: false,
        ...SMALL_ANSWER,
      });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (!JUDGING_CODES.has(error.rpcCode)) throw error;
      return readSubmitError(error.rpcMessage);
    }
    if (answer === null) return { kind: 'accepted', raw: null };
    if (typeof answer !== 'string') throw this.#bad('submitblock', 'null or a string');
    return readSubmitAnswer(answer.slice(0, 500));
  }

  /** @returns undefined when the node does not know the block; confirmations are -1 on a side chain */
  async getBlockHeader(hash: string): Promise<{ confirmations: number; height: number } | undefined> {
    const answer = await this.#orUnknown(() => this.#rpc.call('getblockheader', [hash, true], SMALL_ANSWER));
    if (answer === undefined) return undefined;
    const fields = new Fields(answer, 'getblockheader');
    const confirmations = fields.integer('confirmations', -1, MAX_HEIGHT);
    // zcashd leaves out the height of a side-chain block in some versions.
    const height = fields.optionalInteger('height', -1, MAX_HEIGHT) ?? -1;
    return { confirmations, height };
  }

  /** Hash of the best chain's block at a height, undefined above its tip. */
  async getBlockHash(height: number): Promise<string | undefined> {
    const answer = await this.#orUnknown(() => this.#rpc.call('getblockhash', [height], SMALL_ANSWER));
    return answer === undefined ? undefined : this.#hash('getblockhash', answer);
  }

  /** Height of the tip. */
  async getBlockCount(options: JsonRpcCallOptions = {}): Promise<number> {
    const answer = await this.#rpc.call('getblockcount', [], { ...SMALL_ANSWER, ...options });
    if (typeof answer !== 'number' || !Number.isInteger(answer) || answer < 0 || answer > MAX_HEIGHT) {
      throw this.#bad('getblockcount', 'a height');
    }
    return answer;
  }

  async getBestBlockHash(options: JsonRpcCallOptions = {}): Promise<string> {
    return this.#hash(
      'getbestblockhash',
      await this.#rpc.call('getbestblockhash', [], { ...SMALL_ANSWER, ...options }),
    );
  }

  /** Calls any other method, for wallets and tools on the same node. */
  call(method: string, params: readonly unknown[], options: Parameters<JsonRpcClient['call']>[2] = {}) {
    return this.#rpc.call(method, params, options);
  }

  close(): void {
    this.#rpc.close();
    this.#reader.close();
  }

  async #orUnknown(ask: () => Promise<unknown>): Promise<unknown> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RpcError && UNKNOWN_BLOCK_CODES.has(error.rpcCode)) return undefined;
      throw error;
    }
  }

  #hash(method: string, value: unknown): string {
    if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
    throw this.#bad(method, '64 lower-case hex digits');
  }

  #bad(method: string, expected: string): AditError {
    return new AditError('ADIT_RPC_BAD_ANSWER', `${this.name}: the answer to ${method} must be ${expected}`);
  }
}

function paramsOf({ longPollId }: TemplateRequest): readonly unknown[] {
  return longPollId === undefined ? [] : [{ longpollid: longPollId }];
}

/** Hex of up to 2,000,000 bytes: Buffer writes it in native code. */
function hexOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

/** A hash of header order, written as RPC and explorers show it. */
export function displayHash(hash: Uint8Array): string {
  return encodeHex(reverseBytes(hash));
}
