import { type JournaledShare, JournalReader, type LeftOutBecause } from '@adit/journal';
import type { WhichShares } from './which-shares.ts';

export interface CountedOptions {
  readonly dataFolder: string;
  /** Further data folders; a share in several counts once. */
  readonly also: readonly string[];
  readonly networks: Readonly<Record<string, string>>;
  readonly which: WhichShares;
}

/** The shares that count, group by group. */
export class Counted {
  readonly #reader: JournalReader;
  readonly #which: WhichShares;
  /** Rows that the reader left out of the groups so far, by reason. */
  readonly leftOut: Partial<Record<LeftOutBecause, number>> = {};
  /** Shares so far that came with two weights. */
  twoWeights = 0;

  /** @throws as `JournalReader` */
  constructor({ dataFolder, also, networks, which }: CountedOptions) {
    this.#reader = new JournalReader({ dataFolder, also, networks });
    this.#which = which;
  }

  /** Sentences about files that the operator should look at. */
  get faults(): readonly string[] {
    return this.#reader.faults;
  }

  /** Each share once, with its smallest weight. One group of work is in memory at a time. */
  *groups(): Generator<readonly JournaledShare[]> {
    const { fromSequence } = this.#which;
    const after = new Map([...fromSequence].map(([instance, first]) => [instance, first - 1]));
    for (const { shares, leftOut, alarms } of this.#reader.groups(after)) {
      for (const { because } of leftOut) this.leftOut[because] = (this.leftOut[because] ?? 0) + 1;
      this.twoWeights += alarms.length;
      yield shares.filter((share) => this.#isWanted(share));
    }
  }

  close(): void {
    this.#reader.close();
  }

  #isWanted({ instance, sequence, timeMs }: JournaledShare): boolean {
    const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = this.#which;
    if (timeMs < sinceMs || timeMs >= untilMs) return false;
    return sequence >= (this.#which.fromSequence.get(instance) ?? 1);
  }
}
