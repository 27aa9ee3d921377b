import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  LedgerBooks,
  LedgerWriter,
  PayoutCommands,
  type PayoutModules,
  PayoutService,
  SqliteDatabase,
  setPayee,
  setTerms,
} from '@adit/ledger';
import type { Payee } from '@adit/money';
import type { MutantMemory } from './mutants.ts';
import { payByItself } from './pay-by-itself.ts';
import { Random } from './random.ts';
import { postReward, type Running, resultOf, stepsOf, workOf } from './running-payouts.ts';
import { SimBuildingWallet } from './sim-building-wallet.ts';
import { DEEPEST_REORG, SimChain } from './sim-chain.ts';
import { SimClock } from './sim-clock.ts';
import { SimOperator } from './sim-operator.ts';
import { SimDatabase, SimProcess } from './sim-process.ts';
import { SimSendingWallet } from './sim-sending-wallet.ts';
import { OWN } from './sim-wallet-facts.ts';
import { ACCOUNTS, CALM_ROUNDS, CHAIN, KILL_PLACES, LEAST_CALM_ROUNDS, OPTIONS } from './simulation-facts.ts';
import type { SimulationOptions, SimulationResult, Trouble } from './simulation-options.ts';
import { Truth } from './truth.ts';

interface RunningOnFile extends Running {
  /** Its connection to the file of the books; undefined where they are in memory. */
  readonly own: SqliteDatabase | undefined;
}

/** One world, one ledger, and processes that are killed: everything by the chance of one seed. */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #clock = new SimClock();
  readonly #chain: SimChain;
  readonly #mischief: { lies: number; diskFull: number };
  readonly #wallet: SimSendingWallet | SimBuildingWallet;
  readonly #shields: boolean;
  readonly #truth = new Truth(CHAIN);
  readonly #operator: SimOperator;
  /** What a mutant keeps. */
  readonly #memory: MutantMemory = new Map();
  #database: SqliteDatabase | undefined;
  #file: string | undefined;
  #processes: RunningOnFile[] = [];
  #blocks = 0;
  #unique = 0;
  #kills = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    const random = new Random(options.seed);
    this.#random = random;
    this.#mischief = {
      lies: this.#has('lies') ? random.pick([0.02, 0.1, 0.25]) : 0,
      diskFull: this.#has('disk_full') ? random.pick([0, 0, 0.03]) : 0,
    };
    this.#chain = new SimChain(
      random,
      this.#has('upgrade') && random.chance(0.3) ? 400 + random.below(400) : null,
    );
    // A mutant is looked for where trouble is frequent.
    if (options.mutant !== undefined) this.#mischief.lies = 0.25;
    const isBuilding = options.mutant === undefined && random.chance(0.35);
    this.#wallet = isBuilding
      ? new SimBuildingWallet(random, this.#chain, this.#mischief)
      : new SimSendingWallet(random, this.#chain, this.#clock, this.#mischief);
    this.#shields = !isBuilding && random.chance(0.3);
    this.#operator = new SimOperator({
      random,
      wallet: this.#wallet,
      log: options.log,
    });
  }

  /** @throws where a payee got more than it was credited, an invariant breaks, or the end is not in order */
  async run(): Promise<SimulationResult> {
    const folder =
      this.#options.onFile === true ? mkdtempSync(path.join(tmpdir(), 'adit-simulation-')) : undefined;
    this.#file = folder === undefined ? undefined : path.join(folder, 'ledger.db');
    const database = await SqliteDatabase.open(this.#file ?? ':memory:');
    this.#database = database;
    try {
      await this.#prepare(database);
      this.#processes = [await this.#start('first')];
      for (let step = 0; step < this.#options.steps; step += 1) {
        await this.#step(step);
        await this.#check();
      }
      await this.#calm();
      return await this.#atTheEnd(database);
    } finally {
      for (const { own } of this.#processes) await own?.close();
      await database.close();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  }

  async #prepare(database: SqliteDatabase): Promise<void> {
    const timeMs = this.#clock.nowMs();
    await database.transact(async (queries) => {
      const who = { chain: CHAIN, timeMs, actor: 'operator', reason: 'first' };
      await setTerms(queries, {
        ...who,
        account: '',
        terms: { feePpm: 10_000n, donation: null, minimum: 1_000_000n },
      });
      for (const account of ACCOUNTS) {
        // Two accounts share a receiver, and one names an address of the pool itself.
        const receiver = account === 'eve' ? 'dan' : account;
        const payee: Payee = account === 'own' ? OWN : { address: `t-${account}`, receiver, kind: 'p2pkh' };
        await setPayee(queries, { ...who, account, payee });
        this.#truth.name(account, payee.receiver);
      }
      await payByItself(queries, CHAIN, timeMs);
    });
    await this.#earn();
  }

  async #start(name: string): Promise<RunningOnFile> {
    const { mutant = {}, log } = this.#options;
    const process = new SimProcess(name, () => this.#passTime());
    const own = this.#file === undefined ? undefined : await SqliteDatabase.open(this.#file);
    const database = new SimDatabase(own ?? this.#open, process, this.#random, this.#mischief, {
      ...(mutant.queries === undefined ? {} : { queries: mutant.queries }),
      ...(mutant.keeps === undefined ? {} : { keeps: mutant.keeps }),
    });
    if (mutant.atStart !== undefined) {
      const sql = mutant.atStart;
      await this.#open.transact((queries) => queries.run(sql));
    }
    const writer = new LedgerWriter({ owner: name }, { database, now: () => this.#clock.nowMs() });
    const wallet = this.#wallet;
    const witness = this.#chain.witness();
    const modules: PayoutModules = {
      writer: mutant.hasNoLease === true ? database : writer,
      books: new LedgerBooks(OPTIONS),
      wallet: around(process, mutant.wallet?.(wallet, this.#memory) ?? wallet),
      witness: process.around(mutant.witness?.(witness, this.#chain) ?? witness),
      broadcaster: wallet.kind === 'building' ? process.around(wallet.broadcaster()) : null,
      shielder: this.#shields && wallet.kind === 'sending' ? process.around(wallet.shielder()) : null,
      clock: this.#clock,
      unique: () => {
        this.#unique += 1;
        return `unique${this.#unique}`;
      },
      pendingIncome: async () => [],
    };
    const service = new PayoutService(OPTIONS, modules);
    log?.(`${name} starts`);
    return { process, service, commands: new PayoutCommands(service, modules), writer, own };
  }

  async #step(step: number): Promise<void> {
    const what = this.#random.weighted({
      work: 60,
      mine: 20,
      mine_many: 2,
      earn: 3,
      kill: this.#has('kill') ? 6 : 0,
      reorganise: this.#has('reorganise') ? 2 : 0,
      fork: this.#has('fork') ? 1 : 0,
      rejoin: 4,
      help: 7,
      lag: this.#has('lag') ? 1 : 0,
      nodes_away: this.#has('nodes_away') ? 1 : 0,
      wallet_restart: this.#has('wallet_restart') ? 1 : 0,
      wallet_rebuild: this.#has('wallet_rebuild') ? 0.05 : 0,
      second_payer: this.#has('second_payer') ? 1 : 0,
      clock_jump: this.#has('clock_jump') ? 0.2 : 0,
      operator: this.#has('operator') ? 4 : 0,
    });
    this.#options.log?.(`${step} ${what} at ${this.#chain.height}`);
    const chain = this.#chain;
    if (what === 'work') await this.#work();
    else if (what === 'mine') this.#mine(1 + this.#random.below(3));
    else if (what === 'mine_many')
      this.#mine(30 + this.#random.below(this.#options.mutant === undefined ? 150 : 10));
    else if (what === 'earn') await this.#earn();
    else if (what === 'kill') await this.#killLater();
    else if (what === 'reorganise') chain.reorganise(1 + this.#random.below(DEEPEST_REORG));
    else if (what === 'fork') chain.fork();
    else if (what === 'rejoin') chain.rejoin();
    else if (what === 'lag') chain.lag = this.#random.below(30);
    else if (what === 'nodes_away') chain.isAway = true;
    else if (what === 'help') await this.#operator.helps(this.#random.pick(this.#processes).commands);
    else if (what === 'wallet_restart') this.#sending?.restart();
    else if (what === 'wallet_rebuild') this.#sending?.rebuild();
    else if (what === 'second_payer') await this.#secondPayer();
    else if (what === 'clock_jump')
      this.#clock.jump(this.#random.pick([-7_200_000, -90_000, 90_000, 86_400_000]));
    else await this.#operator.types(this.#random.pick(this.#processes).commands);
    await this.#bury();
  }

  async #work(): Promise<void> {
    const order = this.#random.chance(0.5) ? this.#processes : this.#processes.toReversed();
    // Connections of one thread would wait for each other's lock without end.
    const work = (running: Running) =>
      workOf(running, this.#options.log, this.#options.mutant?.hasNoLease !== true);
    if (this.#file !== undefined) for (const running of order) await work(running);
    else await Promise.all(order.map(work));
  }

  /** Dead processes are started anew; what they had in memory is gone. */
  async #bury(): Promise<void> {
    for (const [i, { process, own }] of this.#processes.entries()) {
      if (!process.isDead) continue;
      this.#kills += 1;
      await own?.close();
      this.#processes[i] = await this.#start(process.name);
    }
  }

  async #killLater(): Promise<void> {
    const { process } = this.#random.pick(this.#processes);
    if (this.#random.chance(0.5)) process.killIn = this.#random.below(30);
    else process.killAt = this.#random.pick(KILL_PLACES);
  }

  /** A call takes its time: now and then so long that the lease runs out within a step. */
  #passTime(): void {
    this.#clock.pass(this.#random.below(20));
    if (this.#processes.length > 1 && this.#random.chance(0.01)) this.#clock.pass(31_000);
  }

  async #secondPayer(): Promise<void> {
    const [oldest, ...others] = this.#processes;
    if (others.length > 0) {
      await oldest?.own?.close();
      this.#processes = others;
    } else this.#processes.push(await this.#start(`second-${this.#unique}`));
  }

  #mine(blocks: number): void {
    for (let mined = 0; mined < blocks; mined += 1) {
      this.#clock.pass(10_000 + this.#random.below(60_000));
      this.#chain.mine();
      this.#sending?.tick();
    }
  }

  async #earn(): Promise<void> {
    this.#blocks += 1;
    const reward = BigInt(20_000_000 + this.#random.below(40_000_000));
    const scores = new Map(
      ACCOUNTS.filter(() => this.#random.chance(0.7)).map(
        (account) => [account, BigInt(1 + this.#random.below(50))] as const,
      ),
    );
    if (scores.size === 0) return;
    const block = { chain: CHAIN, hash: `reward${this.#blocks}`, generation: 1 };
    const asset = this.#shields ? 'coinbase' : 'hot';
    const posted = { reward, scores, asset: `asset:${asset}`, timeMs: this.#clock.nowMs() } as const;
    const credit = await postReward(this.#open, block, posted);
    for (const { account, net } of credit.parts) this.#truth.credit(account, net);
    this.#wallet.earn(reward, asset);
  }

  async #check(): Promise<void> {
    await this.#truth.check(this.#open, this.#chain, this.#wallet);
  }

  /** Trouble ends: time goes on, an operator resumes what is held, until nothing moves any more. */
  async #calm(): Promise<void> {
    this.#mischief.lies = 0;
    this.#mischief.diskFull = 0;
    this.#chain.rejoin();
    this.#chain.upgradeAt = null;
    for (const { own } of this.#processes) await own?.close();
    this.#processes = [await this.#start('last')];
    const [{ commands, service, writer }] = this.#processes as [RunningOnFile];
    this.#clock.pass(60_000);
    for (let round = 0; round < CALM_ROUNDS; round += 1) {
      this.#mine(8);
      if ((await writer.take()) === undefined && this.#options.mutant?.hasNoLease !== true) continue;
      await this.#operator.helps(commands);
      const result = await stepsOf(service);
      await this.#check();
      this.#options.log?.(`calm ${round} at ${this.#chain.height}: ${JSON.stringify(result)}`);
      if (round > LEAST_CALM_ROUNDS && result.kind === 'waits' && result.why === 'nothing_due') return;
    }
  }

  async #atTheEnd(database: SqliteDatabase): Promise<SimulationResult> {
    const [{ commands }] = this.#processes as [RunningOnFile];
    const batches = await commands.list();
    const held = await this.#truth.checkEnd(database, this.#chain, this.#wallet, batches);
    return resultOf(batches, { held, kills: this.#kills });
  }

  #has(trouble: Trouble): boolean {
    return this.#options.without?.has(trouble) !== true;
  }

  get #sending(): SimSendingWallet | undefined {
    return this.#wallet.kind === 'sending' ? this.#wallet : undefined;
  }

  get #open(): SqliteDatabase {
    if (this.#database === undefined) throw new Error('the simulation does not run');
    return this.#database;
  }
}

/** Wallets are told apart by their kind, so each keeps its own type. */
function around(process: SimProcess, wallet: PayoutModules['wallet']): PayoutModules['wallet'] {
  return wallet.kind === 'sending' ? process.around(wallet) : process.around(wallet);
}
