import type { JournaledShare } from '@adit/journal';
import { AditError } from '@adit/primitives';

/** What an account has handed in. */
export interface AccountSum {
  readonly network: string;
  readonly account: string;
  shares: number;
  weight: bigint;
  blocks: number;
  fruits: number;
}

/** Some 200 MB of memory. A pool with more accounts exports its shares, and sums them up in a database. */
const MAX_ACCOUNTS = 1_000_000;

/** Sums by network and account: weights of two networks are different things. */
export class Sums {
  readonly #byKey = new Map<string, AccountSum>();

  /** @throws AditError `ADIT_TOO_MANY_ACCOUNTS` */
  add({ network, account, weight, outcome }: JournaledShare): void {
    const key = `${network} ${account}`;
    let sum = this.#byKey.get(key);
    if (sum === undefined) {
      if (this.#byKey.size >= MAX_ACCOUNTS) {
        const words = `there are more than ${MAX_ACCOUNTS} accounts: narrow the time with --since and --until, or use adit shares export`;
        throw new AditError('ADIT_TOO_MANY_ACCOUNTS', words);
      }
      sum = { network, account, shares: 0, weight: 0n, blocks: 0, fruits: 0 };
      this.#byKey.set(key, sum);
    }
    sum.shares += 1;
    sum.weight += weight;
    if (outcome === 'block') sum.blocks += 1;
    else if (outcome === 'fruit') sum.fruits += 1;
  }

  /** By network, the greatest weight first. */
  get all(): readonly AccountSum[] {
    return [...this.#byKey.values()].sort(
      (a, b) => order(a.network, b.network) || order(b.weight, a.weight) || order(a.account, b.account),
    );
  }
}

function order<Value extends string | bigint>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
