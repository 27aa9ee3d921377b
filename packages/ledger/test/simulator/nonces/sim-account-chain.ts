import type { NonceQuestion, NonceSight, NonceWitness, Witness } from '@adit/money';
import type { Random } from '../random.ts';

/** The account that pays. */
export const US = 'us';
/** A contract that takes no money. */
export const REFUSING = 'eve';

/** A transaction of the account. Strangers can change its id, and nothing else. */
export interface SimPayment {
  readonly txid: string;
  readonly nonce: bigint;
  readonly to: string;
  readonly value: bigint;
  readonly price: bigint;
  /** Signed by somebody else who has the key. */
  readonly isForeign: boolean;
}

interface SimBlock {
  readonly height: number;
  readonly hash: string;
  readonly payments: readonly SimPayment[];
}

type Blocks = readonly SimBlock[];

/** Deepest reorganisation of the world: one less than what counts as final. */
export const DEEPEST_REORG = 11;
/** Fee units of a payment. */
export const UNITS = 21n;
const NODES = ['one', 'two'];

/** A chain whose account pays by nonces, and two nodes that look at it: the second one can lag, or be on a branch of its own. */
export class SimAccountChain {
  readonly #random: Random;
  readonly #main: SimBlock[] = [];
  /** What nodes keep for each nonce. */
  readonly #pool = new Map<bigint, SimPayment>();
  /** Everything that was ever sent: whoever has the bytes can send them again. */
  readonly #sent = new Map<bigint, SimPayment[]>();
  #branch: { readonly from: number; readonly blocks: SimBlock[] } | null = null;
  lag = 0;
  isAway = false;
  #hashes = 0;

  constructor(random: Random) {
    this.#random = random;
    for (let height = 0; height <= 120; height += 1) this.#main.push(this.#block(height, []));
  }

  get height(): number {
    return this.#main.length - 1;
  }

  /** Payments of the best chain, by the height of their blocks. */
  get mined(): readonly (SimPayment & { readonly height: number })[] {
    return this.#main.flatMap(({ height, payments }) => payments.map((one) => ({ ...one, height })));
  }

  /** A node takes another transaction with a nonce only for a price that is a tenth higher. */
  receive(payment: SimPayment): void {
    const known = this.#sent.get(payment.nonce) ?? [];
    if (!known.some(({ txid }) => txid === payment.txid)) this.#sent.set(payment.nonce, [...known, payment]);
    if (payment.nonce < countOf(this.#main)) return;
    const waiting = this.#pool.get(payment.nonce);
    if (waiting === undefined || payment.price * 10n >= waiting.price * 11n)
      this.#pool.set(payment.nonce, payment);
  }

  /** Somebody else signs with our key: the next free nonce, or the one behind it. */
  steal(): void {
    const nonce = countOf(this.#main) + BigInt(this.#random.below(2));
    this.#hashes += 1;
    const txid = `foreign-${this.#hashes}`;
    const payment = { txid, nonce, to: 'mallory', value: 1_000n, price: 9_000n, isForeign: true };
    this.receive(payment);
  }

  mine(): void {
    this.#main.push(
      this.#block(
        this.height + 1,
        this.#taken(this.#main, () => this.#random.chance(0.8)),
      ),
    );
    for (const nonce of this.#pool.keys()) if (this.#random.chance(0.1)) this.#pool.delete(nonce);
    const branch = this.#branch;
    if (branch !== null && this.#random.chance(0.9))
      branch.blocks.push(
        this.#block(branch.from + branch.blocks.length, this.#anyOf(this.#second() ?? [], 0.3)),
      );
  }

  /** Replaces the newest blocks by one more. Any transaction that was ever sent may be in them. */
  reorganise(depth: number): void {
    for (const { payments } of this.#main.splice(this.height - depth + 1))
      for (const one of payments) if (this.#random.chance(0.5)) this.#pool.set(one.nonce, one);
    for (let made = 0; made <= depth; made += 1)
      this.#main.push(this.#block(this.height + 1, this.#anyOf(this.#main, 0.4)));
    if (this.#branch !== null && this.#branch.from > this.height - depth) this.#branch = null;
  }

  fork(): void {
    this.#branch = { from: this.height - this.#random.below(3), blocks: [] };
  }

  rejoin(): void {
    this.#branch = null;
    this.lag = 0;
    this.isAway = false;
  }

  /** What the account has paid by each node's chain, and fees; undefined while they differ. */
  spentByBoth(): bigint | undefined {
    const second = this.#second();
    const spent = spentIn(this.#main);
    return second !== undefined && spentIn(second) === spent ? spent : undefined;
  }

  spent(): bigint {
    return spentIn(this.#main);
  }

  witness(): Witness {
    return {
      configuredNodes: NODES.length,
      tip: async () => this.#agreedTip(),
      hashesAt: async (height) =>
        [this.#main, this.#second()].map((blocks, i) => ({
          node: NODES[i] ?? '',
          hash: blocks?.[height]?.hash ?? null,
        })),
      place: async () => ({ kind: 'absent' }),
      blocks: async () => [],
      nextUpgrade: async () => null,
    };
  }

  nonces(): NonceWitness {
    return {
      configuredNodes: NODES.length,
      count: async () => {
        const second = this.#second();
        const count = countOf(this.#main);
        return second !== undefined && countOf(second) === count ? count : undefined;
      },
      uses: async (questions) => questions.map((question) => this.#sight(question)),
    };
  }

  #sight({ nonce }: NonceQuestion): NonceSight {
    const second = this.#second();
    if (second === undefined) return { kind: 'unsure' };
    const [here, there] = [useIn(this.#main, nonce), useIn(second, nonce)];
    if (here === undefined && there === undefined) return { kind: 'not_used' };
    if (here === undefined || here.block.hash !== there?.block.hash) return { kind: 'unsure' };
    const { payment, block } = here;
    const depth = Math.min(this.#main.length, second.length) - block.height;
    const { to, value, txid } = payment;
    const use = { from: US, nonce, to, value, isSuccess: to !== REFUSING, depth, nodes: NODES.length };
    return { kind: 'used', use, txid, fee: payment.price * UNITS, height: block.height };
  }

  #agreedTip(): { readonly height: number; readonly hash: string } | undefined {
    const second = this.#second();
    if (second === undefined) return undefined;
    for (let height = Math.min(this.#main.length, second.length) - 1; height >= 0; height -= 1) {
      const hash = this.#main[height]?.hash;
      if (hash !== undefined && hash === second[height]?.hash) return { height, hash };
    }
    return undefined;
  }

  #second(): Blocks | undefined {
    if (this.isAway) return undefined;
    const branch = this.#branch;
    if (branch !== null) return [...this.#main.slice(0, branch.from), ...branch.blocks];
    return this.lag === 0 ? this.#main : this.#main.slice(0, -this.lag);
  }

  /** What the pool has from the next nonce on, as long as a miner takes it. Now and then under another id. */
  #taken(blocks: Blocks, takes: () => boolean): readonly SimPayment[] {
    const taken: SimPayment[] = [];
    for (let nonce = countOf(blocks); takes(); nonce += 1n) {
      const payment = this.#pool.get(nonce);
      if (payment === undefined) break;
      this.#pool.delete(nonce);
      taken.push(this.#wrapped(payment));
    }
    return taken;
  }

  #anyOf(blocks: Blocks, chance: number): readonly SimPayment[] {
    const taken: SimPayment[] = [];
    for (let nonce = countOf(blocks); this.#random.chance(chance); nonce += 1n) {
      const known = this.#sent.get(nonce) ?? [];
      if (known.length === 0) break;
      taken.push(this.#wrapped(this.#random.pick(known)));
    }
    return taken;
  }

  /** Strangers can write another id on a transaction. */
  #wrapped(payment: SimPayment): SimPayment {
    if (!this.#random.chance(0.15)) return payment;
    this.#hashes += 1;
    return { ...payment, txid: `wrapped-${this.#hashes}` };
  }

  #block(height: number, payments: readonly SimPayment[]): SimBlock {
    this.#hashes += 1;
    return { height, hash: `block-${this.#hashes}`, payments };
  }
}

/** Nonces are used in their order, so their number is the next free one. */
function countOf(blocks: Blocks): bigint {
  return BigInt(blocks.reduce((sum, { payments }) => sum + payments.length, 0));
}

function useIn(
  blocks: Blocks,
  nonce: bigint,
): { readonly payment: SimPayment; readonly block: SimBlock } | undefined {
  for (const block of blocks) {
    const payment = block.payments.find((one) => one.nonce === nonce);
    if (payment !== undefined) return { payment, block };
  }
  return undefined;
}

function spentIn(blocks: Blocks): bigint {
  let spent = 0n;
  for (const { payments } of blocks)
    for (const { to, value, price } of payments)
      spent += price * UNITS + (to === REFUSING || to === US ? 0n : value);
  return spent;
}
