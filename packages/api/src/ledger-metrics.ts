import type { WaitCause } from '@adit/ledger';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type ChainMoney, LedgerChainMetrics } from './ledger-chain-metrics.ts';
import { MONEY_BLOCK_STATES } from './ledger-labels.ts';

export interface LedgerMetricsOptions {
  /** Names of the networks whose money the ledger keeps. */
  readonly chains: readonly string[];
  /** What the ledger can report as a problem: each is a series from the start. */
  readonly problems: readonly string[];
}

export interface LedgerMetricsModules {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * The metrics of the ledger's process for Prometheus. The ledger tells what happens; ages are computed at each scrape, so
 * they grow where the ledger stands still.
 */
export class LedgerMetrics {
  readonly #registry = new Registry();
  readonly #now: () => number;
  readonly #chains: LedgerChainMetrics;
  readonly #writer: Gauge;
  readonly #lag: Gauge;
  readonly #shares: Counter;
  readonly #leftOut: Counter;
  readonly #moves: Counter<'chain' | 'state'>;
  readonly #problems: Counter<'cause'>;
  #isWriter = false;
  /** When all shares that were old enough had been taken; at first the start of the process. */
  #caughtUpMs: number;

  constructor({ chains, problems }: LedgerMetricsOptions, { now = Date.now }: LedgerMetricsModules = {}) {
    this.#now = now;
    this.#caughtUpMs = now();
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#writer = new Gauge({
      name: 'adit_ledger_writer',
      help: '1 while this process holds the lease of the ledger, 0 while it stands by',
      registers,
    });
    this.#lag = new Gauge({
      name: 'adit_ledger_ingest_lag_seconds',
      help: 'Time since all shares older than settle_seconds had been taken from the journals; 0 in a process that stands by',
      registers,
    });
    this.#shares = new Counter({
      name: 'adit_ledger_shares_total',
      help: 'Shares that were numbered',
      registers,
    });
    this.#leftOut = new Counter({
      name: 'adit_ledger_left_out_total',
      help: 'Rows of journals that do not count, such as a share that another journal has too',
      registers,
    });
    this.#moves = new Counter({
      name: 'adit_ledger_block_moves_total',
      help: 'Changes of the state of found blocks in the books, by the state that they came to',
      labelNames: ['chain', 'state'],
      registers,
    });
    this.#problems = new Counter({
      name: 'adit_ledger_problems_total',
      help: 'What the ledger could not do and tried again',
      labelNames: ['cause'],
      registers,
    });
    this.#chains = new LedgerChainMetrics(this.#registry);
    for (const cause of problems) this.#problems.inc({ cause }, 0);
    for (const chain of chains) {
      this.#chains.open(chain);
      for (const state of MONEY_BLOCK_STATES) this.#moves.inc({ chain, state }, 0);
    }
  }

  /** The `content-type` of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** This process has the lease from now on, or has lost it. */
  writes(isWriter: boolean): void {
    if (isWriter && !this.#isWriter) this.#caughtUpMs = this.#now();
    this.#isWriter = isWriter;
  }

  /** Shares were taken. */
  took(shares: number, leftOut: number): void {
    this.#shares.inc(shares);
    this.#leftOut.inc(leftOut);
  }

  /** All shares that are old enough have been taken. */
  caughtUp(): void {
    this.#caughtUpMs = this.#now();
  }

  /** A found block came to a state. @param state unknown ones are left out */
  blockMoved(chain: string, state: string): void {
    if (MONEY_BLOCK_STATES.some((known) => known === state)) this.#moves.inc({ chain, state });
  }

  problem(cause: string): void {
    this.#problems.inc({ cause });
  }

  /** Every found block of a chain has got its answer from the nodes. */
  looked(chain: string): void {
    this.#chains.looked(chain, this.#now());
  }

  /** What payouts of a chain wait for; undefined where they go on. */
  waits(chain: string, cause: WaitCause | undefined): void {
    this.#chains.waits(chain, cause);
  }

  /** The money of a chain was read. */
  money(chain: string, money: ChainMoney): void {
    this.#chains.money(chain, money);
  }

  /** All metrics in the text format of Prometheus. */
  async text(): Promise<string> {
    const nowMs = this.#now();
    this.#writer.set(this.#isWriter ? 1 : 0);
    this.#lag.set(this.#isWriter ? Math.max(0, nowMs - this.#caughtUpMs) / 1_000 : 0);
    this.#chains.collect(nowMs);
    return this.#registry.metrics();
  }

  /** Frees the registry. */
  close(): void {
    this.#registry.clear();
  }
}
