import type { TrueChainSolution, WorkSubmitOutcome } from '@adit/chain';
import { messageOf } from '@adit/primitives';
import type { SubmissionReport } from '../blocks/candidate-chain.ts';

/** A solution on its way to the nodes. */
export interface QueuedSolution {
  readonly id: string;
  readonly what: 'block' | 'fruit';
  /** Number of the snail block that is being made; the highest goes first. */
  readonly height: number;
  /** The header's hash as hex. */
  readonly header: string;
  readonly solution: TrueChainSolution;
}

export interface SolutionQueueModules {
  readonly submit: (solution: TrueChainSolution, what: 'block' | 'fruit') => Promise<WorkSubmitOutcome>;
  /** Called after each answer. `fruitTaken`: a node says that it took the fruit. */
  readonly onSubmitted: (news: { readonly fruitTaken: boolean }) => void;
}

/** The state of a header for one kind of solution, blocks or fruits. */
interface Header {
  /** Rises with each header that is seen for the first time. */
  readonly order: number;
  busy: boolean;
  taken: boolean;
  /** Ids of solutions of which it is not known whether a node has them. */
  readonly open: Set<string>;
  waiting: number;
}

interface Item extends QueuedSolution {
  readonly key: string;
  readonly answer: (report: SubmissionReport) => void;
}

/** Most solutions under way at once. A node takes one after the other, and other calls must not wait behind them. */
const MOST_UNDER_WAY = 4;
/** Most fruits under way at once. The remaining places are for blocks. */
const MOST_FRUITS_UNDER_WAY = 2;
/** Most solutions that wait for one header and kind. They are sent only if those before them are refused. */
const MOST_SPARES = 4;
/** Most solutions that wait. At 10 ms each, which is slow for a node, the last waits as long as its header lives. */
const MOST_WAITING = 256;
/** A node honours a header for an hour. At a header every two seconds, and two kinds, an hour has 3,600 of them. */
const MOST_HEADERS = 4096;

/**
 * Sends TrueChain's solutions to the nodes in the order of their value, a few at a time: blocks before fruits, and the
 * newest header first.
 *
 * A header can have one fruit and one block. The node takes the first and refuses the others, or answers `true` and
 * drops them. So at most one solution of a header and kind is under way or taken. The next one is sent only after a
 * refusal or an error, and all that come after a taken one are superfluous.
 */
export class SolutionQueue {
  readonly #modules: SolutionQueueModules;
  /** By header and kind, in the order in which they were first seen. */
  readonly #headers = new Map<string, Header>();
  readonly #waiting = new Set<Item>();
  #underWay = 0;
  #fruitsUnderWay = 0;
  #orders = 0;

  constructor(modules: SolutionQueueModules) {
    this.#modules = modules;
  }

  /** Resolves with the answers to the solution. Never rejects. */
  handIn(queued: QueuedSolution): Promise<SubmissionReport> {
    const key = keyOf(queued);
    const header = this.#headerOf(key);
    if (header.taken) return Promise.resolve(superfluous('the header has had one'));
    // A solution whose fate is open is handed in again in any case: only that shows its fate.
    if (header.waiting >= MOST_SPARES && !header.open.has(queued.id))
      return Promise.resolve(superfluous('enough other solutions of its header wait'));
    const { promise, resolve } = Promise.withResolvers<SubmissionReport>();
    this.#waiting.add({ ...queued, key, answer: resolve });
    header.waiting += 1;
    this.#pump();
    if (this.#waiting.size > MOST_WAITING) this.#drop();
    return promise;
  }

  /** Notes what an earlier process learnt of a solution: a node took it, or its fate is open. */
  remember(
    { id, header, what }: Pick<QueuedSolution, 'id' | 'header' | 'what'>,
    fate: 'taken' | 'open',
  ): void {
    const known = this.#headerOf(keyOf({ header, what }));
    if (fate === 'taken') known.taken = true;
    else known.open.add(id);
  }

  /**
   * Lets another solution of this header and kind go out. A node may take a block and not put it on its chain: getrue
   * drops a block whose fruit half also meets the fruit's difficulty.
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

  /** The most valuable solution of those that may be sent now. */
  #next(): Item | undefined {
    let best: Item | undefined;
    for (const item of this.#waiting) {
      if (this.#headerOf(item.key).busy) continue;
      if (item.what === 'fruit' && this.#fruitsUnderWay >= MOST_FRUITS_UNDER_WAY) continue;
      if (best === undefined || this.#compare(item, best) < 0) best = item;
    }
    return best;
  }

  /** @returns below zero where `a` goes first */
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
      // A fault of the pool itself: answers of nodes, errors included, are in the outcome.
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
    // The nodes may refuse the solution because an earlier attempt, whose fate is open, did arrive.
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

  /** Drops the least valuable solution. */
  #drop(): void {
    let worst: Item | undefined;
    for (const item of this.#waiting) if (worst === undefined || this.#compare(item, worst) > 0) worst = item;
    if (worst === undefined) return;
    this.#leave(worst);
    const text = `not handed in: ${MOST_WAITING} more valuable solutions wait`;
    // A block is handed in again later; by then a fruit of an old header is worth nothing.
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
