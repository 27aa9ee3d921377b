import { branchOf, operatorReward, type PayeesCause, type ZcashWork } from '@adit/chain';
import type { OnPoolEvent } from '../events.ts';
import type { RewardDivision } from './block-payee.ts';

/** Says how the reward of a work can be divided, and tells when that ends and when it begins again. */
export class RewardDivider {
  readonly #chain: string;
  readonly #operator: Uint8Array | undefined;
  readonly #onEvent: OnPoolEvent;
  #off: PayeesCause | undefined;

  /** @param options.operator the script of the operator's address; undefined where blocks pay nobody else */
  constructor(
    options: { readonly chain: string; readonly operator: Uint8Array | undefined },
    modules: { readonly onEvent: OnPoolEvent },
  ) {
    this.#chain = options.chain;
    this.#operator = options.operator;
    this.#onEvent = modules.onEvent;
  }

  /** @returns undefined for a work that pays the operator alone */
  of(work: ZcashWork): RewardDivision | undefined {
    if (this.#operator === undefined) return undefined;
    const reward = operatorReward(work, this.#operator);
    if (typeof reward === 'bigint') {
      this.#tell(undefined, '');
      return { branch: branchOf(work), reward };
    }
    this.#tell(reward.cause, reward.message);
    return undefined;
  }

  #tell(off: PayeesCause | undefined, detail: string): void {
    if (off === this.#off) return;
    this.#off = off;
    this.#onEvent({ kind: 'block_pay', chain: this.#chain, off, detail });
  }
}
