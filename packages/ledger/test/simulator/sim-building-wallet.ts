import type {
  Broadcaster,
  BuildingWallet,
  BuiltTransaction,
  WalletDraft,
  WalletFunds,
  WalletPayment,
} from '@adit/money';
import { equalBytes } from '@adit/primitives';
import type { Random } from './random.ts';
import type { SimChain, SimTransaction } from './sim-chain.ts';
import { Away } from './sim-process.ts';
import { simTransaction } from './sim-transaction.ts';
import { type Mischief, OWN, SIM_LIMITS } from './sim-wallet-facts.ts';

const LIFE = 40;

interface DraftFacts {
  readonly txid: string;
  readonly tag: string;
  readonly outputs: readonly { readonly receiver: string; readonly amount: string }[];
  readonly fee: string;
  readonly expiry: number;
  readonly builtAt: number;
}

/** A wallet that builds transactions which others keep and send. The same draft gives the same transaction. */
export class SimBuildingWallet implements BuildingWallet {
  readonly kind = 'building';
  readonly limits = SIM_LIMITS;
  readonly #random: Random;
  readonly #chain: SimChain;
  readonly #mischief: Mischief;
  readonly #finished = new Map<string, SimTransaction>();
  #income = 0n;
  #number = 0;

  constructor(random: Random, chain: SimChain, mischief: Mischief) {
    this.#random = random;
    this.#chain = chain;
    this.#mischief = mischief;
  }

  earn(amount: bigint): void {
    this.#income += amount;
  }

  get truth(): bigint {
    return this.#income - this.#spent((one) => this.#chain.minedAt(one.txid) !== undefined);
  }

  get made(): readonly SimTransaction[] {
    return [...this.#finished.values()];
  }

  async identity(): Promise<string> {
    return 'seed-1';
  }

  async funds(): Promise<WalletFunds> {
    this.#mayFail();
    const { height } = this.#chain;
    const isWaiting = (one: SimTransaction) =>
      this.#chain.minedAt(one.txid) === undefined &&
      one.expiry > height &&
      this.#chain.transactions.includes(one);
    const waiting = this.#spent(isWaiting);
    const total = this.truth - waiting;
    return {
      spendable: waiting > 0n ? 0n : total,
      coinbase: 0n,
      total,
      unconfirmedSpends: waiting,
      height,
      hash: this.#chain.hashAt(height) ?? '',
      isComplete: true,
    };
  }

  async ownReceivers(receivers: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(receivers.filter((receiver) => receiver === OWN.receiver));
  }

  async draft(payment: WalletPayment): Promise<WalletDraft> {
    this.#mayFail();
    this.#number += 1;
    const planned = payment.outputs.map(({ payee, amount }) => ({ receiver: payee.receiver, amount }));
    const outputs = this.#lie() ? planned.map((one) => ({ ...one, amount: one.amount + 1n })) : planned;
    const fee = this.#lie() ? 100_000_000n : BigInt(5_000 * (5 + planned.length));
    const facts: DraftFacts = {
      txid: `built-${this.#number}`,
      tag: payment.tag,
      outputs: outputs.map(({ receiver, amount }) => ({ receiver, amount: String(amount) })),
      fee: String(fee),
      expiry: this.#chain.height + LIFE,
      builtAt: this.#chain.height,
    };
    const own = { receiver: OWN.receiver, amount: 10_000n };
    return {
      draft: encoder.encode(JSON.stringify(facts)),
      outputs: [...outputs, own],
      fee,
      expiry: facts.expiry,
    };
  }

  async finish(draft: Uint8Array): Promise<BuiltTransaction> {
    const facts: DraftFacts = JSON.parse(decoder.decode(draft));
    const { txid, tag, expiry, builtAt } = facts;
    const outputs = facts.outputs.map(({ receiver, amount }) => ({ receiver, amount: BigInt(amount) }));
    const fee = BigInt(facts.fee);
    const made = this.#finished.get(txid) ?? simTransaction({ txid, tag, outputs, fee, expiry, builtAt });
    this.#finished.set(txid, made);
    this.#mayFail();
    return { raw: made.raw, txid, fee, inputs: [] };
  }

  /** The nodes, as they take bytes: what they answer is not what they did. */
  broadcaster(): Broadcaster {
    return {
      send: async (raw) => {
        const made = this.made.find((one) => equalBytes(one.raw, raw));
        if (made !== undefined && !this.#lie()) this.#chain.receive(made);
        return this.#lie() ? { kind: 'no_answer', why: 'a time-out' } : { kind: 'taken', why: '' };
      },
    };
  }

  #spent(counts: (one: SimTransaction) => boolean): bigint {
    let spent = 0n;
    for (const one of this.made.filter(counts))
      spent += one.outputs.reduce((sum, { amount }) => sum + amount, one.fee);
    return spent;
  }

  #lie(): boolean {
    return this.#random.chance(this.#mischief.lies);
  }

  #mayFail(): void {
    if (this.#random.chance(this.#mischief.lies / 2)) throw new Away('the wallet does not answer');
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
