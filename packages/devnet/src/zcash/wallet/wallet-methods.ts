import { messageOf } from '@adit/primitives';
import { receiverFromKey } from '@adit/wallets';
import { RpcFault, type RpcHandler } from '../../rpc-server.ts';
import { totalOf } from '../transaction.ts';
import type { DevnetZcashChain } from '../zcash-chain.ts';
import { readAddress, readMemo, readRecipients, readSimpleRecipients } from './recipients.ts';
import { parseTrouble } from './trouble.ts';
import type { WalletTransaction } from './wallet-database.ts';
import { walletFault } from './wallet-fault.ts';
import { balancesOf } from './wallet-funds.ts';
import { coins, entryJson, sidesOf, transactionJson } from './wallet-listing.ts';
import type { WalletOperation, ZecdDouble } from './zecd-double.ts';

type Method = (params: readonly unknown[], signal: AbortSignal) => unknown;

const UNKNOWN_METHOD = -32601;

/** The calls of zecd that its driver makes, and those that must not be made. */
export class WalletMethods {
  readonly #wallet: ZecdDouble;
  readonly #chain: DevnetZcashChain;
  readonly #methods: ReadonlyMap<string, Method>;

  constructor(modules: { readonly wallet: ZecdDouble; readonly chain: DevnetZcashChain }) {
    const { wallet, chain } = modules;
    this.#wallet = wallet;
    this.#chain = chain;
    this.#methods = new Map<string, Method>([
      ['z_sendmany', (params) => this.#sendMany(params)],
      ['sendmany', ([, amounts]) => wallet.payNow(readSimpleRecipients(amounts))],
      ['z_shieldcoinbase', (params, signal) => this.#shield(params, signal)],
      ['z_getoperationstatus', ([ids]) => this.#operations(ids).map(operationJson)],
      ['z_getoperationresult', ([ids]) => this.#takeResults(ids)],
      ['getbalances', () => this.#balances()],
      ['getblockcount', () => wallet.database.height],
      [
        'getnetworkinfo',
        () => ({ connections: wallet.trouble.nodeDown ? 0 : 1, subversion: '/zecd-double/' }),
      ],
      ['gettransaction', ([txid]) => this.#transaction(txid)],
      ['z_listtransactions', (params) => this.#list(params)],
      ['listsinceblock', () => ({ transactions: this.#entries(() => true), removed: [] })],
      ['waitforsync', (_params, signal) => this.#waitForSync(signal)],
      ['getaddressinfo', ([address]) => this.#addressInfo(address)],
      ['devnet_trouble', ([orders]) => ordered(() => wallet.order(parseTrouble(orders)))],
      ['devnet_deliver', () => ordered(() => wallet.deliver())],
      ['devnet_restart', () => ordered(() => wallet.restart())],
      ['devnet_rebuild', () => ordered(() => wallet.rebuild())],
      ['devnet_sync', () => ordered(() => wallet.sync())],
    ]);
  }

  readonly handle: RpcHandler = (method, params, signal) => {
    const run = this.#methods.get(method);
    if (run === undefined) throw new RpcFault(UNKNOWN_METHOD, 'Method not found');
    return run(params, signal);
  };

  #sendMany([from, entries, , fee, policy]: readonly unknown[]): string {
    const { keys } = this.#wallet;
    if (from !== keys.unified) throw walletFault('address', 'Invalid from address: no key for it');
    if (fee !== undefined && fee !== null) throw walletFault('parameter', 'fee must be null');
    return this.#wallet.pay('z_sendmany', readRecipients(entries, policy));
  }

  async #shield([from, to, fee, limit, memo]: readonly unknown[], signal: AbortSignal): Promise<unknown> {
    await this.#wallet.idle(signal);
    const { keys } = this.#wallet;
    if (from !== '*' && from !== keys.transparent) throw walletFault('address', 'Invalid from address');
    if (fee !== undefined && fee !== null) throw walletFault('parameter', 'fee must be null');
    const most = limit ?? 50;
    if (typeof most !== 'number' || !Number.isInteger(most) || most < 0)
      throw walletFault('parameter', 'Limit on maximum number of utxos cannot be negative');
    const { kind, raw } = receiverFromKey(this.#shieldedTarget(to));
    if (kind !== 'orchard') throw walletFault('parameter', 'the double shields to Orchard receivers only');
    const { opid, taken, left } = this.#wallet.shield(raw, most, readMemo(memo));
    const value = (outputs: typeof taken) => coins(totalOf(outputs));
    return {
      opid,
      shieldingUTXOs: taken.length,
      shieldingValue: value(taken),
      remainingUTXOs: left.length,
      remainingValue: value(left),
    };
  }

  /** Any shielded address will do, an own one or not. */
  #shieldedTarget(address: unknown): string {
    try {
      const { kind, receiver } = readAddress(address);
      if (kind === 'orchard' || kind === 'sapling') return receiver;
    } catch (error) {
      throw walletFault('parameter', messageOf(error));
    }
    throw walletFault('parameter', 'Invalid parameter, toaddress must be shielded');
  }

  #operations(ids: unknown): WalletOperation[] {
    const { operations } = this.#wallet;
    if (!Array.isArray(ids)) return [...operations.values()];
    return ids.flatMap((id: unknown) => operations.get(String(id)) ?? []);
  }

  #takeResults(ids: unknown): unknown[] {
    const ended = this.#operations(ids).filter(({ status }) => status === 'success' || status === 'failed');
    for (const { id } of ended) this.#wallet.operations.delete(id);
    return ended.map(operationJson);
  }

  #balances(): unknown {
    const { database, depths } = this.#wallet;
    const { trusted, untrustedPending, immature, coinbase } = balancesOf(database, depths);
    return {
      mine: {
        trusted: coins(trusted),
        untrusted_pending: coins(untrustedPending),
        immature: coins(immature),
        coinbase: coins(coinbase),
      },
      lastprocessedblock: { hash: database.tip?.id ?? '', height: database.height },
    };
  }

  #transaction(txid: unknown): unknown {
    const { database } = this.#wallet;
    const transaction = database.get(String(txid));
    if (transaction === undefined) throw walletFault('address', 'Invalid or non-wallet transaction id');
    return transactionJson(transaction, database, this.#isInMempool(transaction));
  }

  /** Entries that are not mined come in every call without an end, whatever the start is, and in none with one. */
  #list([count, from, , start, end]: readonly unknown[]): unknown[] {
    const [first, last] = [Number(start ?? 0), end === undefined || end === null ? undefined : Number(end)];
    if (last !== undefined && first >= last) throw walletFault('parameter', 'start must be below end');
    const entries = this.#entries(({ mined }) => {
      if (mined === undefined) return last === undefined;
      const { height } = mined.block;
      return height >= first && (last === undefined || height < last);
    });
    const skipped = entries.length - Number(from ?? 0);
    return entries.slice(Math.max(0, skipped - Number(count ?? 10)), Math.max(0, skipped));
  }

  #entries(isWanted: (transaction: WalletTransaction) => boolean): unknown[] {
    const { database } = this.#wallet;
    const place = ({ mined }: WalletTransaction): number => mined?.block.height ?? Number.POSITIVE_INFINITY;
    const all = [...database.transactions].filter(isWanted);
    // The order of what is not mined says nothing about when it was made.
    all.sort((a, b) => (place(a) === place(b) ? (a.txid < b.txid ? -1 : 1) : place(a) - place(b)));
    return all.flatMap((transaction) =>
      sidesOf(transaction, database, this.#isInMempool(transaction)).map((side) =>
        entryJson(side, transaction, database),
      ),
    );
  }

  #isInMempool({ txid }: WalletTransaction): boolean {
    return this.#chain.mempool.waiting(txid) !== undefined;
  }

  /** `synced` is no freshness: it is true on a dead branch, with a dead node, and before new blocks are seen. */
  async #waitForSync(signal: AbortSignal): Promise<unknown> {
    await this.#wallet.idle(signal);
    const { database } = this.#wallet;
    return {
      height: database.height,
      hash: database.tip?.id ?? '',
      chain_tip: database.height,
      enhanced_through: database.height,
      pending_enhancements: 0,
      imported: 0,
      synced: true,
    };
  }

  #addressInfo(address: unknown): unknown {
    const { keys } = this.#wallet;
    const { receiver } = readAddress(address);
    const own = [keys.unified, keys.sapling, keys.transparent].map((one) => readAddress(one).receiver);
    return { address, ismine: own.includes(receiver) };
  }
}

function operationJson({ id, status, method, createdAt, txid, fault }: WalletOperation): unknown {
  return {
    id,
    status,
    creation_time: createdAt,
    method,
    params: {},
    ...(status === 'success' ? { execution_secs: 0, result: { txid } } : {}),
    ...(fault === undefined ? {} : { error: { code: fault.rpcCode, message: fault.message } }),
  };
}

function ordered(act: () => void): true {
  try {
    act();
    return true;
  } catch (error) {
    throw walletFault('parameter', messageOf(error));
  }
}
