import { type LedgerWriter, namesWithoutPayee, setPayee } from '@adit/ledger';
import type { Payee } from '@adit/money';

/** Names of one page. */
const PAGE = 1_000;
/** Names that are known not to be addresses. A pool has fewer accounts of names; a full list only means that they are read again. */
const MOST_KNOWN = 100_000;

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
  readonly #names = new Set<string>();

  constructor(chain: string, modules: AddressPayeesModules) {
    this.#chain = chain;
    this.#modules = modules;
  }

  /** Looks at all accounts without a payee. @returns how many have one now */
  async look(nowMs: number): Promise<number> {
    const { writer, payeeOf } = this.#modules;
    let after = '';
    let count = 0;
    for (;;) {
      const page = { after, limit: PAGE };
      const names = await writer.read((queries) => namesWithoutPayee(queries, this.#chain, page));
      const found = names.flatMap((account) => {
        if (this.#names.has(account)) return [];
        const payee = payeeOf(account);
        if (payee !== undefined) return [{ account, payee }];
        if (this.#names.size >= MOST_KNOWN) this.#names.clear();
        this.#names.add(account);
        return [];
      });
      const change = {
        chain: this.#chain,
        timeMs: nowMs,
        actor: 'addresses',
        reason: 'its name is an address',
      };
      if (found.length > 0)
        await writer.transact(async (queries) => {
          for (const one of found) await setPayee(queries, { ...change, ...one });
        });
      count += found.length;
      const last = names.at(-1);
      if (last === undefined || names.length < PAGE) return count;
      after = last;
    }
  }
}
