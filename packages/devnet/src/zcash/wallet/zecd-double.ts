import { randomUUID } from 'node:crypto';
import { displayHash } from '@adit/chain';
import { sleepFor } from '@adit/rpc';
import { RpcFault } from '../../rpc-server.ts';
import type { BlockTransaction } from '../block.ts';
import type { TransparentOutput } from '../transaction.ts';
import type { DevnetZcashChain } from '../zcash-chain.ts';
import { type BuildContext, buildPayment, buildShielding } from './transaction-builder.ts';
import { NO_TROUBLE, type WalletTrouble } from './trouble.ts';
import { type OwnOutput, WalletDatabase, type WalletTransaction } from './wallet-database.ts';
import { walletFault } from './wallet-fault.ts';
import { spendableNotes, spendableRewards, type WalletDepths } from './wallet-funds.ts';
import { type WalletKeys, walletKeys } from './wallet-keys.ts';

/** How a devnet's wallet behaves. */
export interface ZecdDoubleOptions {
  readonly seed: string;
  readonly ownsRewards: boolean;
  readonly depths: WalletDepths;
  readonly proofMs: number;
  readonly actionLimit: number;
}

export interface ZecdDoubleModules {
  readonly chain: DevnetZcashChain;
  /** Unix seconds. */
  readonly now: () => number;
}

/** An operation as the wallet tells of it. It lives in memory only. */
export interface WalletOperation {
  readonly id: string;
  readonly method: string;
  readonly createdAt: number;
  status: 'queued' | 'executing' | 'success' | 'failed';
  txid?: string;
  fault?: RpcFault;
}

/** zecd refuses the 17th. */
const MOST_OPERATIONS = 16;
/** A wallet that is farther behind does not send. */
const MOST_BEHIND = 100;

/**
 * A double of zecd 0.9.0-rc2, as it was recorded on Zebra 7.0.0. It stores a transaction before it sends it, has one writer that a
 * proof blocks, and all the traps of the real one.
 */
export class ZecdDouble {
  readonly keys: WalletKeys;
  readonly depths: WalletDepths;
  readonly trouble: WalletTrouble = { ...NO_TROUBLE };
  database: WalletDatabase;
  readonly operations = new Map<string, WalletOperation>();
  readonly #options: ZecdDoubleOptions;
  readonly #modules: ZecdDoubleModules;
  /** The work of the one writer. */
  #work: Promise<unknown> = Promise.resolve();
  #isProving = false;
  #isSyncing = false;
  /** Rises at each restart: what was under way belongs to a process that is gone. */
  #process = 0;
  #proofs: (() => void)[] = [];
  #kept: WalletTransaction[] = [];

  constructor(options: ZecdDoubleOptions, modules: ZecdDoubleModules) {
    this.#options = options;
    this.#modules = modules;
    this.depths = options.depths;
    this.keys = walletKeys(options.seed, options.ownsRewards);
    this.database = new WalletDatabase(this.keys);
    this.sync();
  }

  /** Follows the node. Only a tip above its own height makes the wallet look: it does not notice a branch of equal height. */
  sync(): void {
    const { holdSync, nodeDown, resends } = this.trouble;
    if (this.#isSyncing || this.#isProving || holdSync || nodeDown) return;
    this.#isSyncing = true;
    try {
      const { tree } = this.#modules.chain;
      if (this.database.tip === undefined || tree.tip.height > this.database.height)
        this.database.follow(tree.tip, tree);
      if (!resends) return;
      for (const transaction of this.database.transactions) {
        if (transaction.resends && this.database.status(transaction) === 'waiting')
          this.#modules.chain.take(transaction.item.raw);
      }
    } finally {
      this.#isSyncing = false;
    }
  }

  order(orders: Partial<WalletTrouble>): void {
    Object.assign(this.trouble, orders);
    if (!this.trouble.holdProofs) this.#releaseProofs();
    this.sync();
  }

  /** Hands what was kept back to the node. */
  deliver(): void {
    for (const { item } of this.#kept.splice(0)) this.#modules.chain.take(item.raw);
  }

  /** Ends the process and starts it anew: operations are forgotten, and what was not stored never happens. */
  restart(): void {
    this.#process += 1;
    this.operations.clear();
    this.#work = Promise.resolve();
    this.#isProving = false;
    this.#releaseProofs();
    this.sync();
  }

  /** Starts with an empty database: what never was mined is gone, and Sapling payees cannot be read back. */
  rebuild(): void {
    this.restart();
    this.database = new WalletDatabase(this.keys);
    this.#kept = [];
    this.sync();
  }

  /** Resolves when the writer has nothing to do. Calls that want it hang while a proof runs. */
  async idle(signal: AbortSignal): Promise<void> {
    const gone = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await Promise.race([this.#work, gone]);
  }

  /** Begins a payment. @returns the id of its operation @throws RpcFault -4 for too many */
  pay(method: string, outputs: readonly TransparentOutput[]): string {
    const build = () => buildPayment(outputs, spendableNotes(this.database, this.depths), this.#context());
    return this.#begin(method, build).id;
  }

  /** Pays and answers with the txid, as `sendmany` does. */
  async payNow(outputs: readonly TransparentOutput[]): Promise<string> {
    const build = () => buildPayment(outputs, spendableNotes(this.database, this.depths), this.#context());
    const operation = this.#begin('sendmany', build);
    await this.#work;
    this.operations.delete(operation.id);
    if (operation.txid !== undefined) return operation.txid;
    throw operation.fault ?? walletFault('wallet', 'the wallet was stopped');
  }

  /**
   * Begins to shield rewards to any receiver, an own one or not.
   * @param limit most rewards; 0: all
   */
  shield(
    receiver: Uint8Array,
    limit: number,
    memo: Uint8Array,
  ): { readonly opid: string; readonly taken: readonly OwnOutput[]; readonly left: readonly OwnOutput[] } {
    if (this.trouble.locked) throw walletFault('locked', 'the wallet is locked');
    this.#checkSynced();
    const rewards = spendableRewards(this.database, this.depths);
    if (rewards.length === 0) throw walletFault('funds', 'Could not find any coinbase funds to shield.');
    const taken = limit === 0 ? rewards : rewards.slice(0, limit);
    const { id } = this.#begin('z_shieldcoinbase', () =>
      buildShielding(taken, receiver, memo, this.#context()),
    );
    return { opid: id, taken, left: rewards.slice(taken.length) };
  }

  #begin(method: string, build: () => BlockTransaction): WalletOperation {
    const open = [...this.operations.values()].filter(
      ({ status }) => status !== 'success' && status !== 'failed',
    );
    if (open.length >= MOST_OPERATIONS) throw walletFault('wallet', 'too many operations are under way');
    const operation: WalletOperation = {
      id: `opid-${randomUUID()}`,
      method,
      createdAt: this.#modules.now(),
      status: 'queued',
    };
    this.operations.set(operation.id, operation);
    const process = this.#process;
    this.#work = this.#work.then(() => this.#run(operation, build, process));
    return operation;
  }

  async #run(operation: WalletOperation, build: () => BlockTransaction, process: number): Promise<void> {
    if (process !== this.#process) return;
    operation.status = 'executing';
    this.#isProving = true;
    try {
      if (this.trouble.locked) throw walletFault('locked', 'the wallet is locked');
      this.#checkSynced();
      const item = build();
      await this.#prove();
      // Killed while it proved: nothing was stored, and nothing is sent.
      if (process !== this.#process) return;
      operation.txid = this.#send(item);
      operation.status = 'success';
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error;
      operation.fault = error;
      operation.status = 'failed';
    } finally {
      if (process === this.#process) {
        this.#isProving = false;
        this.sync();
      }
    }
  }

  /** Stores a transaction, and then sends it. A success does not say that any node has it. */
  #send(item: BlockTransaction): string {
    const transaction = this.database.store(item, this.#modules.now());
    const { nextSend, nodeDown } = this.trouble;
    this.trouble.nextSend = 'none';
    const txid = displayHash(item.txid);
    if (nextSend === 'never_sent' || nextSend === 'sent_later') {
      transaction.resends = false;
      if (nextSend === 'sent_later') this.#kept.push(transaction);
      return txid;
    }
    if (nodeDown) return txid;
    const verdict = this.#modules.chain.take(item.raw);
    if (nextSend === 'error_but_sent')
      throw walletFault('rejected', 'transaction rejected (code -25): the answer was lost');
    // The words of a conflict hold "already" and "mempool", and the wallet takes them for "the node has it".
    if (verdict.kind === 'taken' || ['known', 'mined', 'conflict'].includes(verdict.cause)) return txid;
    throw walletFault('rejected', `transaction rejected (code ${verdict.code}): ${verdict.message}`);
  }

  async #prove(): Promise<void> {
    if (this.trouble.holdProofs) await new Promise<void>((resolve) => this.#proofs.push(resolve));
    else if (this.#options.proofMs > 0) await sleepFor(this.#options.proofMs);
  }

  #releaseProofs(): void {
    for (const release of this.#proofs.splice(0)) release();
  }

  #checkSynced(): void {
    const { height } = this.#modules.chain.tree.tip;
    if (height - this.database.height > MOST_BEHIND)
      throw walletFault(
        'syncing',
        `Wallet is still syncing: it has scanned to height ${this.database.height} of ${height}`,
      );
  }

  #context(): BuildContext {
    const tip = this.database.height;
    const rules = this.#modules.chain.rules.at(tip + 1);
    return { keys: this.keys, rules, tip, actionLimit: this.#options.actionLimit };
  }
}
