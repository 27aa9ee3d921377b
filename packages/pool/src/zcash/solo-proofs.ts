import type { ProposalOutcome, ZcashWork } from '@adit/chain';
import type { NumberedWork, SoloPayee } from './solo-payee.ts';

export interface SoloProofsModules {
  /** The newest work; undefined before the first one. */
  readonly newest: () => NumberedWork | undefined;
  /** Asks the node of that work. @throws transport errors */
  readonly propose: (work: ZcashWork) => Promise<ProposalOutcome>;
  /** The node has accepted the address. */
  readonly onTrusted: (payee: SoloPayee) => void;
  readonly onRefused: (payee: SoloPayee, detail: string) => void;
}

/** Refusals of an address in a branch after which the node is not asked again. One may be about something else. */
const ASKED_AT_MOST = 3;
/**
 * Addresses whose answer is remembered after their last connection has left, so that one that comes and goes costs the
 * node one proposal in a branch. An entry has some 150 bytes.
 */
const REMEMBERED = 16_384;

interface Answer {
  readonly branch: string;
  readonly accepted: boolean;
  readonly refusals: number;
}

/**
 * Lets the node check one block for each address, when it first mines in a consensus branch, before it gets a work that
 * pays it. Addresses wait in a queue, one proposal at a time: a full block is 4 MB of hex, and the same node has to give
 * the templates.
 */
export class SoloProofs {
  readonly #modules: SoloProofsModules;
  readonly #answers = new Map<string, Answer>();
  /** In the order in which they came; at most as many as there are addresses. */
  readonly #waiting = new Set<SoloPayee>();
  #isAsking = false;

  constructor(modules: SoloProofsModules) {
    this.#modules = modules;
  }

  /** Asks about an address as soon as there is a work that can pay it. */
  want(payee: SoloPayee): void {
    this.#waiting.add(payee);
    void this.ask();
  }

  forget(payee: SoloPayee): void {
    this.#waiting.delete(payee);
  }

  /** Goes on with the queue; to be called with each new work. Never rejects. */
  async ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      for (const payee of this.#waiting) if (!(await this.#askAbout(payee))) break;
    } finally {
      this.#isAsking = false;
    }
  }

  /** @returns false where the queue waits for the next work */
  async #askAbout(payee: SoloPayee): Promise<boolean> {
    const newest = this.#modules.newest();
    const branch = newest?.work.division?.branch;
    if (newest === undefined || branch === undefined) return false;
    const { account } = payee;
    const last = this.#answers.get(account);
    const known = last?.branch === branch ? last : { branch, accepted: false, refusals: 0 };
    if (known.accepted) return this.#trust(payee, branch);
    if (known.refusals >= ASKED_AT_MOST) {
      this.#waiting.delete(payee);
      return true;
    }
    const work = payee.pay(newest.work);
    // This block is full. It has no room for the other addresses either.
    if (work === undefined) return false;
    const outcome = await this.#propose(work);
    // The tip moved, or the node did not answer. The next work asks again.
    if (outcome === undefined || outcome.kind === 'outdated') return false;
    if (outcome.kind === 'valid') {
      this.#remember(account, { branch, accepted: true, refusals: 0 });
      return this.#trust(payee, branch);
    }
    this.#remember(account, { ...known, refusals: known.refusals + 1 });
    const detail = outcome.kind === 'refused' ? outcome.reason : outcome.detail;
    if (known.refusals === 0) this.#modules.onRefused(payee, detail);
    // It stays in the queue, is asked about again with the next work or login, and holds up nobody behind it.
    return true;
  }

  #trust(payee: SoloPayee, branch: string): boolean {
    const isWanted = this.#waiting.delete(payee);
    payee.trust(branch);
    if (isWanted) this.#modules.onTrusted(payee);
    return true;
  }

  async #propose(work: ZcashWork): Promise<ProposalOutcome | undefined> {
    try {
      return await this.#modules.propose(work);
    } catch {
      return undefined;
    }
  }

  #remember(account: string, answer: Answer): void {
    this.#answers.delete(account);
    this.#answers.set(account, answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= REMEMBERED) break;
      this.#answers.delete(oldest);
    }
  }
}
