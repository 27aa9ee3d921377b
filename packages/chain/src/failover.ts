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
  /** Every node is asked for its tip once in this time. */
  readonly watchMs: number;
  /** Longest wait for that answer. A node that takes longer is left, if another node answers in that time. */
  readonly answerMs: number;
}

/** What a work source of one dialect hands in: how its nodes are asked, and what their answers mean for its work. */
export interface FailoverModules<N extends Named, Entry extends NodeStanding<N>> {
  /** In order of preference; at least one. */
  readonly nodes: readonly N[];
  readonly standingOf: (node: N, line: StatusLine) => Entry;
  readonly tipOf: (node: N, limits: LookLimits) => Promise<Tip | undefined>;
  /** Whether a node has been chosen. Before that, silence of a node is ignored. */
  readonly hasChosen: () => boolean;
  /** Whether a request for work to this node is under way. */
  readonly isAsked: (entry: Entry) => boolean;
  /** Ends the pause before the next request, and the request under way if it goes to this node. */
  readonly interrupt: (entry: Entry) => void;
  /**
   * The node told its tip.
   * @param isBack whether the node had been silent before
   */
  readonly onAnswer: (entry: Entry, tip: Tip | undefined, isBack: boolean) => void;
  /** The node that is needed does not answer, and no better one can take its place. */
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

/** What an answer of a node in reserve says, compared with the work in hand. */
export interface ReserveLook {
  /** Height of its tip, if it told one. */
  readonly height: number | undefined;
  /** Whether it could serve as well as the serving node. */
  readonly fit: boolean;
  /** Whether it is ahead of the serving node. */
  readonly ahead: boolean;
  /** Number of answers in a row with `ahead` that prove that the serving node lags. */
  readonly proof: number;
  /** How many blocks the serving node is then behind, if known. */
  readonly lagOfServing?: number;
}

interface Figures {
  /** Blocks behind. */
  readonly lag?: number | undefined;
  readonly latencyMs?: number | undefined;
}

/** One answer may fall between the moments at which two nodes hear of a block. Two in a row prove a lag. */
export const LOOKS_THAT_PROVE_A_LAG = 2;

/**
 * Chooses the node that is asked for work, and leaves it for a better one: the preferred node serves, unless it hangs,
 * errs, or is behind. The work source knows how work is asked for; this class does not.
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
   * The nodes in the order in which they are asked for work: the serving node first, then fit ones before unfit ones,
   * among those the highest first, and equal ones in the configured order.
   */
  order(isUnfit: (entry: Entry) => boolean): Entry[] {
    const heightOf = ({ node }: Entry): number => this.watch.tipOf(node)?.height ?? -1;
    const others = this.entries
      .filter((entry) => entry !== this.serving)
      .sort((a, b) => Number(isUnfit(a)) - Number(isUnfit(b)) || heightOf(b) - heightOf(a));
    return this.serving === undefined ? others : [this.serving, ...others];
  }

  /** Whether another node answers, is not paused, and satisfies `isFit`. */
  hasOther(entry: Entry, isFit: (other: Entry) => boolean = () => true): boolean {
    const now = this.#modules.now();
    return this.entries.some(
      (other) => other !== entry && other.restUntil <= now && this.watch.answers(other.node) && isFit(other),
    );
  }

  /** Notes that a node gave work: it serves from now on. */
  served(entry: Entry): void {
    this.serving = entry;
    entry.succeed();
    this.outage.served(this.#modules.now());
  }

  /**
   * Pauses a node that gave no work, or wrong work. Each pause in a row is longer.
   * @param about `pauseMs` replaces the base of the pause
   */
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

  /** Stops the serving of a node, so that another one is asked at once. */
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
   * A node in reserve takes over if it is ahead of the serving node, or if it is preferred and has proved itself.
   * @returns why another node serves from now on; undefined if nothing changes
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
   * Reports how a node in reserve is doing.
   * @param lag blocks behind, if known
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

  /** Puts a finding about a node into the log and the status. */
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
