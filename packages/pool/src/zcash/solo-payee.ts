import { withPayees, type ZcashWork } from '@adit/chain';
import type { BlockPayee } from './block-payee.ts';
import type { TimedWork } from './jobs.ts';

/** Works that are kept ready: the newest one, and those for shares that are on their way. Others are made again. */
const KEPT_WORKS = 3;
/** Consensus branches of works that are still recognised: an upgrade of the chain has two at once. */
const KEPT_BRANCHES = 2;
const MILLION = 1_000_000n;

export interface SoloPayeeOptions {
  /** The script of the operator's address. */
  readonly operator: Uint8Array;
  /** The part of the reward that stays with the operator, in millionths; below one million. */
  readonly feePpm: number;
}

/** A work by its number. */
export interface NumberedWork {
  readonly sequence: number;
  readonly work: TimedWork;
}

/**
 * An address that mines for itself: all its connections on a port. It has its own header for each work of the pool, and
 * so its own header space. Which one a share belongs to follows from the number of its work alone, for as long as the
 * address has a connection: works that went out before the node had accepted the address pay the operator, and those
 * after it pay the address. One that comes back has forgotten which works paid the operator: shares of these are refused.
 */
export class SoloPayee {
  readonly account: string;
  readonly script: Uint8Array;
  readonly #options: SoloPayeeOptions;
  /** By branch: the number of the first work that pays it. */
  readonly #since = new Map<string, number>();
  /** The newest work that one of its connections got as work for the operator. */
  #asOperator = -1;
  readonly #works = new Map<number, ZcashWork>();

  constructor(options: SoloPayeeOptions, { account, script }: BlockPayee) {
    this.#options = options;
    this.account = account;
    this.script = script;
  }

  /** Whether the node has accepted it in this branch. */
  isTrustedIn(branch: string): boolean {
    return this.#since.has(branch);
  }

  /** All works of the branch pay it from now on, except those that its connections have as work for the operator. */
  trust(branch: string): void {
    if (this.#since.has(branch)) return;
    this.#since.set(branch, this.#asOperator + 1);
    for (const oldest of this.#since.keys()) {
      if (this.#since.size <= KEPT_BRANCHES) break;
      this.#since.delete(oldest);
    }
  }

  /** A connection gets this work as it is, and it pays the operator. */
  noteOperatorWork(sequence: number): void {
    this.#asOperator = Math.max(this.#asOperator, sequence);
  }

  /** The work with its own coinbase; undefined where the work pays the operator for this address, too. */
  workOf({ sequence, work }: NumberedWork): ZcashWork | undefined {
    const { division } = work;
    const since = division === undefined ? undefined : this.#since.get(division.branch);
    if (division === undefined || since === undefined || sequence < since) return undefined;
    const known = this.#works.get(sequence);
    if (known !== undefined) return known;
    const paying = this.pay(work);
    if (paying === undefined) return undefined;
    this.#works.set(sequence, paying);
    for (const oldest of this.#works.keys()) {
      if (this.#works.size <= KEPT_WORKS) break;
      this.#works.delete(oldest);
    }
    return paying;
  }

  /** The work with its own coinbase, whether the node has accepted the address or not; for a proposal. */
  pay({ work, division }: TimedWork): ZcashWork | undefined {
    if (division === undefined) return undefined;
    const { operator, feePpm } = this.#options;
    const fee = (division.reward * BigInt(feePpm)) / MILLION;
    const own = { value: division.reward - fee, script: this.script };
    const outputs = fee === 0n ? [own] : [own, { value: fee, script: operator }];
    const paying = withPayees(work, { operator, outputs });
    return 'cause' in paying ? undefined : paying;
  }
}
