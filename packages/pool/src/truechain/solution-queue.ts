import type { TrueChainSolution, WorkSubmitOutcome } from '@adit/chain';
import { messageOf } from '@adit/primitives';
import type { SubmissionReport } from '../blocks/candidate-chain.ts';

/** A solution on its way to the nodes. */
export interface QueuedSolution {
  readonly id: string;
  readonly what: 'block' | 'fruit';
  /** Of the snail block in the making; the newest goes first. */
  readonly height: number;
  /** The header's hash as hex. */
  readonly header: string;
  readonly solution: TrueChainSolution;
}

export interface SolutionQueueModules {
  readonly submit: (solution: TrueChainSolution, what: 'block' | 'fruit') => Promise<WorkSubmitOutcome>;
  /** After each answer. `fruitTaken`: a node says that it has a fruit more. */
  readonly onSubmitted: (news: { readonly fruitTaken: boolean }) => void;
}

/** What a header has had of one kind. */
interface Header {
  /** Rises with each header that is seen for the first time. */
  readonly order: number;
  busy: boolean;
  taken: boolean;
  /** Solutions of which the nodes left open whether they have them. */
  readonly open: Set<string>;
  waiting: number;
}

interface Item extends QueuedSolution {
  readonly key: string;
  readonly answer: (report: SubmissionReport) => void;
}

/** Under way at once: a node takes one after the other, and its other calls must not wait behind them. */
const MOST_UNDER_WAY = 4;
/** The places beyond these are kept for blocks. */
const MOST_FRUITS_UNDER_WAY = 2;
/** Of one header and kind: they go only if those before them are refused. */
const MOST_SPARES = 4;
/** At one solution in 10 ms, which is slow for a node, the last one has waited as long as its header lives. */
const MOST_WAITING = 256;
/** A node honours a header for an hour; with one every two seconds, of two kinds. */
const MOST_HEADERS = 4096;

/**
 * Solutions of TrueChain in the order in which they are worth something: blocks before fruits, the newest header
 * first, a few at a time.
 *
 * A header has one fruit and one block. The node takes the first and refuses the others, or says true and throws
 * them away. So of one header and kind one at most is under way or taken; the next one goes only after a refusal or
 * an error, and what comes after one that was taken is superfluous.
 */
export class SolutionQueue {
  readonly #modules: SolutionQueueModules;
  /** The longest known first. */
  readonly #headers = new Map<string, Header>();
  readonly #waiting = new Set<Item>();
  #underWay = 0;
  #fruitsUnderWay = 0;
  #orders = 0;

  constructor(modules: SolutionQueueModules) {
    this.#modules = modules;
  }

  /** Resolves with what became of it. Never rejects. */
  handIn(queued: QueuedSolution): Promise<SubmissionReport> {
    const key = keyOf(queued);
    const header = this.#headerOf(key);
    if (header.taken) return Promise.resolve(superfluous('the header has had one'));
    // One that was left open is handed in again in any case: only so its fate is learnt.
    if (header.waiting >= MOST_SPARES && !header.open.has(queued.id))
      return Promise.resolve(superfluous('enough others of its header wait'));
    const { promise, resolve } = Promise.withResolvers<SubmissionReport>();
    this.#waiting.add({ ...queued, key, answer: resolve });
    header.waiting += 1;
    this.#pump();
    if (this.#waiting.size > MOST_WAITING) this.#drop();
    return promise;
  }

  /** What an earlier process learnt of a header: that one of its solutions was taken, or that its fate is open. */
  remember(
    { id, header, what }: Pick<QueuedSolution, 'id' | 'header' | 'what'>,
    fate: 'taken' | 'open',
  ): void {
    const known = this.#headerOf(keyOf({ header, what }));
    if (fate === 'taken') known.taken = true;
    else known.open.add(id);
  }

  /**
   * A block that was taken is not on the chain: getrue drops one of which the fruit half meets the fruit's difficulty.
   * The header is open for another one.
   */
  reopen(header: string, what: 'block' | 'fruit'): void {
    const known = this.#headers.get(keyOf({ header, what }));
    if (known !== undefined) known.taken = false;
  }

  #headerOf(key: string): Header {
    const known = this.#headers.get(key);
    if (known !== undefined) return known;
    this.#orders += 1;
    const header = { order: this.#orders, busy: false, taken: false, open: new Set<string>(), waiting: 0 };
    this.#headers.set(key, header);
    for (const [oldest, { busy, waiting }] of this.#headers) {
      if (this.#headers.size <= MOST_HEADERS) break;
      if (!busy && waiting === 0) this.#headers.delete(oldest);
    }
    return header;
  }

  #pump(): void {
    while (this.#underWay < MOST_UNDER_WAY) {
      const next = this.#next();
      if (next === undefined) return;
      this.#leave(next);
      void this.#send(next);
    }
  }

  /** The one that is worth most, of those that may go. */
  #next(): Item | undefined {
    let best: Item | undefined;
    for (const item of this.#waiting) {
      if (this.#headerOf(item.key).busy) continue;
      if (item.what === 'fruit' && this.#fruitsUnderWay >= MOST_FRUITS_UNDER_WAY) continue;
      if (best === undefined || this.#compare(item, best) < 0) best = item;
    }
    return best;
  }

  /** Below zero: `a` goes first. */
  #compare(a: Item, b: Item): number {
    if (a.what !== b.what) return a.what === 'block' ? -1 : 1;
    if (a.height !== b.height) return b.height - a.height;
    return this.#headerOf(b.key).order - this.#headerOf(a.key).order;
  }

  async #send(item: Item): Promise<void> {
    const header = this.#headerOf(item.key);
    const fruits = item.what === 'fruit' ? 1 : 0;
    header.busy = true;
    this.#underWay += 1;
    this.#fruitsUnderWay += fruits;
    try {
      const outcome = await this.#modules.submit(item.solution, item.what);
      item.answer(this.#reportOf(item, header, outcome));
      this.#modules.onSubmitted({ fruitTaken: outcome.accepted && item.what === 'fruit' });
    } catch (error) {
      // Not an answer of a node: those are in the outcome.
      item.answer({
        outcome: 'undecided',
        answers: [{ node: 'pool', answer: `error: ${messageOf(error)}` }],
      });
    } finally {
      header.busy = false;
      this.#underWay -= 1;
      this.#fruitsUnderWay -= fruits;
      if (header.taken) this.#dismiss(item.key);
      this.#pump();
    }
  }

  #reportOf(
    item: Item,
    header: Header,
    { accepted, undecided, answers }: WorkSubmitOutcome,
  ): SubmissionReport {
    const said = answers.map(({ node, answer }) => ({
      node,
      answer: 'detail' in answer ? `${answer.kind}: ${answer.detail}` : answer.kind,
    }));
    if (accepted) {
      header.taken = true;
      return { outcome: 'accepted', answers: said };
    }
    if (undecided) {
      header.open.add(item.id);
      return { outcome: 'undecided', answers: said };
    }
    // Refused, after an attempt of which nobody knows whether it arrived: that one may be why.
    if (header.open.has(item.id)) return { outcome: 'undecided', answers: said };
    return { outcome: header.open.size > 0 ? 'superfluous' : 'refused', answers: said };
  }

  #dismiss(key: string): void {
    for (const item of [...this.#waiting]) {
      if (item.key !== key) continue;
      this.#leave(item);
      item.answer(superfluous('the header has had one'));
    }
  }

  /** The one that is worth least makes room. */
  #drop(): void {
    let worst: Item | undefined;
    for (const item of this.#waiting) if (worst === undefined || this.#compare(item, worst) > 0) worst = item;
    if (worst === undefined) return;
    this.#leave(worst);
    const text = `not handed in: ${MOST_WAITING} that are worth more wait`;
    // A block is tried again; a fruit of an old header is worth nothing by then.
    if (worst.what === 'fruit') worst.answer(superfluous(text));
    else worst.answer({ outcome: 'undecided', answers: [{ node: 'pool', answer: text }] });
  }

  #leave(item: Item): void {
    this.#waiting.delete(item);
    this.#headerOf(item.key).waiting -= 1;
  }
}

function keyOf({ header, what }: { readonly header: string; readonly what: string }): string {
  return `${what} ${header}`;
}

function superfluous(why: string): SubmissionReport {
  return { outcome: 'superfluous', answers: [{ node: 'pool', answer: why }] };
}
