import { AditError } from '@adit/primitives';
import { type ChartAccount, nameIn, openAccount } from './chart.ts';
import { type Entry, sameEntry } from './entry.ts';

/**
 * The books of one chain in memory: entries in the order in which they were posted, and the balance of each account. A ledger keeps
 * the same in a database; simulations, model checks and `verify` use this one. It only ever grows, since nothing is edited.
 */
export class Books {
  readonly #entries = new Map<string, Entry>();
  readonly #balances = new Map<ChartAccount, bigint>();
  /** Keys of entries that were taken back. */
  readonly #reversed = new Set<string>();

  /**
   * Posts an entry. The same entry again changes nothing.
   * @returns whether it is new
   * @throws AditError `ADIT_ENTRY_CONFLICT` if another entry has its key, or an entry that it takes back is not there or was
   *   taken back before
   */
  post(entry: Entry): 'posted' | 'already' {
    const known = this.#entries.get(entry.key);
    if (known !== undefined) {
      if (sameEntry(known, entry)) return 'already';
      throw new AditError(
        'ADIT_ENTRY_CONFLICT',
        `another entry has the key ${entry.key}; nothing was posted`,
      );
    }
    for (const key of entry.reverses) this.#checkReversible(key, entry);
    this.#entries.set(entry.key, entry);
    for (const key of entry.reverses) this.#reversed.add(key);
    for (const { account, amount } of entry.postings) {
      const balance = this.balance(account) + amount;
      if (balance === 0n) this.#balances.delete(account);
      else this.#balances.set(account, balance);
    }
    return 'posted';
  }

  /** Debits less credits: what an account of the pool's liabilities owes is below zero. */
  balance(account: ChartAccount): bigint {
    return this.#balances.get(account) ?? 0n;
  }

  /** What a miner can be paid. Below zero only if a block was orphaned after its maturity. */
  owedTo(account: string): bigint {
    return -this.balance(openAccount('miner', account));
  }

  entry(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  get entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** Accounts whose balance is not zero. */
  get balances(): ReadonlyMap<ChartAccount, bigint> {
    return this.#balances;
  }

  /** The names of all miners that are owed something, or owe. */
  get miners(): readonly string[] {
    return [...this.#balances.keys()].flatMap((account) => nameIn(account, 'miner') ?? []);
  }

  #checkReversible(key: string, entry: Entry): void {
    const why = !this.#entries.has(key)
      ? 'is not in the books'
      : this.#reversed.has(key)
        ? 'was taken back before'
        : undefined;
    if (why !== undefined)
      throw new AditError(
        'ADIT_ENTRY_CONFLICT',
        `${entry.key} takes back ${key}, which ${why}; nothing was posted`,
      );
  }
}
