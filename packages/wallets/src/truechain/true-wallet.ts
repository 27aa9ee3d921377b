import type {
  NonceOrder,
  NonceWallet,
  NonceWitness,
  Payee,
  SignedOrder,
  WalletFunds,
  WalletLimits,
} from '@adit/money';
import { AditError, decodeHex, encodeHex, equalBytes } from '@adit/primitives';
import { accountOf, signPayment } from './payment.ts';
import { readPayment } from './read-payment.ts';
import { quantityOf } from './true-answers.ts';
import { askAll, neededNodes, type TrueNode } from './true-node.ts';
import { TrueNonces } from './true-nonces.ts';
import type { TrueWitness } from './true-witness.ts';

/** A wallet of TrueChain: an account whose key this process has. */
export interface TrueWalletOptions {
  /** 20 bytes. */
  readonly account: Uint8Array;
  /** Main 19330, test 18928, devnet 100, single node 400. Signed with it, a payment is void on every other chain. */
  readonly chainId: bigint;
  /** Most that one unit of gas may cost, in wei. */
  readonly mostGasPrice: bigint;
  /** Own addresses beside the account, 0x and 40 small hex digits: nobody is paid to them. */
  readonly own?: readonly string[];
}

/** What a wallet of TrueChain works with. */
export interface TrueWalletModules {
  readonly nodes: readonly TrueNode[];
  readonly witness: Pick<TrueWitness, 'tip'>;
  /** The key, 32 bytes. It is asked for before the first signature, and kept. */
  readonly key: () => Promise<Uint8Array>;
}

/** A plain payment. What a contract needs beyond that makes the payment fail. */
const GAS = 21_000n;
/** Least price that nodes take by default (`--gasprice`). */
const FLOOR_PRICE = 1_000_000n;
/** A node keeps 80 executable transactions of an account. */
const MOST_WAITING = 64;
/** A batch is settled when all of its payments are; more payees go into the next one. */
const MOST_PAYEES = 256;
/** Bytes of a payment. Each is a transaction of its own, so the size of a batch has no bound but its payees. */
const PAYMENT_BYTES = 120;

/** Pays from an account of TrueChain: payments are signed in this process, and nodes only broadcast them. */
export class TrueWallet implements NonceWallet {
  readonly kind = 'nonce';
  readonly account: string;
  readonly unitsPerPayment = GAS;
  readonly mostWaiting = MOST_WAITING;
  readonly nonces: NonceWitness;
  readonly #options: TrueWalletOptions;
  readonly #modules: TrueWalletModules;
  readonly #needed: number;
  #key: Uint8Array | undefined;
  #price = FLOOR_PRICE;

  /** @throws AditError `ADIT_BAD_OPTION` without a node */
  constructor(options: TrueWalletOptions, modules: TrueWalletModules) {
    this.#options = options;
    this.#modules = modules;
    this.#needed = neededNodes(modules.nodes);
    this.account = `0x${encodeHex(options.account)}`;
    this.nonces = new TrueNonces(this.account, modules);
  }

  /** At the price that nodes took when they were asked last. */
  get limits(): WalletLimits {
    return {
      payees: {
        p2pkh: null,
        p2sh: null,
        tex: null,
        sapling: null,
        orchard: null,
        // To spend what was paid costs as much gas as the payment.
        truechain: { bytes: PAYMENT_BYTES, feeUnits: GAS, dust: GAS * this.#price },
      },
      base: { bytes: 0, feeUnits: 0n },
      feePerUnit: this.#price,
      mostPayees: MOST_PAYEES,
      mostOfKind: {},
      mostBytes: 2 * MOST_PAYEES * PAYMENT_BYTES,
    };
  }

  async identity(): Promise<string> {
    const ids = await this.#ask(async (node) => quantityOf(await node.call('etrue_chainId', []), 'chainId'));
    const other = ids.find((id) => id !== this.#options.chainId);
    // Payments that are signed for one chain are void on the other one.
    if (other !== undefined)
      throw new AditError(
        'ADIT_WRONG_NETWORK',
        `a node is on chain ${other}, and chain_id of the wallet is ${this.#options.chainId}`,
      );
    return `truechain:${this.#options.chainId}:${this.account}`;
  }

  async funds(): Promise<WalletFunds> {
    await this.price();
    const tip = await this.#modules.witness.tip();
    if (tip === undefined) throw disagreement('a tip');
    const amount = async (node: TrueNode, method: string) =>
      quantityOf(await node.call(method, [this.account, 'latest']), method);
    const seen = await this.#ask(async (node) => ({
      total: await amount(node, 'etrue_getBalance'),
      locked: await amount(node, 'etrue_getLockBalance'),
    }));
    const [first] = seen;
    if (first === undefined || !seen.every(({ total }) => total === first.total))
      throw disagreement(`the balance of ${this.account}`);
    const spendable = first.total - first.locked;
    return {
      spendable: spendable > 0n ? spendable : 0n,
      coinbase: 0n,
      total: first.total,
      // What is not in a block is not taken from the balance; a batch begins only when nothing is under way.
      unconfirmedSpends: 0n,
      ...tip,
      isComplete: true,
    };
  }

  async ownReceivers(receivers: readonly string[]): Promise<ReadonlySet<string>> {
    const own = new Set([this.account, ...(this.#options.own ?? [])].map(receiverOf));
    return new Set(receivers.filter((receiver) => own.has(receiver)));
  }

  async price(): Promise<bigint> {
    const prices = await this.#ask(async (node) =>
      quantityOf(await node.call('etrue_gasPrice', []), 'gasPrice'),
    );
    const wanted = prices.reduce((most, price) => (price > most ? price : most), FLOOR_PRICE);
    if (wanted > this.#options.mostGasPrice)
      throw new AditError(
        'ADIT_GAS_PRICE',
        `nodes want ${wanted} wei for a unit of gas, and most_gas_price is ${this.#options.mostGasPrice}`,
      );
    this.#price = wanted;
    return wanted;
  }

  /** A tenth more, rounded up. */
  replacementPrice(price: bigint): bigint {
    return (price * 11n + 9n) / 10n;
  }

  addressOf({ address }: Payee): string {
    return address.toLowerCase();
  }

  read(raw: Uint8Array): { readonly price: bigint; readonly isCancellation: boolean } {
    const { payment } = readPayment(raw);
    const isOwn = equalBytes(payment.to, this.#options.account);
    return { price: payment.gasPrice, isCancellation: isOwn && payment.value === 0n };
  }

  /** @throws AditError `ADIT_KEY_FILE`, `ADIT_SECRET_FILE`, `ADIT_BAD_KEY` where the key cannot be had */
  async sign({ nonce, payee, amount, price }: NonceOrder): Promise<SignedOrder> {
    const key = await this.#openKey();
    const to = payee === null ? this.#options.account : decodeHex(this.addressOf(payee).slice(2));
    const { raw, hash } = signPayment(
      { nonce, gasPrice: price, gas: GAS, to, value: amount },
      this.#options.chainId,
      key,
    );
    return { raw, txid: hash };
  }

  async #openKey(): Promise<Uint8Array> {
    const key = this.#key ?? (await this.#modules.key());
    if (!equalBytes(accountOf(key), this.#options.account))
      throw new AditError('ADIT_BAD_KEY', `the key is not that of ${this.account}`);
    this.#key = key;
    return key;
  }

  /** @throws where too few nodes answer */
  async #ask<T>(question: (node: TrueNode) => Promise<T>): Promise<readonly T[]> {
    const answers = await askAll(this.#modules.nodes, question);
    if (answers.length < this.#needed) throw disagreement('anything: too few of them answer');
    return answers;
  }
}

function receiverOf(address: string): string {
  return `truechain:${address.slice(2)}`;
}

function disagreement(about: string): AditError {
  return new AditError('ADIT_NODES_DISAGREE', `the nodes do not agree on ${about}`);
}
