import {
  LedgerBooks,
  LedgerWriter,
  PayoutCommands,
  type PayoutModules,
  type PayoutOptions,
  PayoutService,
  SqliteDatabase,
  setPayee,
  setTerms,
} from '@adit/ledger';
import type { NonceWallet, NonceWitness, Payee } from '@adit/money';
import { payByItself } from '../pay-by-itself.ts';
import { Random } from '../random.ts';
import { postReward, type Running, resultOf, stepsOf, workOf } from '../running-payouts.ts';
import { SimClock } from '../sim-clock.ts';
import { SimDatabase, SimProcess } from '../sim-process.ts';
import type { SimulationResult } from '../simulation-options.ts';
import { NonceTruth } from './nonce-truth.ts';
import { DEEPEST_REORG, SimAccountChain, US } from './sim-account-chain.ts';
import { SimNonceOperator } from './sim-nonce-operator.ts';
import { SimNonceWallet } from './sim-nonce-wallet.ts';

/** A run of the world of nonces. */
export interface NonceSimulationOptions {
  readonly seed: number;
  readonly steps: number;
  readonly log?: (line: string) => void;
  /** Changes what the nodes say about nonces: only mutants do so. */
  readonly mutant?: (uses: NonceWitness['uses']) => NonceWitness['uses'];
}

const CHAIN = 'truechain';
/** Two accounts share an address, and one names the account that pays. */
const ADDRESSES = new Map([
  ['ann', 'ann'],
  ['bob', 'bob'],
  ['cem', 'cem'],
  ['dan', 'dan'],
  ['fay', 'dan'],
  ['eve', 'eve'],
  ['own', US],
]);
const OPTIONS: PayoutOptions = {
  chain: CHAIN,
  wallet: 'key',
  caps: { payment: 500_000_000n, batch: 1_000_000_000n, daily: 1_000_000_000_000n },
  minimum: 1_000_000n,
  keep: 0n,
  feeBorneBy: 'pool',
  mostFee: 10_000_000n,
  rules: { settleDepth: DEEPEST_REORG + 1 },
  shieldFrom: 1n,
  margin: 100,
};
const CALM_ROUNDS = 80;
const LEAST_CALM_ROUNDS = 8;

/** Payments with nonces, one ledger, and processes that are killed: everything by the chance of one seed. */
export class NonceSimulation {
  readonly #options: NonceSimulationOptions;
  readonly #random: Random;
  readonly #clock = new SimClock();
  readonly #chain: SimAccountChain;
  readonly #wallet: SimNonceWallet;
  readonly #mischief: { lies: number; diskFull: number };
  readonly #truth = new NonceTruth(CHAIN, ADDRESSES);
  readonly #operator: SimNonceOperator;
  readonly #steals: boolean;
  #database: SqliteDatabase | undefined;
  #processes: Running[] = [];
  #blocks = 0;
  #unique = 0;
  #kills = 0;

  constructor(options: NonceSimulationOptions) {
    this.#options = options;
    const random = new Random(options.seed);
    this.#random = random;
    this.#mischief = { lies: random.pick([0.02, 0.1, 0.25]), diskFull: random.pick([0, 0, 0.03]) };
    this.#chain = new SimAccountChain(random);
    this.#wallet = new SimNonceWallet(random, this.#chain, this.#mischief);
    this.#steals = random.chance(0.3);
    this.#operator = new SimNonceOperator(random, options.log);
  }

  /** @throws where a payee got more than it was credited, an invariant breaks, or the end is not in order */
  async run(): Promise<SimulationResult> {
    const database = await SqliteDatabase.open(':memory:');
    this.#database = database;
    try {
      await this.#prepare(database);
      this.#processes = [await this.#start('first')];
      for (let step = 0; step < this.#options.steps; step += 1) {
        await this.#step(step);
        await this.#check();
      }
      await this.#calm();
      const [{ commands }] = this.#processes as [Running];
      const batches = await commands.list();
      await this.#truth.checkEnd(database, { chain: this.#chain, wallet: this.#wallet }, batches);
      return resultOf(batches, { held: 0, kills: this.#kills });
    } finally {
      await database.close();
    }
  }

  async #prepare(database: SqliteDatabase): Promise<void> {
    const timeMs = this.#clock.nowMs();
    await database.transact(async (queries) => {
      const who = { chain: CHAIN, timeMs, actor: 'operator', reason: 'first' };
      const terms = { feePpm: 10_000n, donation: null, minimum: 1_000_000n };
      await setTerms(queries, { ...who, account: '', terms });
      for (const [account, address] of ADDRESSES) {
        const payee: Payee = { address, receiver: `truechain:${address}`, kind: 'truechain' };
        await setPayee(queries, { ...who, account, payee });
      }
      await payByItself(queries, CHAIN, timeMs, 'key');
    });
    await this.#earn();
  }

  async #start(name: string): Promise<Running> {
    const process = new SimProcess(name, () => this.#clock.pass(this.#random.below(20)));
    const database = new SimDatabase(this.#open, process, this.#random, this.#mischief);
    const writer = new LedgerWriter({ owner: name }, { database, now: () => this.#clock.nowMs() });
    const payouts = this.#payouts({
      writer,
      wallet: around(process, this.#wallet, this.#options.mutant ?? ((uses) => uses)),
      witness: process.around(this.#chain.witness()),
      broadcaster: process.around(this.#wallet.broadcaster()),
    });
    return { process, writer, ...payouts };
  }

  #payouts(
    own: Pick<PayoutModules, 'writer' | 'wallet' | 'witness' | 'broadcaster'>,
  ): Pick<Running, 'service' | 'commands'> {
    const modules: PayoutModules = {
      ...own,
      books: new LedgerBooks(OPTIONS),
      shielder: null,
      clock: this.#clock,
      unique: () => {
        this.#unique += 1;
        return `unique${this.#unique}`;
      },
      pendingIncome: async () => [],
    };
    const service = new PayoutService(OPTIONS, modules);
    return { service, commands: new PayoutCommands(service, modules) };
  }

  async #step(step: number): Promise<void> {
    const random = this.#random;
    const chain = this.#chain;
    const what = random.weighted({
      work: 60,
      mine: 25,
      earn: 3,
      kill: 6,
      reorganise: 3,
      fork: 1,
      rejoin: 4,
      lag: 1,
      nodes_away: 1,
      help: 7,
      operator: 5,
      steal: this.#steals ? 0.5 : 0,
      second_payer: 1,
    });
    this.#options.log?.(`${step} ${what} at ${chain.height}`);
    if (what === 'work') for (const running of this.#processes) await workOf(running, this.#options.log);
    else if (what === 'mine') this.#mine(1 + random.below(4));
    else if (what === 'earn') await this.#earn();
    else if (what === 'kill') random.pick(this.#processes).process.killIn = random.below(25);
    else if (what === 'reorganise') chain.reorganise(1 + random.below(DEEPEST_REORG));
    else if (what === 'fork') chain.fork();
    else if (what === 'rejoin') chain.rejoin();
    else if (what === 'lag') chain.lag = random.below(15);
    else if (what === 'nodes_away') chain.isAway = true;
    else if (what === 'help') await this.#operator.helps(random.pick(this.#processes).commands);
    else if (what === 'operator') await this.#operator.types(random.pick(this.#processes).commands);
    else if (what === 'steal') chain.steal();
    else if (this.#processes.length > 1) this.#processes = this.#processes.slice(1);
    else this.#processes.push(await this.#start(`second-${this.#unique}`));
    for (const [i, { process }] of this.#processes.entries()) {
      if (!process.isDead) continue;
      this.#kills += 1;
      this.#processes[i] = await this.#start(process.name);
    }
  }

  #mine(blocks: number): void {
    for (let mined = 0; mined < blocks; mined += 1) {
      this.#clock.pass(2_000 + this.#random.below(40_000));
      this.#chain.mine();
    }
  }

  async #earn(): Promise<void> {
    this.#blocks += 1;
    const reward = BigInt(20_000_000 + this.#random.below(40_000_000));
    const scores = new Map<string, bigint>();
    for (const account of ADDRESSES.keys())
      if (this.#random.chance(0.7)) scores.set(account, BigInt(1 + this.#random.below(50)));
    if (scores.size === 0) return;
    const block = { chain: CHAIN, hash: `reward${this.#blocks}`, generation: 1 };
    const posted = { reward, scores, asset: 'asset:hot', timeMs: this.#clock.nowMs() } as const;
    const credit = await postReward(this.#open, block, posted);
    for (const { account, net } of credit.parts) this.#truth.credit(account, net);
    this.#wallet.earn(reward);
  }

  async #check(): Promise<void> {
    // Commands without a process: a look that only reads is never killed.
    const { commands } = this.#payouts({
      writer: this.#open,
      wallet: this.#wallet,
      witness: this.#chain.witness(),
      broadcaster: null,
    });
    await this.#truth.check(this.#open, this.#chain, await commands.list());
  }

  /** Trouble ends: time goes on, an operator helps, until nothing moves any more. */
  async #calm(): Promise<void> {
    this.#mischief.lies = 0;
    this.#mischief.diskFull = 0;
    this.#chain.rejoin();
    this.#processes = [await this.#start('last')];
    const [{ commands, service, writer }] = this.#processes as [Running];
    this.#clock.pass(60_000);
    for (let round = 0; round < CALM_ROUNDS; round += 1) {
      this.#mine(6);
      if ((await writer.take()) === undefined) continue;
      await this.#operator.helps(commands);
      const result = await stepsOf(service);
      if (result.kind === 'waits' && result.why === 'reconcile_gap') await this.#operator.books(commands);
      await this.#check();
      this.#options.log?.(`calm ${round} at ${this.#chain.height}: ${JSON.stringify(result)}`);
      if (round > LEAST_CALM_ROUNDS && result.kind === 'waits' && result.why === 'nothing_due') return;
    }
  }

  get #open(): SqliteDatabase {
    if (this.#database === undefined) throw new Error('the simulation does not run');
    return this.#database;
  }
}

/** A process can end before and after each question, and not within what a wallet computes by itself. */
function around(
  process: SimProcess,
  wallet: NonceWallet,
  mutation: (uses: NonceWitness['uses']) => NonceWitness['uses'],
): NonceWallet {
  const { nonces } = wallet;
  const uses = mutation((questions) => nonces.uses(questions));
  const asks = process.around(wallet);
  return {
    kind: 'nonce',
    account: wallet.account,
    unitsPerPayment: wallet.unitsPerPayment,
    mostWaiting: wallet.mostWaiting,
    nonces: process.around({ ...nonces, uses }),
    get limits() {
      return wallet.limits;
    },
    identity: () => asks.identity(),
    funds: () => asks.funds(),
    ownReceivers: (receivers) => asks.ownReceivers(receivers),
    price: () => asks.price(),
    sign: (order) => asks.sign(order),
    replacementPrice: (price) => wallet.replacementPrice(price),
    addressOf: (payee) => wallet.addressOf(payee),
    read: (raw) => wallet.read(raw),
  };
}
