import type { MoneyFigures, WaitCause } from '@adit/ledger';
import type { HoldReason } from '@adit/money';
import { Gauge, type Registry } from 'prom-client';
import { ACCOUNT_LABELS, HOLD_REASONS, MONEY_BLOCK_STATES, WAIT_CAUSES } from './ledger-labels.ts';

/** The money of one chain, as its ledger reads it. */
export interface ChainMoney extends MoneyFigures {
  /** Digits behind the point of a coin: one coin is 10^decimals of the smallest unit. */
  readonly decimals: number;
  /** Whether the ledger may pay: the mode is `approve` or `auto`. */
  readonly isPaying: boolean;
  /** Why payouts are held; a reason counts once for the wallet, and once for each held batch. */
  readonly holds: readonly HoldReason[];
  /** What the wallet has beyond the books; null if the wallet did not say, or if there is none. */
  readonly gap: bigint | null;
}

type OfChain = Gauge<'chain'>;

/** The metrics of each chain whose money the ledger keeps. Coins are floats here, and nowhere else. */
export class LedgerChainMetrics {
  readonly #looked: OfChain;
  readonly #blocks: Gauge<'chain' | 'state'>;
  readonly #balances: Gauge<'chain' | 'account'>;
  readonly #owed: OfChain;
  readonly #due: OfChain;
  readonly #dueAccounts: OfChain;
  readonly #dueOldest: OfChain;
  readonly #unpayable: OfChain;
  readonly #paid: OfChain;
  readonly #paying: OfChain;
  readonly #holds: Gauge<'chain' | 'reason'>;
  readonly #waits: Gauge<'chain' | 'cause'>;
  readonly #gap: OfChain;
  /** Since when something is due, by chain. */
  readonly #dueSince = new Map<string, number | null>();

  constructor(registry: Registry) {
    const registers = [registry];
    const gauge = <Label extends string>(name: string, help: string, ...more: Label[]) =>
      new Gauge<'chain' | Label>({ name, help, labelNames: ['chain', ...more], registers });
    this.#looked = gauge(
      'adit_ledger_looked_seconds',
      'Unix time at which every found block of the chain had its answer from the nodes',
    );
    this.#blocks = gauge('adit_ledger_blocks', 'Found blocks that may still move, by state', 'state');
    this.#balances = gauge('adit_ledger_balance_coins', "Balances of the pool's own accounts", 'account');
    this.#owed = gauge('adit_ledger_owed_coins', 'What miners are owed, with what is below their minimum');
    this.#due = gauge('adit_ledger_due_coins', 'What is due to accounts that can be paid');
    this.#dueAccounts = gauge('adit_ledger_due_accounts', 'Accounts that are due and can be paid');
    this.#dueOldest = gauge(
      'adit_ledger_due_oldest_seconds',
      'How long the account that waits longest has been due; 0 if none is',
    );
    this.#unpayable = gauge(
      'adit_ledger_unpayable_accounts',
      'Accounts that are due, and have no payee or are parked',
    );
    this.#paid = gauge(
      'adit_ledger_paid_seconds',
      'Unix time at which the newest settled payout was begun; 0 if none is settled',
    );
    this.#paying = gauge('adit_ledger_payouts_on', '1 if the mode of payouts is approve or auto, else 0');
    this.#holds = gauge('adit_ledger_holds', 'Holds of payouts, by reason', 'reason');
    this.#waits = gauge('adit_ledger_waits', '1 for what payouts wait for, else 0', 'cause');
    this.#gap = gauge(
      'adit_ledger_gap_coins',
      'What the wallet has beyond the books; below zero it has less; NaN while the wallet does not say',
    );
  }

  /** Shows the closed lists of a chain from the start. */
  open(chain: string): void {
    for (const reason of HOLD_REASONS) this.#holds.set({ chain, reason }, 0);
    for (const cause of WAIT_CAUSES) this.#waits.set({ chain, cause }, 0);
    for (const state of MONEY_BLOCK_STATES) this.#blocks.set({ chain, state }, 0);
  }

  looked(chain: string, atMs: number): void {
    this.#looked.set({ chain }, atMs / 1_000);
  }

  waits(chain: string, cause: WaitCause | undefined): void {
    for (const known of WAIT_CAUSES) this.#waits.set({ chain, cause: known }, known === cause ? 1 : 0);
  }

  money(chain: string, money: ChainMoney): void {
    const coins = (units: bigint) => Number(units) / 10 ** money.decimals;
    this.#owed.set({ chain }, coins(money.owed));
    this.#due.set({ chain }, coins(money.due.amount));
    this.#dueAccounts.set({ chain }, money.due.accounts);
    this.#unpayable.set({ chain }, money.due.unpayable);
    this.#dueSince.set(chain, money.due.sinceMs);
    this.#paid.set({ chain }, (money.paidMs ?? 0) / 1_000);
    this.#paying.set({ chain }, money.isPaying ? 1 : 0);
    this.#gap.set({ chain }, money.gap === null ? Number.NaN : coins(money.gap));
    for (const [account, label] of Object.entries(ACCOUNT_LABELS) as [keyof typeof ACCOUNT_LABELS, string][])
      this.#balances.set({ chain, account: label }, coins(money.balances[account]));
    for (const state of MONEY_BLOCK_STATES) this.#blocks.set({ chain, state }, money.blocks.get(state) ?? 0);
    for (const reason of HOLD_REASONS) {
      const count = money.holds.filter((held) => held === reason).length;
      this.#holds.set({ chain, reason }, count);
    }
  }

  /** Called before each scrape. */
  collect(nowMs: number): void {
    for (const [chain, sinceMs] of this.#dueSince)
      this.#dueOldest.set({ chain }, sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs) / 1_000);
  }
}
