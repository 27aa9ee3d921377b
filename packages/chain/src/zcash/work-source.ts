import { AditError, withDefaults } from '@adit/primitives';
import { sleepFor } from '@adit/rpc';
import { Failover, LOOKS_THAT_PROVE_A_LAG } from '../failover.ts';
import { NodeStanding } from '../node-standing.ts';
import type { Tip } from '../node-watch.ts';
import type { NodeFinding } from '../status.ts';
import { WorkPatience } from '../work-patience.ts';
import { codeOf, findingOf } from './faults.ts';
import { displayHash, type TemplateRequest } from './node.ts';
import { RefreshHold } from './refresh-hold.ts';
import { type Examined, TemplateExam } from './template-exam.ts';
import { ZcashTips } from './tip.ts';
import { workFromTemplate, type ZcashWork } from './work.ts';
import { isRepeat } from './work-news.ts';
import type { TemplateNode, ZcashWorkSourceModules, ZcashWorkSourceOptions } from './work-source-options.ts';

type Entry = NodeStanding<TemplateNode>;

const DEFAULTS = {
  shortPollMs: 1_000,
  staleAfterMs: 60_000,
  watchMs: 300,
  watchAnswerMs: 500,
  refreshMs: 20_000,
  proposeFirst: true,
};

/** Looks that a node gets if it knows the new block but is slow to build on it. */
const LOOKS_FOR_A_TEMPLATE = 6;
/**
 * Wait for the first template of a node while another one may have work. It doubles with each node that is passed over.
 */
const FIRST_TEMPLATE_MS = 3_000;
/** How often a node without long polling is asked for the full template of a new tip. */
const FILL_POLL_MS = 20;
/**
 * A node that answers nothing for this time is reported as down, even while a request for its work may still succeed.
 */
const HANGS_MS = 10_000;
/** A long poll is not trusted for longer than this while no node answers. */
const ALL_SILENT_MS = 3_000;

/**
 * Keeps the newest work of the best node that answers, by long polls with a least time between them. It changes nodes
 * when one fails, and refuses templates that would lead miners back to older blocks.
 */
export class ZcashWorkSource {
  readonly #options: Required<Omit<ZcashWorkSourceOptions, 'answerWithinMs'>>;
  /** The limit of a plain request; empty to leave it to the node. */
  readonly #plainLimit: { readonly timeoutMs?: number };
  readonly #modules: Required<ZcashWorkSourceModules>;
  readonly #failover: Failover<TemplateNode, Entry>;
  readonly #hold: RefreshHold;
  readonly #exam: TemplateExam<TemplateNode>;
  readonly #patience = new WorkPatience();
  /** Looks in a row in which the serving node's tip was not the one that its work builds on. */
  #outrun = 0;
  #current: ZcashWork | undefined;
  /** The node that gave `#current`. */
  #giver: Entry | undefined;
  #lastPoll = Number.NEGATIVE_INFINITY;
  /** The next request is plain, not a long poll. */
  #plain = true;
  /** The next request goes out without a pause: for the full template of a new tip, or because the tip has moved. */
  #hurry = false;
  #stop: AbortController | undefined;
  /** Ends the poll under way, when another node takes over or the source stops. */
  #handover = new AbortController();
  /** A long poll is under way: its silence is normal. */
  #longPolling = false;
  /** When the plain request under way was sent; undefined if there is none. */
  #askedAt: number | undefined;
  /** Ends the pause before the next poll. */
  #nap = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();

  /** @throws AditError `ADIT_BAD_OPTION` */
  constructor(options: ZcashWorkSourceOptions, modules: ZcashWorkSourceModules) {
    const minimumPollMs = options.minimumPollMs ?? 250;
    if (minimumPollMs < 100) throw new AditError('ADIT_BAD_OPTION', 'minimumPollMs must be at least 100');
    this.#options = { ...withDefaults(DEFAULTS, options), minimumPollMs };
    const { answerWithinMs } = options;
    this.#plainLimit = answerWithinMs === undefined ? {} : { timeoutMs: answerWithinMs };
    this.#modules = withDefaults(
      {
        random: Math.random,
        sleep: sleepFor,
        now: () => performance.now(),
        wallClock: Date.now,
        onDisagreement: () => {},
        onOutage: () => {},
      },
      modules,
    );
    const { sleep, now, onWork } = this.#modules;
    const { watchMs, watchAnswerMs: answerMs, refreshMs } = this.#options;
    this.#hold = new RefreshHold({ refreshMs }, { onWork, sleep, now });
    const tips = new ZcashTips<TemplateNode>();
    this.#failover = new Failover<TemplateNode, Entry>(
      { watchMs, answerMs },
      {
        ...this.#modules,
        standingOf: (node, line) => new NodeStanding(node, line),
        tipOf: (node, limits) => tips.of(node, limits),
        hasChosen: () => this.#failover.serving !== undefined,
        isAsked: (entry) => entry === this.#failover.serving,
        interrupt: () => this.#interrupt(),
        onAnswer: (entry, tip, isBack) => this.#onAnswer(entry, tip, isBack),
        onHush: (entry, finding) => this.#onHush(entry, finding),
      },
    );
    this.#exam = new TemplateExam(this.#options, { now });
  }

  get current(): ZcashWork | undefined {
    return this.#current;
  }

  /** The node that gave it. */
  get giver(): TemplateNode | undefined {
    return this.#giver?.node;
  }

  start(): void {
    if (this.#stop !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    const looked = Promise.withResolvers<void>();
    const watching = this.#failover.watch.run(stop.signal, looked.resolve);
    this.#loops = Promise.all([watching, this.#pollLoop(stop.signal, looked.promise)]);
  }

  /** Ends the poll under way. Resolves when nothing will be called any more. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#handover.abort();
    this.#hold.stop();
    await this.#loops;
    this.#stop = undefined;
    this.#failover.serving = undefined;
  }

  async #pollLoop(signal: AbortSignal, looked: Promise<void>): Promise<void> {
    // Wait for the first tips before choosing a node: the preferred one may be behind.
    if (this.#failover.entries.length > 1) {
      await Promise.race([looked, this.#pause(2 * this.#options.watchAnswerMs, signal)]);
    }
    while (!signal.aborted) {
      const entry = this.#pick();
      if (entry !== this.#failover.serving) this.#plain = true;
      this.#failover.serving = entry;
      this.#nap = new AbortController();
      const wait = Math.max(entry.restUntil - this.#modules.now(), this.#throttle());
      await this.#pause(wait, AbortSignal.any([signal, this.#nap.signal]));
      if (signal.aborted || this.#nap.signal.aborted) continue;
      await this.#poll(entry, signal);
    }
  }

  /**
   * The serving node while it is healthy, else the highest of the healthy ones, else the one whose pause ends first.
   */
  #pick(): Entry {
    const now = this.#modules.now();
    // A node that lies, or belongs to another network, is asked only if no other one is left.
    const order = this.#failover.order(({ fault }) => fault !== undefined);
    const [soonest] = order.toSorted((a, b) => a.restUntil - b.restUntil);
    const picked = order.find(({ restUntil }) => restUntil <= now) ?? soonest;
    if (picked === undefined) throw new AditError('ADIT_BAD_OPTION', 'nodes must name at least one node');
    return picked;
  }

  #throttle(): number {
    if (this.#hurry) {
      this.#hurry = false;
      return 0;
    }
    const { minimumPollMs, shortPollMs } = this.#options;
    const longPolls = this.#current === undefined || this.#current.longPollId !== undefined;
    const often = this.#hold.wantsTransactions ? FILL_POLL_MS : Math.max(shortPollMs, minimumPollMs);
    const interval = longPolls ? minimumPollMs : often;
    return this.#lastPoll + interval - this.#modules.now();
  }

  async #poll(entry: Entry, signal: AbortSignal): Promise<void> {
    const { now } = this.#modules;
    const handover = new AbortController();
    this.#handover = handover;
    const longPollId = this.#plain || this.#giver !== entry ? undefined : this.#current?.longPollId;
    this.#lastPoll = now();
    this.#longPolling = longPollId !== undefined;
    this.#askedAt = this.#longPolling ? undefined : this.#lastPoll;
    let examined: Examined;
    let latencyMs: number | undefined;
    try {
      const work = await this.#workOf(entry.node, {
        ...(longPollId === undefined ? {} : { longPollId }),
        signal: handover.signal,
        ...(longPollId === undefined ? this.#plainLimit : { timeoutMs: this.#options.staleAfterMs }),
      });
      this.#longPolling = false;
      this.#askedAt = undefined;
      if (longPollId === undefined) latencyMs = now() - this.#lastPoll;
      const held = { work: this.#current, isItsOwn: this.#giver === entry };
      examined = await this.#exam.examine(entry.node, work, held);
    } catch (error) {
      this.#longPolling = false;
      this.#askedAt = undefined;
      if (signal.aborted || handover.signal.aborted) return;
      if (longPollId !== undefined && codeOf(error) === 'ADIT_RPC_TIMEOUT') {
        // Either nothing is new, or the connection died silently. A plain request tells which.
        this.#plain = true;
      } else {
        this.#failed(entry, findingOf(error));
      }
      return;
    }
    if (examined.kind === 'unfit') return this.#failed(entry, examined.finding);
    if (examined.kind === 'outdated') {
      this.#plain = true;
      this.#hurry = examined.again;
      return;
    }
    for (const detail of examined.restrictions)
      this.#failover.say(entry, { state: 'ready', cause: 'restricted', detail });
    // In the meantime another node may have taken over, or the source may have been stopped.
    if (signal.aborted || handover.signal.aborted) return;
    this.#accept(entry, examined.work, examined.newTip, latencyMs);
  }

  async #workOf(node: TemplateNode, request: TemplateRequest): Promise<ZcashWork> {
    const { chain } = this.#options;
    if (node.getWork !== undefined) return node.getWork(chain, request);
    return workFromTemplate(await node.getBlockTemplate(request), chain);
  }

  #accept(entry: Entry, work: ZcashWork, newTip: boolean, latencyMs: number | undefined): void {
    const previous = this.#current;
    this.#failover.served(entry);
    this.#patience.restore();
    this.#outrun = 0;
    this.#exam.accepted();
    this.#plain = false;
    this.#hurry = newTip && work.empty && work.longPollId !== undefined && previous !== undefined;
    const otherNode = this.#giver !== entry;
    this.#giver = entry;
    const quickness = this.#failover.watch.latencyOf(entry.node) ?? latencyMs;
    entry.height = work.height - 1;
    const figures = { lag: 0, ...(quickness === undefined ? {} : { latencyMs: quickness }) };
    const detail = `serves templates of height ${work.height}`;
    this.#failover.say(entry, { state: 'ready', cause: 'serves', detail }, figures);
    if (previous !== undefined && !newTip && isRepeat(previous, work)) {
      // Only the long-poll id may be newer. The next poll must wait for a change after this one.
      this.#current = work.longPollId === undefined ? previous : { ...previous, longPollId: work.longPollId };
      return;
    }
    this.#current = work;
    this.#hold.offer(work, otherNode);
  }

  /**
   * Makes the next request plain: a node that failed may have been restarted, and a long poll would only wait for news.
   */
  #failed(entry: Entry, finding: NodeFinding): void {
    this.#plain = true;
    this.#failover.fail(entry, finding);
  }

  /** The serving node is silent, and no better one is there. */
  #onHush(entry: Entry, finding: NodeFinding): void {
    const now = this.#modules.now();
    const silentMs = now - (entry.silentSince ?? now);
    if (silentMs >= HANGS_MS && now - (this.#askedAt ?? now) >= HANGS_MS) {
      // The request goes on and may still succeed: a template may take half a minute.
      entry.miss(now);
      this.#failover.say(entry, finding);
      this.#failover.outage.check(now);
    } else if (this.#longPolling && silentMs >= ALL_SILENT_MS) {
      // The node may be busy, and no better one is there. A plain request will tell.
      this.#interrupt();
    }
  }

  #onAnswer(entry: Entry, tip: Tip | undefined, isBack: boolean): void {
    if (isBack) this.#nap.abort();
    if (tip === undefined) return;
    const { serving } = this.#failover;
    if (entry === serving) this.#compareWithWork(entry, tip);
    else if (serving !== undefined) this.#compareWithServing(entry, tip, serving);
  }

  /** Ends a long poll that does not report the new tip of its own node. */
  #compareWithWork(entry: Entry, tip: Tip): void {
    const current = this.#current;
    if (current === undefined || this.#giver !== entry) return;
    const moved = tip.height >= current.height - 1 && tip.hash !== displayHash(current.prevHash);
    this.#outrun = moved ? this.#outrun + 1 : 0;
    if (this.#outrun < LOOKS_THAT_PROVE_A_LAG || !this.#longPolling) return;
    this.#outrun = 0;
    this.#interrupt();
  }

  #compareWithServing(entry: Entry, { height }: Tip, serving: Entry): void {
    if (entry.restUntil > this.#modules.now()) return;
    const tip = this.#current === undefined ? undefined : this.#current.height - 1;
    const lag = tip === undefined ? undefined : Math.max(0, tip - height);
    entry.height = height;
    this.#failover.describeReserve(entry, lag);
    // A node of another network: its height means nothing here.
    if (entry.fault?.state === 'wrong_network') return;
    if (tip === undefined) return this.#relieve(serving, entry);
    const isKnown = (this.#failover.watch.tipOf(serving.node)?.height ?? -1) >= height;
    const change = this.#failover.judgeReserve(entry, serving, {
      height,
      fit: height >= tip,
      // The work's height is one above its parent, so a node whose tip has that height is a block ahead.
      ahead: height > tip && entry.fault === undefined,
      proof: this.#patience.of(isKnown ? LOOKS_FOR_A_TEMPLATE : LOOKS_THAT_PROVE_A_LAG),
      lagOfServing: Math.max(0, height - tip),
    });
    if (change === 'lag') this.#patience.lose();
  }

  /** Passes over a node that takes long over its first template, while there is no work at all. */
  #relieve(serving: Entry, entry: Entry): void {
    const asked = this.#askedAt;
    if (asked === undefined || this.#modules.now() - asked < this.#patience.of(FIRST_TEMPLATE_MS)) return;
    const detail = 'it gives no template yet, though others answer';
    this.#failover.fail(serving, { state: 'syncing', cause: 'slow', detail });
    this.#patience.lose();
    this.#failover.takeOver(entry);
  }

  /** Makes the poll loop choose again at once, with a plain request. */
  #interrupt(): void {
    this.#plain = true;
    this.#handover.abort();
    this.#nap.abort();
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return;
    try {
      await this.#modules.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
