import type { NodeFinding } from '../status.ts';
import type { ZcashNode } from './node.ts';
import { branchOf, selfTest } from './proposal.ts';
import { judgeTemplate } from './template-judge.ts';
import { VariationProof } from './variation-proof.ts';
import type { ZcashWork } from './work.ts';

type ExaminedNode = Pick<ZcashNode, 'propose' | 'getBestBlockHash' | 'getBlockHeader'>;

/** What came of examining a work. */
export type Examined =
  | {
      readonly kind: 'use';
      /** Opaque, unless the node accepts a coinbase with another text. */
      readonly work: ZcashWork;
      readonly newTip: boolean;
      /** Sentences for people: what could not be tested, or why the work stays opaque. */
      readonly restrictions: readonly string[];
    }
  /** The tip has moved since. @property again whether to ask at once: a node that answers so each time gets a pause */
  | { readonly kind: 'outdated'; readonly again: boolean }
  | { readonly kind: 'unfit'; readonly finding: NodeFinding };

export interface TemplateExamOptions {
  /** Whether the node has to accept the first template, and that of each new consensus branch, as a proposal. */
  readonly proposeFirst: boolean;
  /** If all nodes are behind the work in hand for this time, their chain is accepted. */
  readonly staleAfterMs: number;
}

/** Every check of a work before miners get it. */
export class TemplateExam<N extends ExaminedNode> {
  readonly #options: TemplateExamOptions;
  /** Milliseconds that only grow. */
  readonly #now: () => number;
  readonly #variations: VariationProof<N>;
  #provenBranch: string | undefined;
  /** The last proposal came too late for its tip. */
  #outdated = false;
  #refusedLowSince: number | undefined;

  constructor(options: TemplateExamOptions, modules: { readonly now: () => number }) {
    this.#options = options;
    this.#now = modules.now;
    this.#variations = new VariationProof({ propose: options.proposeFirst });
  }

  /**
   * @param held the work in hand, and whether this node gave it
   * @throws what the node's calls throw
   */
  async examine(
    node: N,
    given: ZcashWork,
    held: { readonly work: ZcashWork | undefined; readonly isItsOwn: boolean },
  ): Promise<Examined> {
    const judgement = await judgeTemplate(node, held.work, given, held.isItsOwn);
    if (!judgement.use && !this.#isLowForTooLong(judgement)) return { kind: 'unfit', finding: judgement };
    const restrictions: string[] = [];
    if (this.#options.proposeFirst && branchOf(given) !== this.#provenBranch) {
      const outcome = await selfTest(node, given);
      if (outcome.kind === 'outdated') {
        const again = !this.#outdated;
        this.#outdated = true;
        return { kind: 'outdated', again };
      }
      if (outcome.kind === 'refused') {
        const detail = `it refuses its own template: ${outcome.reason}`;
        return { kind: 'unfit', finding: { state: 'lying', cause: 'refuses_own_work', detail } };
      }
      if (outcome.kind === 'unsupported') restrictions.push(`templates cannot be tested: ${outcome.detail}`);
      this.#provenBranch = branchOf(given);
    }
    const { work, refusal } = await this.#variations.prove(node, given);
    if (refusal !== undefined) restrictions.push(refusal);
    return { kind: 'use', work, newTip: judgement.use ? judgement.newTip : true, restrictions };
  }

  /** A work that passed is now in hand. */
  accepted(): void {
    this.#outdated = false;
    this.#refusedLowSince = undefined;
  }

  #isLowForTooLong({ state }: Pick<NodeFinding, 'state'>): boolean {
    if (state !== 'syncing') return false;
    this.#refusedLowSince ??= this.#now();
    return this.#now() - this.#refusedLowSince >= this.#options.staleAfterMs;
  }
}
