// Payouts of TrueChain from books in memory to a devnet, whose fast blocks come when a test says so.
import assert from 'node:assert/strict';
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
import { depositEntry, openingEntry } from '@adit/money';
import { encodeHex } from '@adit/primitives';
import { JsonRpcClient } from '@adit/rpc';
import {
  AddressFault,
  accountOf,
  readPayee,
  signPayment,
  TrueBroadcaster,
  TrueWallet,
  TrueWitness,
} from '@adit/wallets';
import { startTrueChainDevnet, type TrueChainDevnet } from '../../../devnet/src/index.ts';

export const OPERATOR = { name: 'olga', reason: 'a test' };
export const ANN = `0x${'a1'.repeat(20)}`;
export const BOB = `0x${'b2'.repeat(20)}`;
/** A contract that takes no money. */
export const REFUSING = `0x${'cc'.repeat(20)}`;
const KEY = new Uint8Array(32).fill(46);
export const COIN = 10n ** 18n;
const CHAIN = 'truechain';
const CHAIN_ID = 400n;
const BLOCK_MS = 2_000;

const OPTIONS: PayoutOptions = {
  chain: CHAIN,
  wallet: 'truechain',
  caps: { payment: 1_000n * COIN, batch: 1_000n * COIN, daily: 10_000n * COIN },
  minimum: COIN / 100n,
  keep: 0n,
  feeBorneBy: 'pool',
  mostFee: COIN,
  rules: { settleDepth: 12 },
  shieldFrom: 1n,
  margin: 100,
};

export class TrueDesk {
  readonly devnet: TrueChainDevnet;
  readonly database: SqliteDatabase;
  readonly wallet: TrueWallet;
  service: PayoutService;
  commands: PayoutCommands;
  readonly #modules: PayoutModules;
  readonly #clock: { ms: number };
  readonly #nodes: readonly JsonRpcClient[];

  private constructor(
    devnet: TrueChainDevnet,
    database: SqliteDatabase,
    clock: { ms: number },
    urls: readonly string[],
  ) {
    this.devnet = devnet;
    this.database = database;
    this.#clock = clock;
    this.#nodes = urls.map((url) => new JsonRpcClient({ url, retries: 0 }));
    const nodes = this.#nodes;
    const witness = new TrueWitness({ nodes });
    this.wallet = new TrueWallet(
      { account: accountOf(KEY), chainId: CHAIN_ID, mostGasPrice: 10n ** 11n },
      { nodes, witness, key: async () => KEY },
    );
    let unique = 0;
    this.#modules = {
      writer: new LedgerWriter({ owner: 'test', leaseMs: 10 ** 9 }, { database, now: () => clock.ms }),
      books: new LedgerBooks(OPTIONS),
      wallet: this.wallet,
      witness,
      broadcaster: new TrueBroadcaster({ nodes }),
      shielder: null,
      clock: { nowMs: () => clock.ms, steadyMs: () => clock.ms },
      unique: () => {
        unique += 1;
        return `test${unique}`;
      },
      pendingIncome: async () => [],
    };
    this.service = new PayoutService(OPTIONS, this.#modules);
    this.commands = new PayoutCommands(this.service, this.#modules);
  }

  /** Books that owe 5 to ann and 3 to bob, an account with 100, and two nodes of one chain. */
  static async with(use: (desk: TrueDesk) => Promise<void>): Promise<void> {
    const clock = { ms: 1_700_000_000_000 };
    const account = `0x${encodeHex(accountOf(KEY))}`;
    const devnet = await startTrueChainDevnet({
      startNumber: 20,
      accounts: { [account]: String(100n * COIN) },
      refusing: [REFUSING],
      now: () => clock.ms,
    });
    const database = await SqliteDatabase.open(':memory:');
    const desk = new TrueDesk(devnet, database, clock, [devnet.url, await devnet.openNode()]);
    try {
      await (desk.#modules.writer as LedgerWriter).take();
      await database.transact(async (queries) => {
        const who = { chain: CHAIN, timeMs: clock.ms, actor: 'test', reason: 'a test' };
        const terms = { feePpm: 0n, donation: null, minimum: COIN / 100n };
        await setTerms(queries, { ...who, account: '', terms });
        const deposit = depositEntry({ chain: CHAIN, reference: 'first', amount: 100n * COIN });
        await postEntry(queries, CHAIN, deposit, clock.ms);
      });
      await desk.owe('ann', 5n * COIN, ANN);
      await desk.owe('bob', 3n * COIN, BOB);
      await desk.commands.setMode('auto', OPERATOR);
      await use(desk);
    } finally {
      for (const node of desk.#nodes) node.close();
      await database.close();
      await devnet.close();
    }
  }

  async owe(account: string, amount: bigint, address: string): Promise<void> {
    const payee = readPayee(address, CHAIN);
    assert.ok(!(payee instanceof AddressFault));
    await this.database.transact(async (queries) => {
      const timeMs = this.#clock.ms;
      await setPayee(queries, { chain: CHAIN, timeMs, actor: 'test', reason: 'a test', account, payee });
      const opening = openingEntry({ chain: CHAIN, reference: `opening-${account}`, amount }, account);
      await postEntry(queries, CHAIN, opening, timeMs);
    });
  }

  /** The process ends, and another one begins. */
  restart(): void {
    this.service = new PayoutService(OPTIONS, this.#modules);
    this.commands = new PayoutCommands(this.service, this.#modules);
  }

  /** Time for fast blocks. */
  mine(blocks: number): void {
    this.#clock.ms += blocks * BLOCK_MS;
  }

  /** Steps until nothing moves any more. */
  async settle(): Promise<StepResult> {
    for (let steps = 0; steps < 50; steps += 1) {
      const result = await this.service.step();
      if (result.kind === 'waits') return result;
    }
    throw new Error('it never waits');
  }

  /** Steps with a fast block between them until a batch has a state. */
  async until(state: string, blocks = 100): Promise<StoredBatch> {
    for (let mined = 0; mined < blocks; mined += 1) {
      const found = (await this.commands.list()).find(({ position }) => position.state === state);
      if (found !== undefined) return found;
      const result = await this.service.step();
      if (result.kind === 'waits') this.mine(1);
    }
    throw new Error(`no batch became ${state}`);
  }

  /** What the payees have, in whole coins. */
  get got(): readonly bigint[] {
    return [ANN, BOB].map((account) => this.devnet.balance(account) / COIN);
  }

  /** Somebody else who has the key pays with it. */
  async steal(nonce: bigint, to: string, value: bigint): Promise<void> {
    const payment = {
      nonce,
      gasPrice: 10n ** 9n,
      gas: 21_000n,
      to: Uint8Array.from(Buffer.from(to.slice(2), 'hex')),
      value,
    };
    const { raw } = signPayment(payment, CHAIN_ID, KEY);
    const [node] = this.#nodes;
    await node?.call('etrue_sendRawTransaction', [`0x${encodeHex(raw)}`]);
  }
}
