import { randomBytes } from 'node:crypto';
import { maxCoinbaseText, withCoinbaseText } from './coinbase-text.ts';
import type { ZcashNode } from './node.ts';
import { branchOf, selfTest } from './proposal.ts';
import type { ZcashWork } from './work.ts';

export interface VariationProofOptions {
  /** False: nothing is proven, and every coinbase stays as the node made it. */
  readonly propose: boolean;
}

export interface ProvenWork {
  readonly work: ZcashWork;
  /** Why a work that could be varied stays opaque; set once for each node and branch. */
  readonly refusal?: string;
}

/** One refusal may be about something else in that block. Three in a row are about the text. */
const ASKED_AT_MOST = 3;

/**
 * Lets works keep their `variation` only if the node has accepted a proposal with another text, once for each consensus
 * branch. Digests that agree show that the coinbase was read correctly; they do not show that the node's rules allow
 * another text.
 */
export class VariationProof<N extends Pick<ZcashNode, 'propose'>> {
  readonly #options: VariationProofOptions;
  /** The branch that each node was last asked about, and its answers. A chain is in one branch at a time. */
  readonly #answers = new WeakMap<N, { branch: string; accepted: boolean; refusals: number }>();

  constructor(options: VariationProofOptions) {
    this.#options = options;
  }

  /**
   * The work, with its `variation` if the node accepts other texts, or else opaque.
   * @throws transport errors of the proposal
   */
  async prove(node: N, work: ZcashWork): Promise<ProvenWork> {
    if (work.variation === undefined) return { work };
    if (!this.#options.propose) return { work: opaque(work) };
    const branch = branchOf(work);
    const last = this.#answers.get(node);
    const known = last?.branch === branch ? last : { branch, accepted: false, refusals: 0 };
    if (known.accepted) return { work };
    if (known.refusals >= ASKED_AT_MOST) return { work: opaque(work) };

    // The longest text is the hardest test for a rule about lengths.
    const text = randomBytes(maxCoinbaseText(work));
    const outcome = await selfTest(node, withCoinbaseText(work, text));
    // The tip moved during the question. The next template asks again.
    if (outcome.kind === 'outdated') return { work: opaque(work) };
    const accepted = outcome.kind === 'valid';
    const refusals = known.refusals + (accepted ? 0 : 1);
    this.#answers.set(node, { branch, accepted, refusals });
    if (accepted) return { work };
    const why = outcome.kind === 'refused' ? outcome.reason : outcome.detail;
    const refusal = `coinbases stay as the node makes them, it does not take another text: ${why}`;
    return refusals === 1 ? { work: opaque(work), refusal } : { work: opaque(work) };
  }
}

function opaque({ variation: _, ...work }: ZcashWork): ZcashWork {
  return { ...work, opaque: 'unproven' };
}
