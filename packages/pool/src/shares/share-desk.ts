import type { ShareJournal, ShareRecord } from '@adit/journal';
import type { Verdict } from '@adit/stratum';
import type { OnPoolEvent } from '../events.ts';
import { type DuplicateOptions, Duplicates } from './duplicates.ts';
import type { Job } from './job-book.ts';
import type { Submitter } from './submitter.ts';

/** What the records of a desk's shares have in common. */
export interface ShareDeskOptions {
  /** The network, whose shares are one accounting, and the chain's name in the configuration. */
  readonly network: string;
  readonly chain: string;
  readonly dialect: string;
  /** How many shares of a tip or header are remembered. */
  readonly duplicates?: DuplicateOptions;
}

/** The collaborators of a desk. */
export interface ShareDeskModules {
  readonly journal: ShareJournal;
  /** Shared by all chains of the network. Default: one of the desk's own. */
  readonly duplicates?: Duplicates | undefined;
  readonly onEvent: OnPoolEvent;
  /** Wall clock in milliseconds, for records. */
  readonly now: () => number;
}

/** One reading of a submission: the digest by which it is known, and the target that it has to meet. */
export interface Attempt {
  readonly job: Pick<Job<unknown>, 'group'>;
  readonly digest: Uint8Array;
  readonly target: bigint;
  readonly from: Submitter;
}

/** The fields of a share's record that neither the desk nor the attempt knows. */
export type ShareFacts = Pick<
  ShareRecord,
  'height' | 'workId' | 'weight' | 'networkTarget' | 'outcome' | 'paid'
>;

/** The result of a share's proof: a refusal, or a share that is to be credited. */
export type Proven = { readonly refuse: Verdict } | { readonly credit: ShareFacts };

/**
 * Credits the shares of one chain, each once. Whatever the proof is, the desk claims a digest before it. After the
 * proof the desk either credits the share or releases the claim.
 */
export class ShareDesk {
  readonly #options: ShareDeskOptions;
  readonly #modules: ShareDeskModules;
  readonly #duplicates: Duplicates;

  constructor(options: ShareDeskOptions, modules: ShareDeskModules) {
    this.#options = options;
    this.#modules = modules;
    const { journal, onEvent } = modules;
    const { chain } = options;
    const onFull = (detail: string) => onEvent({ kind: 'problem', cause: 'duplicates_full', chain, detail });
    this.#duplicates =
      modules.duplicates ?? Duplicates.ofNetwork(options.network, { journal, onFull }, options.duplicates);
  }

  /** To be called when work of this group begins. A second call does nothing. */
  open(group: string): void {
    this.#duplicates.open(group);
  }

  /** To be called when no work of this group is accepted any more. */
  close(group: string): void {
    this.#duplicates.close(group);
  }

  /**
   * Claims the digest of a share, has the share proven, and credits it. Accepted means that the journal has it on disk.
   * @param prove is not called for a share that is known
   * @returns `duplicate_share` where the share was claimed or credited before
   * @throws the error of the proof, or `ADIT_DUPLICATES_FULL`; the claim is released, so the miner may send it again
   */
  async judge(attempt: Attempt, prove: () => Promise<Proven>): Promise<Verdict> {
    const { group } = attempt.job;
    const { digest, target } = attempt;
    const claim = this.#duplicates.claim(group, digest, target);
    if (claim === 'known') return DUPLICATE;
    // With `other_target` the claim belongs to another share, so it stays.
    const release = () => {
      if (claim === 'new') this.#duplicates.release(group, digest);
    };
    try {
      const proven = await prove();
      if ('refuse' in proven) {
        release();
        return proven.refuse;
      }
      if (!(await this.#duplicates.isNew(group, digest))) return DUPLICATE;
      return await this.#keep(attempt, proven.credit, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  async #keep(attempt: Attempt, facts: ShareFacts, release: () => void): Promise<Verdict> {
    const { network, chain, dialect } = this.#options;
    const { account, full: worker } = attempt.from.worker;
    const record: ShareRecord = {
      timeMs: this.#modules.now(),
      network,
      chain,
      workGroup: attempt.job.group,
      account,
      worker,
      dialect,
      shareTarget: attempt.target,
      digest: attempt.digest,
      ...facts,
    };
    try {
      const outcome = await this.#modules.journal.append(record);
      return outcome === 'kept' ? { accepted: true, weight: record.weight } : DUPLICATE;
    } catch {
      // The journal says why through its own event.
      release();
      return { accepted: false, reason: 'not_recorded' };
    }
  }
}

const DUPLICATE: Verdict = { accepted: false, reason: 'duplicate_share' };
