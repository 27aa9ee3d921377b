import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JournalTail } from '@adit/journal';
import {
  balanceOf,
  CHAIN_TERMS,
  fundReserve,
  Ingest,
  PpsService,
  releaseReserve,
  reserveState,
  SqliteDatabase,
  setReserveLimits,
  setScheme,
  setTerms,
  verifyFromJournals,
  verifyLedger,
} from '@adit/ledger';
import { COEFFICIENT_ONE, openAccount, PPM, PPS_UNIT, type PriceFacts, scoreOf, windowOf } from '@adit/money';
import { AditError } from '@adit/primitives';
import { tariffAt, tariffsOf } from '../../src/pps/tariffs.ts';
import { openSlice } from '../../src/shares/slice-store.ts';
import { journalTemplate, record, START_MS, TestJournal } from '../support/journals.ts';
import { Random } from './random.ts';
import { type DatabaseMischief, Killed, type QueryMutation, SimDatabase, SimProcess } from './sim-process.ts';
import { Fault } from './truth.ts';

/** A run of the world of shares that are paid at once. */
export interface PpsSimulationOptions {
  readonly seed: number;
  readonly steps: number;
  readonly log?: (line: string) => void;
  /** Changes what transactions run: only mutants do so. */
  readonly mutant?: QueryMutation;
}

/** What a process of the ledger has. */
interface LedgerParts {
  readonly ingest: Ingest;
  readonly service: PpsService;
  readonly database: SimDatabase;
}

const CHAIN = 'zcash';
const ACCOUNTS = ['ann', 'bob', 'cem', 'dan'];
const FEE_PPM = 20_000n;
/** Expected work of a block. */
const NETWORK = 2n ** 20n;
const BY = { chain: CHAIN, actor: 'simulation', reason: 'the simulation says so' };
const EXPECTED: ReadonlySet<string> = new Set(['ADIT_LEDGER_DATABASE', 'ADIT_RESERVE_REFUSED']);

/** Shares of two processes of a pool, one ledger that is killed, a reserve, and a price that moves: by the chance of one seed. */
export class PpsSimulation {
  readonly #options: PpsSimulationOptions;
  readonly #random: Random;
  readonly #mischief: DatabaseMischief;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'adit-pps-'));
  readonly #scheme: 'pps' | 'fpps';
  #price: PriceFacts | undefined = { subsidy: 41_666_668n, feeRatioPpm: 0n, coefficient: COEFFICIENT_ONE };
  #now = START_MS;
  #shares = 0;
  #put = 0n;
  #paid = 0;
  #kills = 0;
  #tail: JournalTail;
  #process = new SimProcess('first', () => {});

  constructor(options: PpsSimulationOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#mischief = { diskFull: this.#random.pick([0, 0, 0.05]) };
    this.#scheme = this.#random.pick(['pps', 'fpps'] as const);
    this.#tail = new JournalTail({ dataFolder: this.#folder });
  }

  /** @throws where the reserve loses or makes money, a share is paid twice or not, or an invariant breaks */
  async run(): Promise<{ readonly shares: number; readonly credits: number; readonly kills: number }> {
    const database = await SqliteDatabase.open(':memory:');
    const journals: TestJournal[] = [];
    try {
      const template = await journalTemplate(this.#folder);
      for (const name of ['a', 'b']) journals.push(new TestJournal(template, this.#folder, name));
      await this.#prepare(database);
      let ledger = this.#start(database);
      for (let step = 0; step < this.#options.steps; step += 1) {
        await this.#step(database, ledger, journals);
        if (this.#process.isDead) {
          this.#kills += 1;
          ledger = this.#start(database);
        }
        await this.#check(database);
      }
      this.#mischief.diskFull = 0;
      ledger = this.#start(database);
      this.#now += 10_000_000;
      while ((await ledger.ingest.step()).isFull);
      while ((await ledger.service.step()).isMore);
      await this.#checkEnd(database);
      return { shares: this.#shares, credits: this.#paid, kills: this.#kills };
    } finally {
      for (const journal of journals) journal.close();
      this.#tail.close();
      await database.close();
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  async #prepare(database: SqliteDatabase): Promise<void> {
    const by = { ...BY, timeMs: this.#now };
    const fund = BigInt(this.#random.pick([60_000_000, 400_000_000, 4_000_000_000]));
    await database.transact(async (queries) => {
      await setScheme(queries, { ...by, scheme: { kind: this.#scheme, window: windowOf(2) } });
      const terms = { feePpm: FEE_PPM, donation: null, minimum: 1n };
      await setTerms(queries, { ...by, account: CHAIN_TERMS, terms });
      await setReserveLimits(queries, { ...by, floor: 20_000_000n, resumeAt: 50_000_000n });
      await fundReserve(queries, { ...by, amount: fund }, 'deposit');
    });
    this.#put += fund;
  }

  /** A process of the ledger: what the one before had in memory is gone. */
  #start(database: SqliteDatabase): LedgerParts {
    this.#tail.close();
    this.#tail = new JournalTail({ dataFolder: this.#folder });
    this.#process = new SimProcess('ledger', () => {});
    const own = new SimDatabase(database, this.#process, this.#random, this.#mischief, {
      ...(this.#options.mutant === undefined ? {} : { queries: this.#options.mutant }),
    });
    const now = () => this.#now;
    const ingest = new Ingest(
      { settleMs: 0 },
      { tail: this.#tail, database: own, rules: {}, now, onAlarm: () => {} },
    );
    const creditMs = this.#random.pick([0, 60_000, 600_000]);
    const service = new PpsService(
      { chain: CHAIN, isWanted: true, actor: 'pps', creditMs },
      { database: own, priceNow: async () => this.#price, now },
    );
    return { ingest, service, database: own };
  }

  async #step(
    database: SqliteDatabase,
    { ingest, service, database: own }: LedgerParts,
    journals: readonly TestJournal[],
  ): Promise<void> {
    const random = this.#random;
    this.#now += random.below(30_000);
    const by = () => ({ ...BY, timeMs: this.#now });
    const what = random.weighted({
      shares: 30,
      take: 25,
      pay: 25,
      kill: 8,
      price: 4,
      no_price: 2,
      fund: 3,
      release: 4,
      limits: 1,
    });
    this.#options.log?.(what);
    const amount = BigInt(1 + random.below(60_000_000));
    try {
      if (what === 'shares') this.#find(random.pick(journals));
      else if (what === 'take') await ingest.step();
      else if (what === 'pay') {
        const { credited, reserve } = await service.step();
        if ((credited?.paid ?? 0n) > 0n) this.#paid += 1;
        if (reserve?.isOpen === true) await this.#checkOpen(database);
      } else if (what === 'kill') this.#process.killIn = random.below(12);
      else if (what === 'price') this.#price = this.#newPrice();
      else if (what === 'no_price') this.#price = undefined;
      else if (what === 'fund') {
        await own.transact((queries) => fundReserve(queries, { ...by(), amount }, 'deposit'));
        this.#put += amount;
      } else if (what === 'release') {
        await own.transact((queries) => releaseReserve(queries, { ...by(), amount }, 'owner'));
        this.#put -= amount;
      } else {
        const floor = amount / 2n;
        await own.transact((queries) => setReserveLimits(queries, { ...by(), floor, resumeAt: amount }));
      }
    } catch (error) {
      const isExpected = error instanceof Killed || (error instanceof AditError && EXPECTED.has(error.code));
      if (!isExpected) throw error;
      // An order that was kept, and whose process was killed behind its commit, counts.
      if (error instanceof Killed) this.#put = await this.#putInBooks(database);
    }
  }

  /** A few shares of one process, now and then of an earlier time, or one that is there already. */
  #find(journal: TestJournal): void {
    for (let found = this.#random.below(12); found >= 0; found -= 1) {
      const isAgain = this.#shares > 0 && this.#random.chance(0.05);
      const number = isAgain ? 1 + this.#random.below(this.#shares) : this.#shares + 1;
      this.#shares = Math.max(this.#shares, number);
      const weight = BigInt(1 + this.#random.below(40_000));
      const timeMs = this.#now - (this.#random.chance(0.2) ? this.#random.below(400_000) : 0);
      const networkTarget = 2n ** 256n / NETWORK - 1n;
      journal.append(record(number, { account: this.#random.pick(ACCOUNTS), weight, networkTarget, timeMs }));
    }
  }

  #newPrice(): PriceFacts {
    const subsidy = BigInt(20_000_000 + this.#random.below(40_000_000));
    const feeRatioPpm = BigInt(this.#random.below(300_000));
    const coefficient = this.#random.pick([COEFFICIENT_ONE, COEFFICIENT_ONE / 2n, 1_200_000_007n]);
    return { subsidy, feeRatioPpm, coefficient };
  }

  /** What was put in is what is there and what miners got. */
  async #check(database: SqliteDatabase): Promise<void> {
    const { reserve, miners } = await this.#balances(database);
    let owed = 0n;
    for (const amount of miners.values()) owed += amount;
    if (reserve + owed !== this.#put)
      throw new Fault(`${this.#put} was put in, the reserve has ${reserve}, miners are owed ${owed}`);
  }

  async #checkOpen(database: SqliteDatabase): Promise<void> {
    const { balance, limits } = await database.read((queries) => reserveState(queries, CHAIN));
    if (limits === undefined || balance < limits.floor)
      throw new Fault(`a reserve of ${balance} is open, and its floor is ${limits?.floor}`);
  }

  /** Each account has what its shares earned under the tariffs that were set before they came, to the unit. */
  async #checkEnd(database: SqliteDatabase): Promise<void> {
    await this.#check(database);
    const { miners } = await this.#balances(database);
    for (const [account, earned] of await this.#earned(database))
      if ((miners.get(account) ?? 0n) !== earned / PPS_UNIT)
        throw new Fault(`${account} earned ${earned / PPS_UNIT}, and was credited ${miners.get(account)}`);
    const [breach] = await verifyLedger(database);
    if (breach !== undefined) throw new Fault(`${breach.invariant}: ${breach.about}: ${breach.detail}`);
    const into = await SqliteDatabase.open(':memory:');
    try {
      const { mismatches } = await verifyFromJournals({ database, into, tail: this.#tail });
      const [mismatch] = mismatches;
      if (mismatch !== undefined) throw new Fault(`${mismatch.kind}: ${mismatch.about}: ${mismatch.detail}`);
    } finally {
      await into.close();
    }
  }

  /** By account, in 1 / PPS_UNIT: each share alone, by the tariff that holds for its number. */
  async #earned(database: SqliteDatabase): Promise<ReadonlyMap<string, bigint>> {
    return database.read(async (queries) => {
      const tariffs = await tariffsOf(queries, CHAIN);
      const names = new Map(
        (await queries.all('SELECT id, name FROM share_account WHERE chain = ?', [CHAIN])).map((row) => [
          Number(row['id']),
          String(row['name']),
        ]),
      );
      const earned = new Map<string, bigint>(ACCOUNTS.map((account) => [account, 0n]));
      const slices = await queries.all('SELECT first_number FROM slice WHERE chain = ?', [CHAIN]);
      for (const slice of slices)
        for (const { number, account, weight } of (
          await openSlice(queries, CHAIN, Number(slice['first_number']))
        ).shares) {
          const tariff = tariffAt(tariffs, number);
          if (tariff?.isOpen !== true) continue;
          const fees = this.#scheme === 'fpps' ? tariff.feeRatioPpm : 0n;
          const price = tariff.subsidy * (PPM + fees) * tariff.coefficient;
          const name = names.get(account) ?? '';
          const part = price * scoreOf(weight, NETWORK) * (PPM - FEE_PPM);
          earned.set(name, (earned.get(name) ?? 0n) + part);
        }
      return earned;
    });
  }

  async #balances(
    database: SqliteDatabase,
  ): Promise<{ readonly reserve: bigint; readonly miners: ReadonlyMap<string, bigint> }> {
    return database.read(async (queries) => {
      const miners = new Map<string, bigint>();
      for (const account of ACCOUNTS)
        miners.set(account, -(await balanceOf(queries, CHAIN, openAccount('miner', account))));
      return { reserve: -(await balanceOf(queries, CHAIN, 'equity:pps')), miners };
    });
  }

  /** What operators put in and took out, by the orders that were kept. */
  async #putInBooks(database: SqliteDatabase): Promise<bigint> {
    const rows = await database.read((queries) =>
      queries.all(
        "SELECT p.amount AS amount FROM posting p JOIN entry e ON e.id = p.entry WHERE p.account = 'equity:pps' AND e.kind IN ('reserve_funding', 'reserve_release')",
      ),
    );
    return rows.reduce((sum, row) => sum - BigInt(String(row['amount'])), 0n);
  }
}
