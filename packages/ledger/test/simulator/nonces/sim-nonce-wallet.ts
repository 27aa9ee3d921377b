import type {
  Broadcaster,
  NonceOrder,
  NonceWallet,
  Payee,
  SignedOrder,
  WalletFunds,
  WalletLimits,
} from '@adit/money';
import type { Random } from '../random.ts';
import { Away } from '../sim-process.ts';
import type { Mischief } from '../sim-wallet-facts.ts';
import { type SimAccountChain, type SimPayment, UNITS, US } from './sim-account-chain.ts';

const FLOOR = 1_000n;

/** A key in our hands, and nodes that are asked what its account has. */
export class SimNonceWallet implements NonceWallet {
  readonly kind = 'nonce';
  readonly account = US;
  readonly unitsPerPayment = UNITS;
  readonly mostWaiting = 8;
  readonly nonces: NonceWallet['nonces'];
  readonly #random: Random;
  readonly #chain: SimAccountChain;
  readonly #mischief: Mischief;
  #price = FLOOR;
  #income = 0n;

  constructor(random: Random, chain: SimAccountChain, mischief: Mischief) {
    this.#random = random;
    this.#chain = chain;
    this.#mischief = mischief;
    const nonces = chain.nonces();
    this.nonces = {
      configuredNodes: nonces.configuredNodes,
      count: async () => (this.#lie() ? undefined : nonces.count()),
      uses: async (questions) => {
        const sights = await nonces.uses(questions);
        return this.#lie() ? sights.map(() => ({ kind: 'unsure' as const })) : sights;
      },
    };
  }

  get limits(): WalletLimits {
    return {
      payees: {
        p2pkh: null,
        p2sh: null,
        tex: null,
        sapling: null,
        orchard: null,
        truechain: { bytes: 110, feeUnits: UNITS, dust: 1n },
      },
      base: { bytes: 0, feeUnits: 0n },
      feePerUnit: this.#price,
      mostPayees: 40,
      mostOfKind: {},
      mostBytes: 100_000,
    };
  }

  earn(amount: bigint): void {
    this.#income += amount;
  }

  /** What the account really has, by the main chain. */
  get truth(): bigint {
    return this.#income - this.#chain.spent();
  }

  async identity(): Promise<string> {
    return `truechain:${US}`;
  }

  async funds(): Promise<WalletFunds> {
    const tip = await this.#chain.witness().tip();
    const spent = this.#chain.spentByBoth();
    if (tip === undefined || spent === undefined || this.#lie()) throw new Away('the nodes do not agree');
    const stale = this.#lie() ? BigInt(this.#random.below(1_000)) : 0n;
    const total = this.#income - spent + stale;
    return { spendable: total, coinbase: 0n, total, unconfirmedSpends: 0n, ...tip, isComplete: true };
  }

  async ownReceivers(receivers: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(receivers.filter((receiver) => receiver === `truechain:${US}`));
  }

  async price(): Promise<bigint> {
    if (this.#random.chance(0.2)) this.#price = this.#random.pick([FLOOR, 1_300n, 1_900n, 4_000n]);
    return this.#price;
  }

  replacementPrice(price: bigint): bigint {
    return (price * 11n + 9n) / 10n;
  }

  addressOf({ address }: Payee): string {
    return address;
  }

  read(raw: Uint8Array): { readonly price: bigint; readonly isCancellation: boolean } {
    const { price, to, value } = paymentIn(raw);
    return { price, isCancellation: to === US && value === 0n };
  }

  /** The same order gives the same bytes. */
  async sign({ nonce, payee, amount, price }: NonceOrder): Promise<SignedOrder> {
    if (this.#lie()) throw new Away('the key file cannot be read');
    const to = payee === null ? US : this.addressOf(payee);
    const text = [nonce, to, amount, price].map(String).join(' ');
    return { raw: new TextEncoder().encode(text), txid: `signed ${text}` };
  }

  /** The nodes, as they take bytes: what they answer is not what they did. */
  broadcaster(): Broadcaster {
    return {
      send: async (raw) => {
        if (!this.#lie()) this.#chain.receive(paymentIn(raw));
        return this.#lie() ? { kind: 'no_answer', why: 'a time-out' } : { kind: 'taken', why: '' };
      },
    };
  }

  #lie(): boolean {
    return this.#random.chance(this.#mischief.lies);
  }
}

function paymentIn(raw: Uint8Array): SimPayment {
  const text = new TextDecoder().decode(raw);
  const [nonce = '0', to = '', value = '0', price = '0'] = text.split(' ');
  return {
    txid: `signed ${text}`,
    nonce: BigInt(nonce),
    to,
    value: BigInt(value),
    price: BigInt(price),
    isForeign: false,
  };
}
