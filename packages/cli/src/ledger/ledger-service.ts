import { hostname } from 'node:os';
import { JournalTail } from '@adit/journal';
import {
  BlockService,
  type BooksGuard,
  clearRestored,
  Ingest,
  isDatabaseGone,
  isRestored,
  type LedgerDatabase,
  LedgerWriter,
  leaseHolder,
  type StepResult,
  unansweredBlocks,
} from '@adit/ledger';
import { AditError, messageOf } from '@adit/primitives';
import { sleepFor } from '@adit/rpc';
import type { Config } from '../config/schema.ts';
import type { LedgerEvent, LedgerProblemCause } from '../log/ledger-event.ts';
import { AddressPayees } from './address-payees.ts';
import { alarmText } from './alarm-text.ts';
import { Beat, type BeatOutcome } from './beat.ts';
import { BooksWatch, GUARD_MS } from './books-watch.ts';
import { readChainMoney } from './chain-money.ts';
import { applyTerms } from './chain-terms.ts';
import type { LedgerChain } from './ledger-chains.ts';
import type { ChainModules } from './ledger-modules.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import { type PayoutParts, payoutParts } from './payout-parts.ts';
import { SharePayer } from './share-payer.ts';

export interface LedgerServiceOptions {
  readonly config: Pick<Config, 'data' | 'ledger' | 'chain'>;
  readonly chains: readonly LedgerChain[];
  /** Where the books are, for people; default: as the configuration says. */
  readonly shown?: string;
  /** Pauses between looks at journals, nodes and wallets; shorter for a demo. */
  readonly pauseMs?: { readonly ingest: number; readonly blocks: number; readonly payouts: number };
}

export interface LedgerServiceModules {
  readonly database: LedgerDatabase;
  /** Looks whether the books are as the ledger wrote them. */
  readonly guard: BooksGuard;
  /** What the ledger asks of each chain's nodes and wallet, by network. */
  readonly chainModules: ReadonlyMap<string, ChainModules>;
  readonly onEvent: (event: LedgerEvent) => void;
  /** For metrics; without it nothing is read for them. */
  readonly watch?: LedgerWatch;
}

const PAUSES = { ingest: 1_000, blocks: 5_000, payouts: 5_000 };
const FAILED_MS = 10_000;
/** A lease lasts 30 s: two renewals may fail before it ends. */
const RENEW_MS = 8_000;
const STANDBY_MS = 3_000;
/** Who sets what the configuration says, in the audit. */
const CONFIGURATION = { name: 'configuration', reason: 'the configuration' };
/** New accounts are looked for less often than payouts go on. */
const PAYEES_PER_PAYOUT = 4;
/** Pause between two looks at the money of a chain for its metrics: with 100,000 accounts a look takes a second. */
const MONEY_MS = 60_000;

/**
 * The ledger at work: it takes shares from the journals, judges found blocks, and pays. One process does it: it holds the lease, and
 * others stand by.
 */
export class LedgerService {
  readonly #options: LedgerServiceOptions;
  readonly #modules: LedgerServiceModules;
  readonly #writer: LedgerWriter;
  readonly #ended = Promise.withResolvers<never>();
  readonly #tail: JournalTail;
  readonly #pauses: typeof PAUSES;
  /** The payouts of each chain that has a wallet, by network. */
  readonly #payouts: ReadonlyMap<string, PayoutParts>;
  #beats: readonly Beat[] = [];
  readonly #stopping = new AbortController();
  #start: Promise<void> | undefined;

  constructor(options: LedgerServiceOptions, modules: LedgerServiceModules) {
    this.#options = options;
    this.#modules = modules;
    this.#pauses = options.pauseMs ?? PAUSES;
    this.#writer = new LedgerWriter(
      { owner: `process ${process.pid} on ${hostname()}` },
      { database: modules.database, now: () => Date.now() },
    );
    const { config } = options;
    const networks = Object.fromEntries(config.chain.map(({ name, network }) => [name, network]));
    this.#tail = new JournalTail({ dataFolder: config.data, networks });
    this.#payouts = new Map(
      options.chains.flatMap((chain) => {
        const wallet = modules.chainModules.get(chain.network)?.wallet;
        return wallet === undefined
          ? []
          : [[chain.network, payoutParts(chain, wallet, { writer: this.#writer, guard: modules.guard })]];
      }),
    );
    // Whoever drives the service may not ask how it ended.
    this.#ended.promise.catch(() => {});
  }

  /** Rejects when the lease is lost: what was in memory is not to be believed any more, and the process should end. */
  get ended(): Promise<never> {
    return this.#ended.promise;
  }

  /** Waits until this process is the writer, then begins to work. Resolves when it has begun, or was stopped before. */
  start(): Promise<void> {
    this.#start ??= this.#begin();
    return this.#start;
  }

  async #begin(): Promise<void> {
    const { database, onEvent } = this.#modules;
    const { signal } = this.#stopping;
    let told = false;
    while (!signal.aborted && (await this.#writer.take()) === undefined) {
      const holder = await database.read((queries) => leaseHolder(queries));
      if (!told) onEvent({ kind: 'ledger_standby', detail: `${holder?.owner ?? 'another process'} writes` });
      told = true;
      await sleepFor(STANDBY_MS, signal).catch(() => {});
    }
    if (signal.aborted) return;
    const { chains, config } = this.#options;
    await this.#writer.transact(async (queries) => {
      for (const chain of chains) await applyTerms(queries, chain, Date.now());
    });
    await this.#holdIfRestored();
    onEvent({
      kind: 'ledger_open',
      database: this.#options.shown ?? config.ledger.database,
      chains: chains.map(({ network }) => network),
    });
    this.#beats = [
      this.#beat('lease', RENEW_MS, () => this.#renew()),
      this.#guarding(),
      this.#ingest(),
      this.#blocks(),
      ...chains.flatMap((chain) => [
        ...this.#payees(chain),
        ...this.#paying(chain),
        ...this.#watching(chain),
      ]),
    ];
    for (const beat of this.#beats) beat.start();
  }

  /** Books from a backup do not know what was paid since: a person compares them with the wallet, and resumes. */
  async #holdIfRestored(): Promise<void> {
    if (!(await this.#writer.read(isRestored))) return;
    const reason =
      'restored from a backup: run `adit ledger reconcile`, then `adit ledger payouts resume all`';
    for (const { commands } of this.#payouts.values())
      await commands.hold('all', { name: 'restore', reason });
    await this.#modules.guard.follow();
    await this.#writer.transact(clearRestored);
  }

  /** Finishes what is under way, and gives the lease back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // A start that fails has told its caller.
    await this.#start?.catch(() => {});
    await Promise.all(this.#beats.map((beat) => beat.stop()));
    await this.#writer.lose().catch(() => {});
    this.#tail.close();
  }

  #guarding(): Beat {
    const watch = new BooksWatch(this.#modules.guard, {
      payouts: [...this.#payouts.values()],
      onFault: (fault) => this.#problem('books', undefined, fault),
    });
    return this.#beat('books', GUARD_MS, () => watch.look());
  }

  #ingest(): Beat {
    const { config } = this.#options;
    const ingest = new Ingest(
      { settleMs: config.ledger.settle_seconds * 1000 },
      {
        tail: this.#tail,
        database: this.#writer,
        onAlarm: (alarm) => this.#problem('ingest', undefined, alarm.kind),
      },
    );
    const payers = this.#options.chains.flatMap((chain) => this.#payer(chain) ?? []);
    return this.#beat('ingest', this.#pauses.ingest, async () => {
      const { numbered, leftOut, isFull } = await ingest.step();
      if (numbered + leftOut > 0)
        this.#modules.onEvent({ kind: 'ledger_ingested', shares: numbered, leftOut });
      // Behind each step, so that an empty reserve stops before many more shares are numbered.
      const isMore = await this.#payShares(payers);
      if (!isFull) this.#modules.watch?.caughtUp();
      return isFull || isMore ? 'again' : 'later';
    });
  }

  #payer(chain: LedgerChain): SharePayer | undefined {
    const { chainModules, onEvent } = this.#modules;
    const prices = chainModules.get(chain.network)?.prices;
    if (prices === undefined) return undefined;
    const { pauseMs } = this.#options;
    return new SharePayer(
      { chain, ...(pauseMs === undefined ? {} : { creditMs: pauseMs.payouts }) },
      { writer: this.#writer, prices, onEvent },
    );
  }

  /** A chain whose shares cannot be paid does not keep the others. @returns whether more shares wait */
  async #payShares(payers: readonly SharePayer[]): Promise<boolean> {
    let isMore = false;
    for (const payer of payers) {
      try {
        isMore = (await payer.step()) || isMore;
      } catch (error) {
        this.#fail('shares', payer.chain, error);
      }
    }
    return isMore;
  }

  #blocks(): Beat {
    const { chainModules, onEvent } = this.#modules;
    const service = new BlockService(
      {
        actor: 'blocks',
        rulesOf: (chain) => modulesOf(chainModules, chain).rules,
        incomeOf: (chain) => modulesOf(chainModules, chain).income,
        ...(this.#options.pauseMs === undefined ? {} : { mostPauseMs: this.#pauses.blocks }),
      },
      {
        database: this.#writer,
        watcherOf: (chain) => chainModules.get(chain)?.watcher,
        onMove: ({ block: { chain, what, hash, height }, from, to }) =>
          onEvent({ kind: 'block_moved', chain, what, hash, height: height ?? undefined, from, to }),
        onAlarm: (alarm) => this.#problem('blocks', alarm.chain, alarmText(alarm), alarm.error),
      },
    );
    return this.#beat('blocks', this.#pauses.blocks, async () => {
      await service.visit();
      await this.#tellLooks();
      return 'later';
    });
  }

  /** Tells of which chains nothing is unknown. */
  async #tellLooks(): Promise<void> {
    const { watch } = this.#modules;
    if (watch === undefined) return;
    const nowMs = Date.now();
    for (const { network } of this.#options.chains) {
      const count = await this.#writer.read((queries) => unansweredBlocks(queries, network, nowMs));
      if (count === 0) watch.looked(network);
    }
  }

  /** Reads the money of a chain for its metrics. */
  #watching(chain: LedgerChain): Beat[] {
    const { watch } = this.#modules;
    if (watch === undefined) return [];
    const { network } = chain;
    const look = async (): Promise<BeatOutcome> => {
      watch.money(network, await readChainMoney(chain, this.#payouts.get(network), this.#writer));
      return 'later';
    };
    return [this.#beat('metrics', MONEY_MS, look, network)];
  }

  #payees({ network }: LedgerChain): Beat[] {
    const modules = this.#modules.chainModules.get(network);
    if (modules === undefined) return [];
    const payees = new AddressPayees(network, {
      writer: this.#writer,
      payeeOf: (account) => modules.payeeOf(account),
    });
    const look = async (): Promise<BeatOutcome> => {
      await payees.look(Date.now());
      return 'later';
    };
    return [this.#beat('payouts', PAYEES_PER_PAYOUT * this.#pauses.payouts, look, network)];
  }

  #paying({ network, money }: LedgerChain): Beat[] {
    const parts = this.#payouts.get(network);
    if (parts === undefined) return [];
    const { service, commands } = parts;
    let isModeSet = false;
    let waitedFor: string | undefined;
    const pay = async (): Promise<BeatOutcome> => {
      if (!isModeSet) {
        const { control } = await commands.status();
        if (control.mode !== money.payouts) await commands.setMode(money.payouts, CONFIGURATION);
        isModeSet = true;
      }
      const result = await service.step();
      waitedFor = this.#tellPayout(network, result, waitedFor);
      return result.kind === 'moved' ? 'again' : 'later';
    };
    return [this.#beat('payouts', this.#pauses.payouts, pay, network)];
  }

  /** Tells what moved, and why nothing moves when that is for another cause than before. @returns the cause */
  #tellPayout(chain: string, result: StepResult, before: string | undefined) {
    const { onEvent } = this.#modules;
    const batch = result.batch ?? undefined;
    if (result.kind === 'moved') {
      onEvent({ kind: 'payout_moved', chain, batch, detail: result.detail });
      return undefined;
    }
    const { why: cause, detail } = result;
    if (cause !== before) onEvent({ kind: 'payout_waits', chain, batch, cause, detail });
    return cause;
  }

  async #renew(): Promise<BeatOutcome> {
    await this.#writer.renew();
    return 'later';
  }

  #beat(cause: LedgerProblemCause, pauseMs: number, run: () => Promise<BeatOutcome>, chain?: string): Beat {
    const onError = (error: unknown) => this.#fail(cause, chain, error);
    return new Beat(
      { pauseMs, failedMs: Math.max(pauseMs, Math.min(FAILED_MS, 10 * pauseMs)) },
      { run, onError },
    );
  }

  #fail(cause: LedgerProblemCause, chain: string | undefined, error: unknown): void {
    // The event of the database has told it already, once for all that works with it.
    if (isDatabaseGone(error)) return;
    this.#problem(cause, chain, messageOf(error), error);
    if (error instanceof AditError && error.code === 'ADIT_LEDGER_LEASE') this.#ended.reject(error);
  }

  #problem(cause: LedgerProblemCause, chain: string | undefined, detail: string, error?: unknown): void {
    const code = error instanceof AditError ? error.code : undefined;
    this.#modules.onEvent({ kind: 'ledger_problem', cause, chain, code, detail });
  }
}

/** Blocks of a chain that is not configured any more have no watcher, so nobody asks about them. */
function modulesOf(chainModules: ReadonlyMap<string, ChainModules>, chain: string): ChainModules {
  const modules = chainModules.get(chain);
  if (modules === undefined) throw new Error(`${chain} is not configured, and its blocks were judged`);
  return modules;
}
