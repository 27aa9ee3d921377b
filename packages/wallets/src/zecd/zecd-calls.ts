import { AditError } from '@adit/primitives';
import { Fields, type JsonRpcClient, RpcError } from '@adit/rpc';
import { zatoshiFrom } from './amounts.ts';

/** Time for reads that answer while a proof runs: they take less than 50 ms. */
const READ_MS = 15_000;
/**
 * Time for `waitforsync`, which hangs while a proof runs. It is only called when no operation is under way; one may begin in that
 * moment.
 */
const SYNC_MS = 5_000;
const MOST_TEXT = 1_000;
const HASH_BYTES = 32;
const MOST_HEIGHT = 0xffff_ffff;
/** zecd keeps finished operations until it ends; 16 are under way at most. */
const MOST_OPERATIONS = 10_000;
/** -5 to `gettransaction`: the wallet does not have it. */
const UNKNOWN = -5;
/** Addresses in one request. */
const BATCH = 100;
const IS_UNDER_WAY: ReadonlySet<string> = new Set(['queued', 'executing']);

/** What a wallet knows of the chain at one moment. */
export interface ZecdMoment {
  readonly height: number;
  /** Empty while it has not read any block. */
  readonly hash: string;
  /** No operation waits or runs. */
  readonly isIdle: boolean;
  /** It answered that it has nothing left to fetch. */
  readonly isComplete: boolean;
}

/** Parts of `getbalances`, in zatoshi. */
export interface ZecdBalances {
  readonly trusted: bigint;
  readonly untrustedPending: bigint;
  readonly immature: bigint;
  readonly coinbase: bigint;
  readonly height: number;
  readonly hash: string;
}

/** The reading calls of zecd that answer while a proof runs, and `waitforsync` in between. They throw what the client throws. */
export class ZecdCalls {
  readonly #client: JsonRpcClient;

  constructor(client: JsonRpcClient) {
    this.#client = client;
  }

  /** A read of any kind. Numbers with decimals come as they were written. */
  async read(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#client.call(method, params, { timeoutMs: READ_MS, exactDecimals: true });
  }

  /** One long answer, whose amounts are integers. */
  async list(fromHeight: number): Promise<unknown> {
    // A huge count, and no end: with an end, transactions that are not mined would be left out.
    return this.#client.call('z_listtransactions', [1_000_000, 0, false, fromHeight], {
      timeoutMs: 4 * READ_MS,
    });
  }

  /** Operations that the wallet remembers. @param ids default: all */
  async operations(ids?: readonly string[]): Promise<readonly Fields[]> {
    const answer = await this.read('z_getoperationstatus', ids === undefined ? [] : [ids]);
    return new Fields({ operations: answer }, 'z_getoperationstatus').objects('operations', MOST_OPERATIONS);
  }

  async balances(): Promise<ZecdBalances> {
    const answer = await this.read('getbalances', []);
    const block = new Fields(answer, 'getbalances').optionalObject('lastprocessedblock');
    const { mine } = answer as { readonly mine?: unknown };
    const parts = (mine ?? {}) as Readonly<Record<string, unknown>>;
    const part = (name: string): bigint => zatoshiFrom(parts[name], `getbalances.mine.${name}`);
    return {
      trusted: part('trusted'),
      untrustedPending: part('untrusted_pending'),
      immature: part('immature'),
      coinbase: part('coinbase'),
      height: block?.integer('height', 0, MOST_HEIGHT) ?? 0,
      hash: block?.string('hash', 2 * HASH_BYTES) ?? '',
    };
  }

  /** Asks where the wallet stands. While a proof runs it only says what the wallet saw last. */
  async moment(): Promise<ZecdMoment> {
    const operations = await this.operations();
    const isIdle = operations.every((operation) => !IS_UNDER_WAY.has(operation.string('status', MOST_TEXT)));
    const { height, hash } = await this.balances();
    const synced = isIdle ? await this.#sync() : undefined;
    const isComplete = synced?.isComplete === true && synced.height === height && synced.hash === hash;
    return { height, hash, isIdle, isComplete };
  }

  /** Whether addresses belong to the wallet, in the same order. An address that it cannot read does not. */
  async areMine(addresses: readonly string[]): Promise<readonly boolean[]> {
    const answers: boolean[] = [];
    for (let at = 0; at < addresses.length; at += BATCH) {
      const calls = addresses
        .slice(at, at + BATCH)
        .map((address) => ({ method: 'getaddressinfo', params: [address] }));
      for (const answer of await this.#client.batch(calls, { timeoutMs: READ_MS })) {
        if (answer instanceof RpcError && answer.rpcCode !== UNKNOWN) throw answer;
        answers.push(
          !(answer instanceof RpcError) && (answer as { readonly ismine?: unknown } | null)?.ismine === true,
        );
      }
    }
    return answers;
  }

  /** `gettransaction`; undefined if the wallet does not know it. */
  async transaction(txid: string): Promise<unknown> {
    try {
      return await this.read('gettransaction', [txid]);
    } catch (error) {
      if (error instanceof RpcError && error.rpcCode === UNKNOWN) return undefined;
      throw error;
    }
  }

  async #sync(): Promise<
    { readonly height: number; readonly hash: string; readonly isComplete: boolean } | undefined
  > {
    try {
      const answer = await this.#client.call('waitforsync', [0], { timeoutMs: SYNC_MS, retry: false });
      const fields = new Fields(answer, 'waitforsync');
      return {
        height: fields.integer('height', 0, MOST_HEIGHT),
        hash: fields.string('hash', 2 * HASH_BYTES),
        isComplete:
          (answer as { readonly synced?: unknown }).synced === true &&
          fields.optionalInteger('pending_enhancements', 0, MOST_HEIGHT) === 0,
      };
    } catch (error) {
      // A proof has begun in this moment.
      if (error instanceof AditError && error.code === 'ADIT_RPC_TIMEOUT') return undefined;
      throw error;
    }
  }
}
