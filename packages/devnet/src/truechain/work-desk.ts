import { blockHalf, fruitHalf, trueTargetFromDifficulty } from '@adit/pow';
import { encodeHex, equalBytes } from '@adit/primitives';
import type { DevnetDatasets, ReadyDataset } from './devnet-datasets.ts';
import type { SnailChain, Template } from './snail-chain.ts';
import { hashWithoutNonce, type SnailHeader } from './snail-header.ts';

/** The answer of getWork as bytes and integers. */
export interface HandedWork {
  readonly headerHash: Uint8Array;
  /** `undefined`: the dataset is not built yet. */
  readonly seedHash: Uint8Array | undefined;
  readonly fruitTarget: bigint;
  readonly blockTarget: bigint;
}

/**
 * What became of a submission. `sibling`: a block beside the head. `ignored`: a fruit whose fast block is covered.
 * `swallowed`: proven, answered with true, and lost (see `fruitFirst`). All others are answered with false.
 */
export type SubmissionFate =
  | 'block'
  | 'fruit'
  | 'sibling'
  | 'ignored'
  | 'swallowed'
  | 'unknown_header'
  | 'wrong_mix'
  | 'above_target'
  | 'duplicate';

export interface Submitted {
  readonly fate: SubmissionFate;
  /** The header that was solved, if it is known. */
  readonly header?: SnailHeader;
}

export interface WorkDeskOptions {
  /**
   * As in the real node: what meets the header's fruit difficulty counts as a fruit, even if the work asked for none.
   */
  readonly fruitFirst: boolean;
  /** Answers that leave out the dataset's hash, after each change of epoch. */
  readonly emptySeedhashAnswers: number;
}

interface Entry {
  readonly template: Template;
  readonly headerHash: Uint8Array;
  /** When it was handed out for the last time. */
  at: number;
  readonly tried: Set<bigint>;
  fruitTaken: boolean;
}

/** The real node accepts solutions for a header for this time. */
const ENTRY_LIFE_MS = 3_600_000;
/** An hour of headers at one every second. */
const MOST_ENTRIES = 4_096;
/** Solutions remembered for one header. At tiny difficulties every hash is one. */
const MOST_SOLUTIONS = 10_000;

/** Hands out headers and judges submissions, as getrue's remote agent does. */
export class WorkDesk {
  readonly #options: WorkDeskOptions;
  readonly #chain: SnailChain;
  readonly #datasets: DevnetDatasets;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  #newest: Entry | undefined;
  #last: HandedWork | undefined;
  #lastHead: Uint8Array | undefined;
  /** The last work on the head before this one. */
  #before: HandedWork | undefined;
  #staleAnswers = 0;
  #losesFruits = false;
  #seedEpoch: number | undefined;
  #emptyLeft = 0;

  constructor(options: WorkDeskOptions, chain: SnailChain, datasets: DevnetDatasets, now: () => number) {
    this.#options = options;
    this.#chain = chain;
    this.#datasets = datasets;
    this.#now = now;
  }

  /** Makes the next `times` answers repeat the last work of the head before. */
  repeatOldWork(times: number): void {
    this.#staleAnswers = times;
  }

  /** From now on fruits are answered with true, and lost. */
  loseFruits(on: boolean): void {
    this.#losesFruits = on;
  }

  /** @returns `undefined` if there is nothing to mine */
  getWork(): HandedWork | undefined {
    const template = this.#chain.template();
    if (template === undefined) return undefined;
    const { header, fruits } = template;
    if (this.#lastHead === undefined || !equalBytes(this.#lastHead, header.parentHash)) {
      this.#before = this.#last;
      this.#lastHead = header.parentHash;
    }
    if (this.#staleAnswers > 0 && this.#before !== undefined) {
      this.#staleAnswers -= 1;
      return this.#before;
    }
    const headerHash = this.#remember(template);
    this.#last = {
      headerHash,
      seedHash: this.#seedHashFor(header.number),
      fruitTarget: header.fastNumber === 0 ? 0n : trueTargetFromDifficulty(header.fruitDifficulty),
      blockTarget: fruits.length === 0 ? 0n : trueTargetFromDifficulty(header.difficulty),
    };
    return this.#last;
  }

  /** Checks a submission in full, and puts a proven block or fruit on the chain. */
  async submit(nonce: bigint, headerHash: Uint8Array, mix: Uint8Array): Promise<Submitted> {
    const entry = this.#entries.get(encodeHex(headerHash));
    if (entry === undefined || this.#now() - entry.at > ENTRY_LIFE_MS) return { fate: 'unknown_header' };
    const { header } = entry.template;
    const fate = await this.#check(entry, nonce, mix);
    return { fate, header };
  }

  async #check(entry: Entry, nonce: bigint, mix: Uint8Array): Promise<SubmissionFate> {
    if (entry.tried.has(nonce) || entry.tried.size >= MOST_SOLUTIONS) return 'duplicate';
    const { hasher } = await this.#datasets.forNumber(entry.template.header.number);
    const digest = hasher.hash(entry.headerHash, nonce);
    if (!equalBytes(digest, mix)) return 'wrong_mix';
    const fate = this.#judge(entry, { ...entry.template.header, nonce, mixDigest: mix }, digest);
    // A twin may have come while the dataset was being built, so the nonce is reserved after the last await.
    if (fate !== 'above_target') entry.tried.add(nonce);
    return fate;
  }

  #judge(entry: Entry, header: SnailHeader, digest: Uint8Array): SubmissionFate {
    if (entry.tried.has(header.nonce)) return 'duplicate';
    // The header's own difficulties count, not the targets that were handed out.
    const isFruit = fruitHalf(digest) <= trueTargetFromDifficulty(header.fruitDifficulty);
    const isBlock = blockHalf(digest) <= trueTargetFromDifficulty(header.difficulty);
    const wantsBlock = entry.template.fruits.length > 0;
    const wantsFruit = header.fastNumber !== 0;
    if (!wantsBlock) return isFruit ? this.#takeFruit(entry, header) : 'above_target';
    if (this.#options.fruitFirst && isFruit) return wantsFruit ? this.#takeFruit(entry, header) : 'swallowed';
    if (isBlock) return this.#takeBlock(entry, header);
    return isFruit && wantsFruit ? this.#takeFruit(entry, header) : 'above_target';
  }

  #takeBlock(entry: Entry, header: SnailHeader): SubmissionFate {
    return this.#chain.append(header, entry.template.fruits, 'submitted') ? 'block' : 'sibling';
  }

  #takeFruit(entry: Entry, header: SnailHeader): SubmissionFate {
    // Work for a fruit only ends with its fruit. Combined work goes on, and ignores a second fruit.
    if (entry.fruitTaken && entry.template.fruits.length === 0) return 'duplicate';
    entry.fruitTaken = true;
    if (this.#losesFruits) return 'swallowed';
    return this.#chain.addFruit(header, 'submitted') ? 'fruit' : 'ignored';
  }

  #remember(template: Template): Uint8Array {
    // The template is unchanged since the last poll, so its hash is too.
    if (this.#newest?.template === template) {
      this.#newest.at = this.#now();
      return this.#newest.headerHash;
    }
    const headerHash = hashWithoutNonce(template.header);
    const key = encodeHex(headerHash);
    const known = this.#entries.get(key);
    this.#newest = known ?? { template, headerHash, at: this.#now(), tried: new Set(), fruitTaken: false };
    if (known === undefined) {
      this.#entries.set(key, this.#newest);
      this.#forgetOld();
    }
    return headerHash;
  }

  #forgetOld(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= MOST_ENTRIES && this.#now() - entry.at <= ENTRY_LIFE_MS) break;
      this.#entries.delete(key);
    }
  }

  #seedHashFor(number: number): Uint8Array | undefined {
    const epoch = this.#datasets.epochOf(number);
    if (epoch !== this.#seedEpoch) {
      this.#seedEpoch = epoch;
      this.#emptyLeft = this.#options.emptySeedhashAnswers;
    }
    if (this.#emptyLeft > 0) {
      this.#emptyLeft -= 1;
      return undefined;
    }
    const ready: ReadyDataset | undefined = this.#datasets.readyFor(number);
    return ready?.dataset.hash;
  }
}
