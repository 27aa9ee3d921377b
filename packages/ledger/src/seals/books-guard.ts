import { messageOf } from '@adit/primitives';
import { appendAudit } from '../books/audit.ts';
import type { Finding } from '../books/checks/ledger-check.ts';
import { verifyLedger } from '../books/verify-ledger.ts';
import type { LedgerDatabase, Queries } from '../database/ledger-database.ts';
import { Turns } from '../database/turns.ts';
import { type ChainEnd, newestEntry } from './chain-ends.ts';
import { headFault } from './check-head.ts';
import { auditIsSealed, entriesAreSealed, logIsSealed, tablesAreSealed } from './check-seals.ts';
import type { HeadFile } from './head-file.ts';
import { balancesAreSealed, type PaidAccounts } from './paid-lines.ts';
import { plansAreSealed } from './plan-digest.ts';
import { sealAll } from './seal-all.ts';
import { FIRST_HEAD, newestHeads } from './seal-store.ts';
import { SEALED_TABLES } from './sealed-tables.ts';

/** The whole of the books is looked at this often, and at the first look. */
const WHOLE_MS = 24 * 60 * 60_000;

/**
 * Tables that grow with accounts, blocks and batches, and not with shares or payments: they are added up before each batch. Items of
 * open batches are compared with their plan, and entries from the last look on.
 */
const BOUNDED: readonly string[] = [
  ...['account', 'payee', 'terms', 'payout_control', 'payout_hold', 'pin', 'batch', 'shield', 'block'],
  ...['pps_tariff', 'pps_mark', 'pps_limits', 'pps_carry', 'scheme_choice', 'scheme_wanted', 'scheme_period'],
  ...['share_chain', 'journal_mark'],
];

/** What a guard works with. */
export interface BooksGuardModules {
  /** The books; with a connection of its own a long look does not hold up other reads. */
  readonly database: LedgerDatabase;
  /** The file beside the books; undefined where there is none. */
  readonly head: HeadFile | undefined;
  /** Milliseconds of a clock that nobody sets. */
  readonly steadyMs: () => number;
}

/** Looks whether the books are as the ledger wrote them. As long as they are not, nobody is paid. */
export class BooksGuard {
  readonly #modules: BooksGuardModules;
  readonly #turns = new Turns();
  /** When the whole was last found to be in order; undefined if it was not. */
  #wholeAt: number | undefined;
  /** The newest entry that was found to be right. */
  #end: ChainEnd | undefined;

  constructor(modules: BooksGuardModules) {
    this.#modules = modules;
  }

  /**
   * Looks at the books: at the whole of them at first, once a day, and as long as something is wrong; otherwise at what is bounded.
   * @param paid accounts that are about to be paid
   * @returns what is wrong, for people; undefined if the books are in order
   * @throws AditError where the database cannot be read
   */
  check(paid?: PaidAccounts): Promise<string | undefined> {
    return this.#turns.take(async () => {
      const fault = this.isDue ? await this.#whole() : await this.#bounded(paid);
      if (fault !== undefined) this.#wholeAt = undefined;
      return fault;
    });
  }

  /** Whether the next {@link BooksGuard.check} looks at the whole. */
  get isDue(): boolean {
    return this.#wholeAt === undefined || this.#modules.steadyMs() - this.#wholeAt >= WHOLE_MS;
  }

  /** Writes the file beside the books, if they are those that it knows. @returns what is wrong, as {@link BooksGuard.check} */
  note(): Promise<string | undefined> {
    const { database } = this.#modules;
    return this.#turns.take(async () => {
      const fault = await database.read(async (queries) => firstOf(logIsSealed(queries)));
      return fault ?? (await this.#keepHead());
    });
  }

  /**
   * Takes the books over as they stand, with a row in the audit: a person has looked at what was changed, or put a backup in place.
   * What a seal does not say, such as that entries balance, has to hold all the same.
   */
  async accept({
    actor,
    reason,
    timeMs,
  }: {
    readonly actor: string;
    readonly reason: string;
    readonly timeMs: number;
  }): Promise<void> {
    await this.#turns.take(async () => {
      await this.#modules.database.transact(async (queries) => {
        await sealAll(queries);
        await appendAudit(queries, { timeMs, actor, action: 'books_sealed', content: { reason } });
      });
      await this.#keepHead(true);
    });
  }

  /** Lets the file beside the books follow a backup that was put in their place. Payouts are held then until a person has compared. */
  async follow(): Promise<void> {
    await this.#turns.take(() => this.#keepHead(true));
  }

  async #whole(): Promise<string | undefined> {
    const { database, steadyMs } = this.#modules;
    const startedMs = steadyMs();
    const end = await database.read(newestEntry);
    const [breach] = await verifyLedger(database);
    if (breach !== undefined) return `${breach.invariant} ${breach.about}: ${breach.detail}`;
    const fault = await this.#keepHead();
    if (fault !== undefined) return fault;
    this.#end = end;
    this.#wholeAt = startedMs;
    return undefined;
  }

  async #bounded(paid: PaidAccounts | undefined): Promise<string | undefined> {
    const fault = await this.#modules.database.read(async (queries) => {
      const tables = BOUNDED.flatMap((name) => SEALED_TABLES.get(name) ?? []);
      const found =
        (await firstOf(logIsSealed(queries))) ??
        (await firstOf(tablesAreSealed(queries, tables))) ??
        (await firstOf(auditIsSealed(queries))) ??
        (await firstOf(plansAreSealed(queries))) ??
        (paid === undefined ? undefined : await firstOf(balancesAreSealed(queries, paid)));
      return found ?? this.#newEntries(queries);
    });
    return fault ?? this.#keepHead();
  }

  async #newEntries(queries: Queries): Promise<string | undefined> {
    const looked = await entriesAreSealed(queries, this.#end).next();
    if (!looked.done) return textOf(looked.value);
    this.#end = looked.value ?? this.#end;
    return undefined;
  }

  /** @param isForced the file follows the books, whatever it has */
  async #keepHead(isForced = false): Promise<string | undefined> {
    const { database, head } = this.#modules;
    if (head === undefined) return undefined;
    const { fault, newest } = await database.read(async (queries) => ({
      fault: isForced ? undefined : await faultOf(queries, head),
      newest: (await newestHeads(queries, 1))[0] ?? FIRST_HEAD,
    }));
    if (fault === undefined) head.write(newest);
    return fault;
  }
}

async function faultOf(queries: Queries, head: HeadFile): Promise<string | undefined> {
  try {
    return await headFault(queries, head);
  } catch (error) {
    return messageOf(error);
  }
}

async function firstOf(findings: AsyncGenerator<Finding, unknown>): Promise<string | undefined> {
  const first = await findings.next();
  return first.done ? undefined : textOf(first.value);
}

function textOf({ about, detail }: Finding): string {
  return `I16 ${about}: ${detail}`;
}
