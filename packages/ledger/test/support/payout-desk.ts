// Payouts of one wallet account in memory, in a world that does as it is told.
import {
  LedgerBooks,
  LedgerWriter,
  PayoutCommands,
  type PayoutModules,
  type PayoutOptions,
  PayoutService,
  postEntry,
  SqliteDatabase,
  type StepResult,
  type StoredBatch,
  setPayee,
  setTerms,
} from '@adit/ledger';
import { depositEntry, openingEntry, type Payee, type Wallet, type Witness } from '@adit/money';
import { Random } from '../simulator/random.ts';
import { SimChain } from '../simulator/sim-chain.ts';
import { SimClock } from '../simulator/sim-clock.ts';
import { SimSendingWallet } from '../simulator/sim-sending-wallet.ts';
import type { Mischief } from '../simulator/sim-wallet-facts.ts';

export const OPERATOR = { name: 'olga', reason: 'a test' };
const CHAIN = 'zcash';

export const DESK_OPTIONS: PayoutOptions = {
  chain: CHAIN,
  wallet: 'hot',
  caps: { payment: 500_000_000n, batch: 1_000_000_000n, daily: 2_000_000_000n },
  minimum: 1_000_000n,
  keep: 0n,
  feeBorneBy: 'pool',
  mostFee: 1_000_000n,
  rules: { settleDepth: 20 },
  shieldFrom: 1n,
  margin: 100,
};

/** What a test may set otherwise. */
export interface DeskOverrides {
  readonly options?: Partial<PayoutOptions>;
  readonly modules?: Partial<PayoutModules>;
  /** Stands before the wallet of the world. */
  readonly wallet?: (wallet: SimSendingWallet, witness: Witness) => Wallet;
  /** Path of the books; in memory if it is left out. */
  readonly file?: string;
}

export class PayoutDesk {
  readonly clock = new SimClock();
  readonly mischief: Mischief = { lies: 0 };
  readonly chain: SimChain;
  readonly wallet: SimSendingWallet;
  readonly database: SqliteDatabase;
  readonly modules: PayoutModules;
  readonly options: PayoutOptions;
  service: PayoutService;
  commands: PayoutCommands;
  #unique = 0;

  /** Use {@link PayoutDesk.open}. */
  constructor(database: SqliteDatabase, writer: LedgerWriter, clock: SimClock, overrides: DeskOverrides) {
    this.database = database;
    this.clock = clock;
    const random = new Random(1);
    this.chain = new SimChain(random, null);
    this.wallet = new SimSendingWallet(random, this.chain, this.clock, this.mischief);
    this.options = { ...DESK_OPTIONS, ...overrides.options };
    this.modules = {
      writer,
      books: new LedgerBooks(this.options),
      wallet: overrides.wallet?.(this.wallet, this.chain.witness()) ?? this.wallet,
      witness: this.chain.witness(),
      broadcaster: null,
      shielder: null,
      clock: this.clock,
      unique: () => {
        this.#unique += 1;
        return `test${this.#unique}`;
      },
      pendingIncome: async () => [],
      ...overrides.modules,
    };
    this.service = new PayoutService(this.options, this.modules);
    this.commands = new PayoutCommands(this.service, this.modules);
  }

  /** A ledger that owes 0.5 to ann, 0.3 to bob, and has 10 in its wallet; the mode is `auto`. */
  static async open(overrides: DeskOverrides = {}): Promise<PayoutDesk> {
    const database = await SqliteDatabase.open(overrides.file ?? ':memory:');
    const clock = new SimClock();
    const writer = new LedgerWriter(
      { owner: 'test', leaseMs: 1_000_000_000 },
      { database, now: () => clock.nowMs() },
    );
    const desk = new PayoutDesk(database, writer, clock, overrides);
    await writer.take();
    await database.transact(async (queries) => {
      const who = { chain: CHAIN, timeMs: clock.nowMs(), actor: 'test', reason: 'a test' };
      await setTerms(queries, {
        ...who,
        account: '',
        terms: { feePpm: 0n, donation: null, minimum: 1_000_000n },
      });
      const deposit = depositEntry({ chain: CHAIN, reference: 'first', amount: 1_000_000_000n });
      await postEntry(queries, CHAIN, deposit, clock.nowMs());
    });
    desk.wallet.earn(1_000_000_000n, 'hot');
    await desk.owe('ann', 50_000_000n);
    await desk.owe('bob', 30_000_000n);
    await desk.commands.setMode('auto', OPERATOR);
    return desk;
  }

  async owe(account: string, amount: bigint, payee: Payee = payeeOf(account)): Promise<void> {
    await this.database.transact(async (queries) => {
      const timeMs = this.clock.nowMs();
      await setPayee(queries, { chain: CHAIN, timeMs, actor: 'test', reason: 'a test', account, payee });
      this.#unique += 1;
      const reference = `opening${this.#unique}`;
      await postEntry(queries, CHAIN, openingEntry({ chain: CHAIN, reference, amount }, account), timeMs);
    });
  }

  /** The process ends, and another one begins. */
  restart(): void {
    this.service = new PayoutService(this.options, this.modules);
    this.commands = new PayoutCommands(this.service, this.modules);
  }

  mine(blocks: number): void {
    for (let mined = 0; mined < blocks; mined += 1) {
      this.clock.pass(60_000);
      this.chain.mine();
      this.wallet.tick();
    }
  }

  /** Steps until nothing moves any more. @returns the last result */
  async settle(): Promise<StepResult> {
    for (let steps = 0; steps < 50; steps += 1) {
      const result = await this.service.step();
      if (result.kind === 'waits') return result;
    }
    throw new Error('it never waits');
  }

  /** Steps with blocks between them until a batch has a state. */
  async until(state: string, blocks = 400): Promise<StoredBatch> {
    for (let mined = 0; mined < blocks; mined += 1) {
      await this.settle();
      const found = (await this.commands.list()).find(({ position }) => position.state === state);
      if (found !== undefined) return found;
      this.mine(1);
    }
    throw new Error(`no batch became ${state}`);
  }
}

export function payeeOf(account: string): Payee {
  return { address: `t-${account}`, receiver: account, kind: 'p2pkh' };
}
