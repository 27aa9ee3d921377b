import { COEFFICIENT_ONE, feeRatioPpm, type PriceFacts } from '@adit/money';
import type { MoneyConfig } from '../config/money-keys.ts';

/** What blocks of a network pay to their miners, as `ZcashNetworkIncome` of `@adit/chain` reads it. */
export interface NetworkIncome {
  /** The miner's part of the next block's subsidy; undefined if nobody knows it now. Never rejects. */
  nextSubsidy(): Promise<bigint | undefined>;
  /** What the blocks of the last day paid; undefined if nobody knows it now. Never rejects. */
  lastDay(): Promise<readonly { readonly subsidy: bigint; readonly fees: bigint }[] | undefined>;
}

export interface SharePricesOptions {
  /** Whether the fees of recent blocks are part of the price, as FPPS has it. Reading them takes thousands of calls a day. */
  readonly hasFees: boolean;
}

export interface SharePricesModules {
  readonly incomes: NetworkIncome;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
}

/** A subsidy changes with an upgrade or a halving: some blocks may pass until it is seen. */
const SUBSIDY_MS = 30_000;
/** Miners read the ratio of fees once a day; it must not move under them. */
const FEES_MS = 24 * 3_600_000;
/** Pause behind a day that could not be read. */
const FAILED_MS = 300_000;

/** Whether a chain needs the fees of recent blocks. */
export function paysFees({ scheme, miners_may_choose: choices = [] }: MoneyConfig): boolean {
  return scheme === 'fpps' || choices.includes('fpps');
}

/** What shares are paid at now. The figures are asked for when somebody wants them, and kept for a while. */
export class SharePrices {
  readonly #hasFees: boolean;
  readonly #incomes: NetworkIncome;
  readonly #now: () => number;
  #subsidy: { readonly value: bigint; readonly atMs: number } | undefined;
  #ratio: bigint | undefined;
  #nextFeesMs = Number.NEGATIVE_INFINITY;

  constructor(
    { hasFees }: SharePricesOptions,
    { incomes, now = () => performance.now() }: SharePricesModules,
  ) {
    this.#hasFees = hasFees;
    this.#incomes = incomes;
    this.#now = now;
  }

  /** Never rejects. @returns undefined while nobody knows: the last price in the books goes on then */
  async priceNow(): Promise<PriceFacts | undefined> {
    const now = this.#now();
    if (this.#subsidy === undefined || now - this.#subsidy.atMs >= SUBSIDY_MS) {
      const value = await this.#incomes.nextSubsidy();
      if (value !== undefined) this.#subsidy = { value, atMs: now };
    }
    if (this.#hasFees && now >= this.#nextFeesMs) this.#readFees(now);
    const ratio = this.#hasFees ? this.#ratio : 0n;
    if (this.#subsidy === undefined || ratio === undefined) return undefined;
    return { subsidy: this.#subsidy.value, feeRatioPpm: ratio, coefficient: COEFFICIENT_ONE };
  }

  /** A day of blocks takes a minute. Nobody waits for it: until it is there the former ratio holds. */
  #readFees(now: number): void {
    this.#nextFeesMs = now + FAILED_MS;
    void this.#incomes.lastDay().then((blocks) => {
      if (blocks === undefined) return;
      this.#ratio = feeRatioPpm(blocks);
      this.#nextFeesMs = now + FEES_MS;
    });
  }
}
