import { type LedgerWriter, type NamePage, namesWithoutPayee, setPayee } from '@adit/ledger';
import type { Payee } from '@adit/money';

/** Names of one page. */
const PAGE = 1_000;
/** How far a look reaches back behind the look before: the clock may have been set back. */
const OVERLAP_MS = 3_600_000;

export interface AddressPayeesModules {
  readonly writer: Pick<LedgerWriter, 'read' | 'transact'>;
  /** Reads an account's name as an address of the chain; undefined for a name that is none. */
  readonly payeeOf: (account: string) => Payee | undefined;
}

/**
 * Pays accounts whose names are addresses to those addresses. A payee that somebody set, or took away, stays as it is.
 */
export class AddressPayees {
  readonly #chain: string;
  readonly #modules: AddressPayeesModules;
  /** Accounts that were there before this time have been looked at. */
  #lookedMs = 0;

  constructor(chain: string, modules: AddressPayeesModules) {
    this.#chain = chain;
    this.#modules = modules;
  }

  /** Looks at the accounts that have come since the last look; the first one looks at all. */
  async look(nowMs: number): Promise<void> {
    const { writer, payeeOf } = this.#modules;
    const sinceMs = Math.max(0, this.#lookedMs - OVERLAP_MS);
    const change = {
      chain: this.#chain,
      timeMs: nowMs,
      actor: 'addresses',
      reason: 'its name is an address',
    };
    let after: string | undefined = '';
    while (after !== undefined) {
      const page: NamePage = { after, limit: PAGE, sinceMs };
      const names: readonly string[] = await writer.read((queries) =>
        namesWithoutPayee(queries, this.#chain, page),
      );
      const found = names.flatMap((account) => {
        const payee = payeeOf(account);
        return payee === undefined ? [] : [{ account, payee }];
      });
      if (found.length > 0)
        await writer.transact(async (queries) => {
          for (const one of found) await setPayee(queries, { ...change, ...one });
        });
      after = names.length < PAGE ? undefined : names.at(-1);
    }
    this.#lookedMs = nowMs;
  }
}
