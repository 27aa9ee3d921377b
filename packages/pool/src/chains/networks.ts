import type { ShareJournal } from '@adit/journal';
import { Duplicates } from '../shares/duplicates.ts';

/** A chain, or another holder of work whose shares still count. */
interface Live {
  readonly liveSince: number;
}

/**
 * The parts that chains of one network share. Two `[[chain]]` of the configuration may be of one network, and must not
 * both credit a share.
 */
export class Networks {
  readonly #journal: ShareJournal;
  readonly #onFull: (group: string) => void;
  readonly #duplicates = new Map<string, Duplicates>();
  readonly #chains = new Map<string, Live[]>();

  /** @param onFull called when a tip or header has so many shares that no more of them are credited */
  constructor(modules: { readonly journal: ShareJournal; readonly onFull: (group: string) => void }) {
    this.#journal = modules.journal;
    this.#onFull = modules.onFull;
  }

  /** The duplicates of a network, for one more chain of it. */
  duplicatesOf(network: string): Duplicates {
    const known = this.#duplicates.get(network);
    if (known !== undefined) return known.shared();
    const first = Duplicates.ofNetwork(network, { journal: this.#journal, onFull: this.#onFull });
    this.#duplicates.set(network, first);
    return first.shared();
  }

  join(network: string, chain: Live): void {
    this.#chains.set(network, [...(this.#chains.get(network) ?? []), chain]);
  }

  /** Time of the oldest work of the network whose shares still count; infinite where there is none. */
  liveSince(network: string): number {
    return Math.min(...(this.#chains.get(network) ?? []).map(({ liveSince }) => liveSince));
  }
}
