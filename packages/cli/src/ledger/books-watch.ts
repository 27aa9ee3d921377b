import type { BooksGuard } from '@adit/ledger';
import type { BeatOutcome } from './beat.ts';
import type { PayoutParts } from './payout-parts.ts';

/** Pause between two looks. The file beside the books lacks at most what was done in a minute. */
export const GUARD_MS = 60_000;

export interface BooksWatchModules {
  readonly payouts: readonly Pick<PayoutParts, 'service'>[];
  /** Told once for each fault, however often it is found. */
  readonly onFault: (fault: string) => void;
}

/** Looks at the books, at the whole of them at first and once a day. Where something is wrong, it holds all payouts. */
export class BooksWatch {
  readonly #guard: BooksGuard;
  readonly #modules: BooksWatchModules;
  #told: string | undefined;

  constructor(guard: BooksGuard, modules: BooksWatchModules) {
    this.#guard = guard;
    this.#modules = modules;
  }

  async look(): Promise<BeatOutcome> {
    const fault = this.#guard.isDue ? await this.#guard.check() : await this.#guard.note();
    if (fault !== undefined)
      for (const { service } of this.#modules.payouts)
        await service.teller.holdWallet({ reason: 'books_broken', detail: fault });
    if (fault !== undefined && fault !== this.#told) this.#modules.onFault(fault);
    this.#told = fault;
    return 'later';
  }
}
