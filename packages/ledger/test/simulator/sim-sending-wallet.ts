import type {
  ListedSend,
  OperationAnswer,
  SendingWallet,
  Shielder,
  ShieldingSeen,
  WalletFunds,
  WalletHistory,
  WalletPayment,
} from '@adit/money';
import type { Random } from './random.ts';
import type { SimChain, SimTransaction } from './sim-chain.ts';
import type { SimClock } from './sim-clock.ts';
import { Away } from './sim-process.ts';
import { simTransaction } from './sim-transaction.ts';
import { LIFE, type Mischief, OWN, SIM_LIMITS } from './sim-wallet-facts.ts';
import { wrongOutputs } from './wrong-outputs.ts';

/** What becomes of a call that the wallet took. */
type Fate = 'success' | 'never_sent' | 'stored_and_refused' | 'failed' | 'lost' | 'wrong_outputs';

interface Operation {
  readonly id: string;
  readonly payment: WalletPayment;
  readonly fate: Fate;
  endsAtMs: number;
  state: 'running' | 'done' | 'failed' | 'refused' | 'lost';
  txid: string | null;
}

/** What the wallet has read of the chain: all of its answers are from there. */
interface View {
  readonly height: number;
  readonly hash: string;
  readonly states: ReadonlyMap<string, 'mined' | 'waiting' | 'expired'>;
}

/** A wallet of which one call builds and sends, with the traps that were recorded of a real one. */
export class SimSendingWallet implements SendingWallet {
  readonly kind = 'sending';
  readonly life = LIFE;
  readonly limits = SIM_LIMITS;
  readonly #random: Random;
  readonly #chain: SimChain;
  readonly #clock: SimClock;
  readonly #mischief: Mischief;
  readonly #transactions = new Map<string, SimTransaction>();
  readonly #forgotten = new Map<string, SimTransaction>();
  readonly #silent = new Set<string>();
  readonly #shieldings = new Map<string, ShieldingSeen>();
  /** Shieldings that died: what they should have shielded is coinbase again. */
  readonly #returned = new Set<string>();
  #operations: Operation[] = [];
  /** Requests that have not reached the wallet yet. */
  #delayed: { readonly payment: WalletPayment; readonly atMs: number }[] = [];
  #view: View;
  #income = 0n;
  #coinbase = 0n;
  #database = 1;
  #number = 0;
  /** Calls for each batch: more than one is the fault. */
  readonly calls = new Map<string, number>();

  constructor(random: Random, chain: SimChain, clock: SimClock, mischief: Mischief) {
    this.#random = random;
    this.#chain = chain;
    this.#clock = clock;
    this.#mischief = mischief;
    this.#view = this.#look();
  }

  /** The pool's reward reaches the wallet. */
  earn(amount: bigint, asset: 'coinbase' | 'hot'): void {
    this.#income += amount;
    if (asset === 'coinbase') this.#coinbase += amount;
  }

  /** What the wallet really has, by the main chain. */
  get truth(): bigint {
    let spent = 0n;
    for (const one of this.made) if (this.#chain.minedAt(one.txid) !== undefined) spent += cost(one);
    return this.#income - spent;
  }

  /** Transactions that exist, whether anybody was told or not. */
  get made(): readonly SimTransaction[] {
    return [...this.#transactions.values(), ...this.#forgotten.values()];
  }

  /** Whether something is under way that could still make a transaction for a batch. */
  isWorkingFor(tag: string): boolean {
    return (
      this.#operations.some(({ state, payment }) => state === 'running' && payment.tag === tag) ||
      this.#delayed.some(({ payment }) => payment.tag === tag)
    );
  }

  /** Time goes on: operations end, blocks are read, transactions are sent again. */
  tick(): void {
    const now = this.#clock.steadyMs();
    const due = this.#delayed.filter(({ atMs }) => atMs <= now);
    this.#delayed = this.#delayed.filter(({ atMs }) => atMs > now);
    for (const { payment } of due) this.#begin(payment);
    for (const operation of this.#operations)
      if (operation.state === 'running' && operation.endsAtMs <= now) this.#end(operation);
    for (const one of this.#transactions.values())
      if (!this.#silent.has(one.txid) && one.expiry > this.#chain.height && this.#random.chance(0.7))
        this.#chain.receive(one);
    for (const one of this.#forgotten.values())
      if (this.#chain.minedAt(one.txid) !== undefined) {
        // The keys find it on the chain again.
        this.#forgotten.delete(one.txid);
        this.#transactions.set(one.txid, one);
      }
    for (const { txid, value } of this.#shieldings.values()) {
      const one = this.#transactions.get(txid);
      const isDead = one === undefined ? false : !this.#chain.isAlive(one);
      if (!isDead || this.#chain.minedAt(txid) !== undefined || this.#returned.has(txid)) continue;
      this.#returned.add(txid);
      this.#coinbase += value;
    }
    // On a dead branch it stays until the nodes are above its own height.
    const isStale = this.#chain.hashAt(this.#view.height) !== this.#view.hash;
    if (isStale ? this.#chain.height > this.#view.height : this.#random.chance(0.9))
      this.#view = this.#look();
  }

  /** The daemon is killed and started: operations are forgotten, and what was being built is gone or stored. */
  restart(): void {
    for (const operation of this.#operations)
      if (operation.state === 'running' && this.#random.chance(0.2)) this.#end(operation);
    this.#operations = [];
    this.#delayed = [];
  }

  /** Its database is built anew from the seed: what was never mined is forgotten. */
  rebuild(): void {
    this.restart();
    this.#database += 1;
    for (const one of this.#transactions.values())
      if (this.#chain.minedAt(one.txid) === undefined) {
        // It is gone from the wallet, and nodes may have it all the same.
        this.#transactions.delete(one.txid);
        this.#forgotten.set(one.txid, one);
      }
    this.#view = this.#look();
  }

  async identity(): Promise<string> {
    return `seed-1/database-${this.#database}`;
  }

  async funds(): Promise<WalletFunds> {
    this.#mayFail();
    let spent = 0n;
    let waiting = 0n;
    for (const one of [...this.#transactions.values(), ...this.#forgotten.values()]) {
      const state = this.#stateOf(one);
      if (state === 'mined') spent += cost(one);
      else if (state === 'waiting' && this.#transactions.has(one.txid)) waiting += cost(one);
    }
    const stale = this.#lie() ? BigInt(this.#random.below(1_000_000)) : 0n;
    const total = this.#income - spent - waiting + stale;
    return {
      spendable: waiting > 0n ? 0n : total - this.#coinbase,
      coinbase: this.#coinbase,
      total,
      unconfirmedSpends: waiting,
      height: this.#view.height,
      hash: this.#view.hash,
      isComplete: !this.#lie(),
    };
  }

  async ownReceivers(receivers: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(receivers.filter((receiver) => receiver === OWN.receiver));
  }

  async start(payment: WalletPayment): ReturnType<SendingWallet['start']> {
    this.calls.set(payment.batch, (this.calls.get(payment.batch) ?? 0) + 1);
    if (this.#lie()) {
      const kind = this.#random.weighted({ lost: 1, unheard: 2, delayed: 2, refused: 2 });
      if (kind === 'refused') return { kind: 'nothing_happened', why: 'the wallet refuses it' };
      if (kind === 'unheard') this.#begin(payment);
      if (kind === 'delayed')
        this.#delayed.push({ payment, atMs: this.#clock.steadyMs() + this.#random.below(500_000) });
      return { kind: 'doubt', why: 'a time-out' };
    }
    return { kind: 'operation', id: this.#begin(payment).id };
  }

  async poll(id: string): Promise<OperationAnswer> {
    const found = this.#operations.find((operation) => operation.id === id);
    if (found === undefined || found.state === 'lost')
      return { kind: 'doubt', why: 'the operation is not known' };
    if (this.#lie()) return { kind: 'doubt', why: 'an answer that cannot be read' };
    if (found.state === 'running') return { kind: 'running' };
    if (found.state === 'failed') return { kind: 'nothing_happened', why: 'not enough money' };
    if (found.state === 'refused' || found.txid === null)
      return { kind: 'doubt', why: 'the node refused it' };
    return { kind: 'done', txid: found.txid };
  }

  async history(fromHeight: number): Promise<WalletHistory> {
    this.#mayFail();
    const isPartial = this.#lie();
    const sends = [...this.#transactions.values()]
      .filter((one) => (this.#chain.minedAt(one.txid) ?? Number.POSITIVE_INFINITY) >= fromHeight)
      .filter(() => !isPartial || this.#random.chance(0.5))
      .map((one) => ({ ...listed(one), state: this.#stateOf(one), expiry: one.expiry }));
    const doubled = this.#lie() ? [...sends, ...sends] : sends;
    return {
      sends: doubled.toReversed(),
      listedFrom: fromHeight,
      isIdle: !this.#operations.some(({ state }) => state === 'running'),
      // What it lists while it reads blocks is not all, and it says so, or its height does.
      isComplete: !isPartial,
      height: this.#view.height,
      hash: this.#view.hash,
    };
  }

  async remembers(txids: readonly string[]): Promise<boolean> {
    return txids.every((txid) => this.#transactions.has(txid));
  }

  async rawTransaction(txid: string): Promise<Uint8Array | null> {
    this.#mayFail();
    return this.#transactions.get(txid)?.raw ?? null;
  }

  /** How the wallet shields what it has of mature rewards. */
  shielder(): Shielder {
    return {
      target: async () => OWN,
      start: async () => {
        const value = this.#coinbase;
        if (value === 0n || this.#lie()) return { kind: 'nothing_happened', why: 'nothing to shield' };
        this.#coinbase = 0n;
        const txid = this.#nextTxid('shield');
        const one = this.#store({ txid, tag: null, outputs: [], fee: 15_000n });
        this.#shieldings.set(txid, { txid, value, fee: one.fee });
        return this.#lie() ? { kind: 'doubt', why: 'a time-out' } : { kind: 'done', txid };
      },
      poll: async () => ({ kind: 'doubt', why: 'the operation is not known' }),
      list: async () => [...this.#shieldings.values()],
    };
  }

  #begin(payment: WalletPayment): Operation {
    this.#number += 1;
    const fate = this.#lie()
      ? this.#random.weighted<Fate>({
          never_sent: 3,
          stored_and_refused: 3,
          failed: 3,
          lost: 2,
          wrong_outputs: 2,
          success: 1,
        })
      : 'success';
    const operation: Operation = {
      id: `operation-${this.#database}-${this.#number}`,
      payment,
      fate,
      endsAtMs: this.#clock.steadyMs() + this.#random.below(200_000),
      state: 'running',
      txid: null,
    };
    this.#operations.push(operation);
    return operation;
  }

  #end(operation: Operation): void {
    const { fate, payment } = operation;
    operation.state =
      fate === 'failed'
        ? 'failed'
        : fate === 'lost'
          ? 'lost'
          : fate === 'stored_and_refused'
            ? 'refused'
            : 'done';
    if (fate === 'failed' || fate === 'lost') return;
    const outputs = payment.outputs.map(({ payee, amount }) => ({ receiver: payee.receiver, amount }));
    const txid = this.#nextTxid('pay');
    operation.txid = txid;
    const kept = fate === 'wrong_outputs' ? wrongOutputs(outputs, this.#random) : outputs;
    const fee = BigInt(5_000 * (5 + this.#random.below(8)));
    this.#store({ txid, tag: payment.tag, outputs: kept, fee });
    if (fate === 'never_sent') this.#silent.add(txid);
    else if (this.#random.chance(0.8)) this.#chain.receive(this.#made(txid));
  }

  #made(txid: string): SimTransaction {
    const made = this.#transactions.get(txid);
    if (made === undefined) throw new Error(`${txid} was not made`);
    return made;
  }

  #store(facts: Pick<SimTransaction, 'txid' | 'tag' | 'outputs' | 'fee'>): SimTransaction {
    const builtAt = this.#chain.height;
    const transaction = simTransaction({ ...facts, expiry: builtAt + LIFE, builtAt });
    this.#transactions.set(transaction.txid, transaction);
    return transaction;
  }

  #nextTxid(what: string): string {
    this.#number += 1;
    return `${what}-${this.#database}-${this.#number}`;
  }

  #stateOf(one: SimTransaction): 'mined' | 'waiting' | 'expired' {
    return this.#view.states.get(one.txid) ?? 'waiting';
  }

  #look(): View {
    const { height } = this.#chain;
    const states = new Map<string, 'mined' | 'waiting' | 'expired'>();
    for (const one of [...this.#transactions.values(), ...this.#forgotten.values()])
      states.set(
        one.txid,
        // At its expiry height it is called expired, though a reorganisation can still mine it.
        this.#chain.minedAt(one.txid) !== undefined ? 'mined' : height >= one.expiry ? 'expired' : 'waiting',
      );
    return { height, hash: this.#chain.hashAt(height) ?? '', states };
  }

  #lie(): boolean {
    return this.#random.chance(this.#mischief.lies);
  }

  #mayFail(): void {
    if (this.#random.chance(this.#mischief.lies / 2)) throw new Away('the wallet does not answer');
  }
}

/** What a transaction takes out of the wallet. A shielding pays only its fee to others. */
function cost({ outputs, fee }: SimTransaction): bigint {
  return outputs.reduce((sum, { amount }) => sum + amount, fee);
}

function listed({ txid, tag, outputs }: SimTransaction): ListedSend {
  return { txid, tags: tag === null ? [] : [tag], outputs: outputs.toReversed() };
}
