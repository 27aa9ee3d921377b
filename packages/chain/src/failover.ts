import { AditError } from '@adit/primitives';
import type { NodeStanding } from './node-standing.ts';
import { type Disagreement, type LookLimits, NodeWatch, type Tip } from './node-watch.ts';
import { Outage } from './outage.ts';
import { causeOf, detailOf, type NodeFinding, type NodeStatus } from './status.ts';
import { StatusLine } from './status-line.ts';

interface Named {
  readonly name: string;
}

export interface FailoverOptions {
  /** Between two looks at a node. */
  readonly watchMs: number;
  /** A node that takes longer for a look is left, if another node answers in that time. */
  readonly answerMs: number;
}

/** What a dialect's work source hands in: how its nodes are asked, and what its work says about them. */
export interface FailoverModules<N extends Named, Entry extends NodeStanding<N>> {
  /** In order of preference; at least one. */
  readonly nodes: readonly N[];
  readonly standingOf: (node: N, line: StatusLine) => Entry;
  readonly tipOf: (node: N, limits: LookLimits) => Promise<Tip | undefined>;
  /** Whether a node has been chosen: before that a node that is silent has failed nobody. */
  readonly hasChosen: () => boolean;
  /** Whether a request for work to this node is under way. */
  readonly isAsked: (entry: Entry) => boolean;
  /** Ends the pause before the next request and, where it is this node's, the request under way. */
  readonly interrupt: (entry: Entry) => void;
  /** A look was answered. @param isBack the node had been silent */
  readonly onAnswer: (entry: Entry, tip: Tip | undefined, isBack: boolean) => void;
  /** The node that is needed does not answer, and no better one is there. */
  readonly onHush: (entry: Entry, finding: NodeFinding) => void;
  /** @param news see `StatusLine` */
  readonly onStatus: (status: NodeStatus, news: boolean) => void;
  readonly onDisagreement: (disagreement: Disagreement) => void;
  readonly onOutage: (sinceMs: number | undefined) => void;
  readonly random: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly wallClock: () => number;
}

/** What a look at a node in reserve found, measured against the work in hand. */
export interface ReserveLook {
  /** Height of its tip, where it told one. */
  readonly height: number | undefined;
  /** It could serve as well as the node that does. */
  readonly fit: boolean;
  /** It is ahead of the node that serves. */
  readonly ahead: boolean;
  /** Looks in a row with `ahead` that prove a lag of the node that serves. */
  readonly proof: number;
  /** How far the node that serves is then behind, where that can be told. */
  readonly lagOfServing?: number;
}

interface Figures {
  /** Blocks behind. */
  readonly lag?: number | undefined;
  readonly latencyMs?: number | undefined;
}

/** One look may hit the moment between two nodes' hearing of a block; two are a lag. */
export const LOOKS_THAT_PROVE_A_LAG = 2;

/**
 * Chooses the node that is asked for work, and leaves it for a better one: the preferred node serves, unless it hangs,
 * errs, or is behind. How a dialect asks for work is not known here.
 */
export class Failover<N extends Named, Entry extends NodeStanding<N>> {
  readonly entries: readonly Entry[];
  readonly watch: NodeWatch<N>;
  readonly outage: Outage;
  /** The node that is asked first. */
  serving: Entry | undefined;
  readonly #modules: FailoverModules<N, Entry>;

  /** @throws AditError `ADIT_BAD_OPTION` */
  constructor(options: FailoverOptions, modules: FailoverModules<N, Entry>) {
    if (modules.nodes.length === 0)
      throw new AditError('ADIT_BAD_OPTION', 'nodes must name at least one node');
    this.#modules = modules;
    const { nodes, standingOf, tipOf, onStatus, onDisagreement, onOutage, sleep, now, wallClock } = modules;
    this.entries = nodes.map((node) => standingOf(node, new StatusLine(node.name, { onStatus, now })));
    this.outage = new Outage(this.entries, { onOutage, wallClock });
    this.watch = new NodeWatch<N>(options, {
      nodes,
      tipOf,
      sleep,
      now,
      onDisagreement,
      onAnswer: (node, tip) => this.#onAnswer(node, tip),
      onSilent: (node, error, others) => this.#onSilent(node, error, others),
    });
  }

  /**
   * Every node in the order in which work is asked for: the one that serves, then the fit ones before the unfit ones,
   * the highest first, then as they are preferred.
   */
  order(isUnfit: (entry: Entry) => boolean): Entry[] {
    const heightOf = ({ node }: Entry): number => this.watch.tipOf(node)?.height ?? -1;
    const others = this.entries
      .filter((entry) => entry !== this.serving)
      .sort((a, b) => Number(isUnfit(a)) - Number(isUnfit(b)) || heightOf(b) - heightOf(a));
    return this.serving === undefined ? others : [this.serving, ...others];
  }

  /** Whether another node answers, is not paused, and passes. */
  hasOther(entry: Entry, isFit: (other: Entry) => boolean = () => true): boolean {
    const now = this.#modules.now();
    return this.entries.some(
      (other) => other !== entry && other.restUntil <= now && this.watch.answers(other.node) && isFit(other),
    );
  }

  /** A node gave work. */
  served(entry: Entry): void {
    this.serving = entry;
    entry.succeed();
    this.outage.served(this.#modules.now());
  }

  /** A node gave no work, or wrong work: it is paused, and longer each time. @param pauseMs the first pause */
  fail(
    entry: Entry,
    finding: NodeFinding,
    about: { readonly lag?: number | undefined; readonly pauseMs?: number } = {},
  ): void {
    const { now, random } = this.#modules;
    const at = now();
    entry.fail(at, random, about.pauseMs);
    const { state } = finding;
    if (state === 'lying' || state === 'wrong_network') entry.fault = finding;
    this.say(entry, finding, about);
    this.outage.check(at);
  }

  /** Asks another node at once. */
  leave(entry: Entry): void {
    if (this.serving === entry) this.serving = undefined;
    this.#modules.interrupt(entry);
  }

  takeOver(entry: Entry): void {
    const former = this.serving;
    entry.ahead = 0;
    this.serving = entry;
    this.#modules.interrupt(former ?? entry);
  }

  /**
   * A node in reserve that is preferred to the node that serves takes over again, and so does one ahead of it.
   * @returns why another node serves from now on; undefined while nothing changes
   */
  judgeReserve(entry: Entry, serving: Entry, look: ReserveLook): 'lag' | 'preference' | undefined {
    const now = this.#modules.now();
    entry.compare({ fit: look.fit, ahead: look.ahead });
    if (entry.ahead >= look.proof) {
      const detail = `it is behind ${entry.node.name}, which is at height ${look.height}`;
      this.fail(serving, { state: 'syncing', cause: 'behind', detail }, { lag: look.lagOfServing });
      this.takeOver(entry);
      return 'lag';
    }
    const isPreferred = this.entries.indexOf(entry) < this.entries.indexOf(serving);
    if (!isPreferred || !entry.isProven(now)) return undefined;
    this.takeOver(entry);
    return 'preference';
  }

  /**
   * Tells how a node in reserve is doing.
   * @param lag blocks behind, where that can be told
   * @param complaint what makes it unfit to serve
   */
  describeReserve(
    entry: Entry,
    lag: number | undefined,
    complaint: NodeFinding | undefined = entry.fault,
  ): void {
    const isBehind = lag !== undefined && entry.isBehind(lag);
    const behind = { state: 'syncing', cause: 'behind', detail: `in reserve, ${lag} blocks behind` } as const;
    const well = { state: 'ready', cause: 'reserve', detail: 'in reserve' } as const;
    const latencyMs = this.watch.latencyOf(entry.node);
    this.say(entry, complaint ?? (isBehind ? behind : well), { lag, latencyMs });
  }

  /** What goes to the log and the status. */
  say(entry: Entry, finding: NodeFinding, { lag, latencyMs }: Figures = {}): void {
    const { height } = entry;
    entry.line.say({
      ...finding,
      ...(height === undefined ? {} : { height }),
      ...(lag === undefined ? {} : { lag }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
    });
  }

  #onAnswer(node: N, tip: Tip | undefined): void {
    const entry = this.#of(node);
    if (entry === undefined) return;
    const isBack = entry.speak();
    const latencyMs = this.watch.latencyOf(node);
    if (latencyMs !== undefined) entry.line.latency(latencyMs);
    this.#modules.onAnswer(entry, tip, isBack);
  }

  #onSilent(node: N, error: unknown, others: boolean): void {
    const entry = this.#of(node);
    const { now, hasChosen, isAsked, onHush } = this.#modules;
    if (entry === undefined || !hasChosen()) return;
    entry.hush(now());
    const isNeeded = entry === this.serving || isAsked(entry);
    const detail = `it does not answer: ${detailOf(error)}`;
    const finding = { state: 'down', cause: causeOf(error), detail } as const;
    if (isNeeded && !(others && this.hasOther(entry))) return onHush(entry, finding);
    this.fail(entry, finding);
    if (isNeeded) this.leave(entry);
  }

  #of(node: N): Entry | undefined {
    return this.entries.find((entry) => entry.node === node);
  }
}
