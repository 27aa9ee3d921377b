import {
  branchOf,
  type CoinbaseOutput,
  operatorReward,
  type ProposalOutcome,
  withPayees,
  type ZcashWork,
} from '@adit/chain';
import { encodeHex } from '@adit/primitives';
import type { OnPoolEvent } from '../events.ts';

/** What is known of a work before it is settled whom it pays. */
export interface WorkFacts {
  readonly height: number;
  /** The parent, header order. */
  readonly prevHash: Uint8Array;
  /** What the node's coinbase pays to the operator, in zatoshi: what there is to divide. */
  readonly reward: bigint;
  readonly branch: string;
  /** Whether the work has no transactions beside its coinbase. */
  readonly empty: boolean;
}

/**
 * Settles whom a work pays: outputs that are together exactly the reward, at most `MAX_PAYEES` of them; undefined where
 * it pays the operator. It is called for the first work of a tip and, behind the node's answer, for the others, each time
 * before anybody has the work: it must answer from memory, within a millisecond, and must not throw.
 */
export type PayeesOfWork = (facts: WorkFacts) => readonly CoinbaseOutput[] | undefined;

export interface BlockPaymentsModules {
  readonly payeesOfWork: PayeesOfWork;
  /** Asks the node of the newest work. @throws transport errors */
  readonly propose: (work: ZcashWork) => Promise<ProposalOutcome>;
  /** The node takes blocks of this tip that pay the payees: works that are made from now on pay them. */
  readonly onTrusted: (tip: string) => void;
  /** The node does not. Told once for each tip. */
  readonly onRefused: (detail: string) => void;
}

/**
 * Lets works of the whole pool pay others than the operator. The node checks one block at each tip before such works go
 * out. A tip does not wait for it: its first works pay the operator.
 */
export class BlockPayments {
  readonly #operator: Uint8Array;
  readonly #modules: BlockPaymentsModules;
  /** The tip at which the node was asked last, and whether it has accepted. */
  #tip = '';
  #isTrusted = false;

  constructor(options: { readonly operator: Uint8Array }, modules: BlockPaymentsModules) {
    this.#operator = options.operator;
    this.#modules = modules;
  }

  /** The work with its payees, or as it is where it pays the operator. @param work with its text */
  apply(work: ZcashWork): ZcashWork {
    const operator = this.#operator;
    const tip = encodeHex(work.prevHash);
    // The node has not answered yet, or has refused. The payees of this tip are asked for when it has accepted.
    if (this.#tip === tip && !this.#isTrusted) return work;
    const reward = operatorReward(work, operator);
    if (typeof reward !== 'bigint') return work;
    const { height, prevHash, empty } = work;
    const outputs = this.#modules.payeesOfWork({ height, prevHash, reward, branch: branchOf(work), empty });
    if (outputs === undefined) return work;
    const paying = withPayees(work, { operator, outputs });
    if ('cause' in paying) {
      if (this.#tip !== tip) this.#modules.onRefused(paying.message);
      this.#tip = tip;
      this.#isTrusted = false;
      return work;
    }
    if (this.#tip === tip) return paying;
    this.#tip = tip;
    this.#isTrusted = false;
    void this.#ask(tip, paying);
    return work;
  }

  async #ask(tip: string, paying: ZcashWork): Promise<void> {
    const outcome = await this.#propose(paying);
    if (this.#tip !== tip) return;
    if (outcome.kind === 'valid') {
      this.#isTrusted = true;
      this.#modules.onTrusted(tip);
    } else if (outcome.kind !== 'outdated') {
      this.#modules.onRefused(outcome.kind === 'refused' ? outcome.reason : outcome.detail);
    }
  }

  async #propose(work: ZcashWork): Promise<ProposalOutcome> {
    try {
      return await this.#modules.propose(work);
    } catch {
      // The next tip asks again.
      return { kind: 'outdated' };
    }
  }
}

/**
 * The payments of an engine's works; undefined where they pay the operator.
 * @param hooks.renew makes a new work for all connections. It is clean, since some miners would stay with the block that
 *   pays the operator otherwise; they lose some milliseconds
 */
export function blockPaymentsOf(
  { operator, name: chain }: { readonly operator?: Uint8Array | undefined; readonly name: string },
  {
    payeesOfWork,
    onEvent,
  }: { readonly payeesOfWork?: PayeesOfWork | undefined; readonly onEvent: OnPoolEvent },
  hooks: Pick<BlockPaymentsModules, 'propose'> & { readonly renew: () => void },
): BlockPayments | undefined {
  if (operator === undefined || payeesOfWork === undefined) return undefined;
  return new BlockPayments(
    { operator },
    {
      payeesOfWork,
      propose: hooks.propose,
      onTrusted: hooks.renew,
      onRefused: (detail) => onEvent({ kind: 'block_pay', chain, off: 'unproven', detail }),
    },
  );
}
