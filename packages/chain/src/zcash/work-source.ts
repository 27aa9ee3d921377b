import { AditError, equalBytes, messageOf } from '@adit/primitives';
import { sleepFor } from '@adit/rpc';
import { NodeStanding, Outage, Patience } from '../node-standing.ts';
import { type Disagreement, NodeWatch, type Tip } from '../node-watch.ts';
import type { NodeStatus } from '../status.ts';
import { StatusLine } from '../status-line.ts';
import type { ZcashChainParams } from './chains.ts';
import { codeOf, stateOf } from './faults.ts';
import { displayHash, type TemplateRequest, type ZcashNode } from './node.ts';
import { branchOf, selfTest } from './proposal.ts';
import { RefreshHold } from './refresh-hold.ts';
import { judgeTemplate } from './template-judge.ts';
import { ZcashTips } from './tip.ts';
import { VariationProof } from './variation-proof.ts';
import { workFromTemplate, type ZcashWork } from './work.ts';
import type { ZcashWorkChange } from './work-news.ts';

/** What the source needs of a node. */
export type TemplateNode = Pick<
  ZcashNode,
  'name' | 'getBlockTemplate' | 'propose' | 'getBestBlockHash' | 'getBlockHeader' | 'getBlockCount'
> &
  // Where it is there it is asked instead: it reads long templates without keeping others waiting.
  Partial<Pick<ZcashNode, 'getWork'>>;

export interface ZcashWorkSourceOptions {
  chain: ZcashChainParams;
  /** Least time between two polls, at least 100; a node whose long-poll ids oscillate answers at once. Default 250. */
  minimumPollMs?: number;
  /** Poll interval for a node without long polling. Default 1000. */
  shortPollMs?: number;
  /** A long poll that brought nothing for so long is replaced by a plain request. Default 60 s. */
  staleAfterMs?: number;
  /** Limit of a plain request; a node slower than that is down. Default: what the node allows for a template. */
  answerWithinMs?: number;
  /** How often every node is asked for its tip. Default 300: with the next one, a failover stays below a second. */
  watchMs?: number;
  /** A node that takes longer for that is left, if another one answers meanwhile. Default 500. */
  watchAnswerMs?: number;
  /** Other transactions for the same tip are handed out no more often; 0: whenever they come. Default 20,000. */
  refreshMs?: number;
  /** Self-test of the first template and of each new consensus branch. Default true. */
  proposeFirst?: boolean;
}

export interface ZcashWorkSourceModules {
  /** In order of preference; at least one. */
  nodes: readonly TemplateNode[];
  onWork: (work: ZcashWork, change: ZcashWorkChange) => void;
  /** @param news see `StatusLine` */
  onStatus: (status: NodeStatus, news: boolean) => void;
  onDisagreement?: (disagreement: Disagreement) => void;
  /** No node gives work, since this time of the wall clock; undefined: one does again. */
  onOutage?: (sinceMs: number | undefined) => void;
  wallClock?: () => number;
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  now?: () => number;
}

type Entry = NodeStanding<TemplateNode>;

/** The same content with a newer clock is new work only after this many seconds. */
const REFRESH_SECONDS = 30;
/** One look may hit the moment between two nodes' hearing of a block; two are a lag. */
const LOOKS_THAT_PROVE_A_LAG = 2;
/** A node that knows the block, but is slow to build on it, gets this many. */
const LOOKS_FOR_A_TEMPLATE = 6;
/** A node that has nothing at all yet is passed over after so long for one that may have: twice as long each time. */
const FIRST_TEMPLATE_MS = 3_000;
/** A node without long polling is asked for the full template of a new tip so often. */
const FILL_POLL_MS = 20;
/** A node that answers nothing for so long is told to be down, however long the request for its work may take. */
const HANGS_MS = 10_000;
/** When no node answers, a long poll is not trusted for longer than this. */
const ALL_SILENT_MS = 3_000;

/**
 * Keeps the newest work of the best node that answers: long poll with a floor between polls, failover, and a
 * refusal of templates that would lead miners back.
 */
export class ZcashWorkSource {
  readonly #options: Required<Omit<ZcashWorkSourceOptions, 'answerWithinMs'>>;
  /** The limit of a plain request, where it is not the node's own. */
  readonly #plainLimit: { readonly timeoutMs?: number };
  readonly #modules: Required<ZcashWorkSourceModules>;
  readonly #entries: readonly Entry[];
  readonly #hold: RefreshHold;
  readonly #watch: NodeWatch<TemplateNode>;
  readonly #outage: Outage;
  readonly #variations: VariationProof<TemplateNode>;
  readonly #patience = new Patience();
  /** Looks in a row in which the server's own tip was another one than that of the work it gave. */
  #outrun = 0;
  #serving: Entry | undefined;
  #current: ZcashWork | undefined;
  /** Who gave `#current`. */
  #giver: Entry | undefined;
  #provenBranch: string | undefined;
  #lastPoll = Number.NEGATIVE_INFINITY;
  /** The next request is plain, not a long poll. */
  #plain = true;
  /** The next request goes out without a pause: for the full template of a new tip, or for what has outrun the last. */
  #hurry = false;
  /** The last proposal came too late for its tip. */
  #outdated = false;
  #refusedLowSince: number | undefined;
  #stop: AbortController | undefined;
  /** Ends the poll under way: another node takes over, or the source stops. */
  #handover = new AbortController();
  /** A long poll is under way, which may stay silent for good reasons. */
  #longPolling = false;
  /** A plain request is under way, since then. */
  #askedAt: number | undefined;
  /** Ends the pause before the next poll. */
  #nap = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();

  /** @throws AditError `ADIT_BAD_OPTION` */
  constructor(options: ZcashWorkSourceOptions, modules: ZcashWorkSourceModules) {
    const minimumPollMs = options.minimumPollMs ?? 250;
    if (minimumPollMs < 100) throw new AditError('ADIT_BAD_OPTION', 'minimumPollMs must be at least 100');
    if (modules.nodes.length === 0)
      throw new AditError('ADIT_BAD_OPTION', 'nodes must name at least one node');
    this.#options = {
      shortPollMs: 1_000,
      staleAfterMs: 60_000,
      watchMs: 300,
      watchAnswerMs: 500,
      refreshMs: 20_000,
      proposeFirst: true,
      ...options,
      minimumPollMs,
    };
    const { answerWithinMs } = options;
    this.#plainLimit = answerWithinMs === undefined ? {} : { timeoutMs: answerWithinMs };
    this.#modules = {
      random: Math.random,
      sleep: sleepFor,
      now: () => performance.now(),
      wallClock: Date.now,
      onDisagreement: () => {},
      onOutage: () => {},
      ...modules,
    };
    const { sleep, now, onWork, onDisagreement } = this.#modules;
    const { watchMs, watchAnswerMs: answerMs, refreshMs } = this.#options;
    this.#hold = new RefreshHold({ refreshMs }, { onWork, sleep, now });
    const tips = new ZcashTips<TemplateNode>();
    this.#watch = new NodeWatch<TemplateNode>(
      { watchMs, answerMs },
      {
        nodes: modules.nodes,
        tipOf: (node, limits) => tips.of(node, limits),
        sleep,
        now,
        onDisagreement,
        onAnswer: (node, tip) => this.#onAnswer(node, tip),
        onSilent: (node, why, others) => this.#onSilent(node, why, others),
      },
    );
    const { onStatus } = modules;
    this.#entries = modules.nodes.map(
      (node) => new NodeStanding(node, new StatusLine(node.name, { onStatus, now })),
    );
    this.#outage = new Outage(this.#entries, this.#modules);
    this.#variations = new VariationProof({ propose: this.#options.proposeFirst });
  }

  get current(): ZcashWork | undefined {
    return this.#current;
  }

  start(): void {
    if (this.#stop !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    const looked = Promise.withResolvers<void>();
    const watching = this.#watch.run(stop.signal, looked.resolve);
    this.#loops = Promise.all([watching, this.#pollLoop(stop.signal, looked.promise)]);
  }

  /** Ends the poll under way and resolves when nothing will be called any more. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#handover.abort();
    this.#hold.stop();
    await this.#loops;
    this.#stop = undefined;
    this.#serving = undefined;
  }

  async #pollLoop(signal: AbortSignal, looked: Promise<void>): Promise<void> {
    // The first choice among several is made with open eyes: the preferred one may be behind.
    if (this.#entries.length > 1) {
      await Promise.race([looked, this.#pause(2 * this.#options.watchAnswerMs, signal)]);
    }
    while (!signal.aborted) {
      const entry = this.#pick();
      if (entry !== this.#serving) this.#plain = true;
      this.#serving = entry;
      this.#nap = new AbortController();
      const wait = Math.max(entry.restUntil - this.#modules.now(), this.#throttle());
      await this.#pause(wait, AbortSignal.any([signal, this.#nap.signal]));
      if (signal.aborted || this.#nap.signal.aborted) continue;
      await this.#poll(entry, signal);
    }
  }

  /** The node that serves as long as it is healthy, else the highest of those that are, else the first to come back. */
  #pick(): Entry {
    const now = this.#modules.now();
    const healthy = this.#entries.filter((entry) => entry.restUntil <= now);
    if (this.#serving !== undefined && healthy.includes(this.#serving)) return this.#serving;
    // Whoever lies, or belongs to another network, is asked when nobody else is left.
    const heightOf = ({ node, fault }: Entry): number =>
      fault === undefined ? (this.#watch.tipOf(node)?.height ?? -1) : -2;
    const [best] = healthy.toSorted((a, b) => heightOf(b) - heightOf(a));
    const [soonest] = this.#entries.toSorted((a, b) => a.restUntil - b.restUntil);
    const picked = best ?? soonest;
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
    let work: ZcashWork;
    let change: { newTip: boolean } | undefined;
    let latencyMs: number | undefined;
    try {
      work = await this.#workOf(entry.node, {
        ...(longPollId === undefined ? {} : { longPollId }),
        signal: handover.signal,
        ...(longPollId === undefined ? this.#plainLimit : { timeoutMs: this.#options.staleAfterMs }),
      });
      this.#longPolling = false;
      this.#askedAt = undefined;
      if (longPollId === undefined) latencyMs = now() - this.#lastPoll;
      change = await this.#examine(entry, work);
      if (change !== undefined) work = await this.#vary(entry, work);
    } catch (error) {
      this.#longPolling = false;
      this.#askedAt = undefined;
      if (signal.aborted || handover.signal.aborted) return;
      if (longPollId !== undefined && codeOf(error) === 'ADIT_RPC_TIMEOUT') {
        // Nothing new, or a connection that died without a word: a plain request tells which.
        this.#plain = true;
      } else {
        this.#fail(entry, stateOf(error), messageOf(error));
      }
      return;
    }
    // Another node may have taken over, or the owner have stopped us, while this one was examined.
    if (change === undefined || signal.aborted || handover.signal.aborted) return;
    this.#accept(entry, work, change.newTip, latencyMs);
  }

  async #workOf(node: TemplateNode, request: TemplateRequest): Promise<ZcashWork> {
    const { chain } = this.#options;
    if (node.getWork !== undefined) return node.getWork(chain, request);
    return workFromTemplate(await node.getBlockTemplate(request), chain);
  }

  /** Undefined when the work must not be used; the reason has then been dealt with. */
  async #examine(entry: Entry, work: ZcashWork): Promise<{ newTip: boolean } | undefined> {
    const judgement = await judgeTemplate(entry.node, this.#current, work, this.#giver === entry);
    if (!judgement.use && !this.#lowForTooLong(judgement.state)) {
      this.#fail(entry, judgement.state, judgement.detail);
      return undefined;
    }
    if (this.#options.proposeFirst && branchOf(work) !== this.#provenBranch) {
      const outcome = await selfTest(entry.node, work);
      if (outcome.kind === 'outdated') {
        this.#plain = true;
        // At once, but not without end where a node says so each time.
        this.#hurry = !this.#outdated;
        this.#outdated = true;
        return undefined;
      }
      if (outcome.kind === 'refused') {
        this.#fail(entry, 'lying', `it refuses its own template: ${outcome.reason}`);
        return undefined;
      }
      if (outcome.kind === 'unsupported') {
        entry.line.say({ state: 'ready', detail: `templates cannot be tested: ${outcome.detail}` });
      }
      this.#provenBranch = branchOf(work);
    }
    return { newTip: judgement.use ? judgement.newTip : true };
  }

  /** The work, opaque unless the node has taken a coinbase of ours. */
  async #vary(entry: Entry, given: ZcashWork): Promise<ZcashWork> {
    const { work, refusal } = await this.#variations.prove(entry.node, given);
    if (refusal !== undefined) entry.line.say({ state: 'ready', detail: refusal });
    return work;
  }

  /** When every node that is left is behind for long, its chain is the chain. */
  #lowForTooLong(state: 'lying' | 'syncing'): boolean {
    if (state !== 'syncing') return false;
    const now = this.#modules.now();
    this.#refusedLowSince ??= now;
    return now - this.#refusedLowSince >= this.#options.staleAfterMs;
  }

  #accept(entry: Entry, work: ZcashWork, newTip: boolean, latencyMs: number | undefined): void {
    const previous = this.#current;
    entry.succeed();
    this.#outage.served(this.#modules.now());
    this.#patience.restore();
    this.#outrun = 0;
    this.#outdated = false;
    this.#refusedLowSince = undefined;
    this.#plain = false;
    this.#hurry = newTip && work.empty && work.longPollId !== undefined && previous !== undefined;
    const otherNode = this.#giver !== entry;
    this.#giver = entry;
    const quickness = this.#watch.latencyOf(entry.node) ?? latencyMs;
    entry.line.say({
      state: 'ready',
      detail: `serves templates of height ${work.height}`,
      height: work.height - 1,
      lag: 0,
      ...(quickness === undefined ? {} : { latencyMs: quickness }),
    });
    if (previous !== undefined && !newTip && isRepeat(previous, work)) {
      // Only the long-poll id may be newer: the next poll has to wait for a change after this one.
      this.#current = work.longPollId === undefined ? previous : { ...previous, longPollId: work.longPollId };
      return;
    }
    this.#current = work;
    this.#hold.offer(work, otherNode);
  }

  #fail(entry: Entry, state: NodeStatus['state'], detail: string, lag?: number): void {
    const now = this.#modules.now();
    entry.fail(now, this.#modules.random);
    if (state === 'lying' || state === 'wrong_network') entry.fault = { state, detail };
    if (entry === this.#serving) this.#plain = true;
    entry.line.say({ state, detail, ...(lag === undefined ? {} : { lag }) });
    this.#outage.check(now);
  }

  #onSilent(node: TemplateNode, detail: string, others: boolean): void {
    const entry = this.#of(node);
    const now = this.#modules.now();
    // Before the first choice nobody has failed anybody.
    if (entry === undefined || this.#serving === undefined) return;
    entry.hush(now);
    if (entry !== this.#serving) return this.#fail(entry, 'down', `it does not answer: ${detail}`);
    const better = this.#entries.some(
      (other) => other !== entry && other.restUntil <= now && this.#watch.answers(other.node),
    );
    if (others && better) {
      this.#fail(entry, 'down', `it does not answer: ${detail}`);
      this.#wake();
      return;
    }
    const silentMs = now - (entry.silentSince ?? now);
    if (silentMs >= HANGS_MS && now - (this.#askedAt ?? now) >= HANGS_MS) {
      // The request goes on, and may yet be answered: a template may take half a minute.
      entry.miss(now);
      entry.line.say({ state: 'down', detail: `it does not answer: ${detail}` });
      this.#outage.check(now);
    } else if (this.#longPolling && silentMs >= ALL_SILENT_MS) {
      // It may be busy, and there is nobody better. A plain request will tell.
      this.#plain = true;
      this.#wake();
    }
  }

  #onAnswer(node: TemplateNode, tip: Tip | undefined): void {
    const entry = this.#of(node);
    if (entry === undefined) return;
    if (entry.speak()) this.#nap.abort();
    const latencyMs = this.#watch.latencyOf(node);
    if (latencyMs !== undefined) entry.line.latency(latencyMs);
    if (tip === undefined) return;
    if (entry === this.#serving) this.#compareWithWork(entry, tip);
    else if (this.#serving !== undefined) this.#compareWithServing(entry, tip, this.#serving);
  }

  /** A long poll that does not tell of its node's own new tip is cut short. */
  #compareWithWork(entry: Entry, tip: Tip): void {
    const current = this.#current;
    if (current === undefined || this.#giver !== entry) return;
    const moved = tip.height >= current.height - 1 && tip.hash !== displayHash(current.prevHash);
    this.#outrun = moved ? this.#outrun + 1 : 0;
    if (this.#outrun < LOOKS_THAT_PROVE_A_LAG || !this.#longPolling) return;
    this.#outrun = 0;
    this.#plain = true;
    this.#wake();
  }

  /** A node in reserve that is preferred to the node that serves takes over again, and so does one ahead of it. */
  #compareWithServing(entry: Entry, { height }: Tip, serving: Entry): void {
    const now = this.#modules.now();
    if (entry.restUntil > now) return;
    this.#describeReserve(entry, height);
    // Nothing that it says of its height counts.
    if (entry.fault?.state === 'wrong_network') return;
    const current = this.#current;
    if (current === undefined) return this.#relieve(serving, entry);
    // The work's own height is one above its parent: a node whose tip is there already is a block ahead.
    const ahead = height >= current.height && entry.fault === undefined;
    entry.compare({ fit: height >= current.height - 1, ahead });
    const knows = (this.#watch.tipOf(serving.node)?.height ?? -1) >= height;
    if (entry.ahead >= this.#patience.of(knows ? LOOKS_FOR_A_TEMPLATE : LOOKS_THAT_PROVE_A_LAG)) {
      const lag = Math.max(0, height - (current.height - 1));
      this.#fail(serving, 'syncing', `it is behind ${entry.node.name}, which is at height ${height}`, lag);
      this.#patience.lose();
      this.#takeOver(entry);
      return;
    }
    const preferred = this.#entries.indexOf(entry) < this.#entries.indexOf(serving);
    if (preferred && entry.isProven(now)) this.#takeOver(entry);
  }

  #describeReserve(entry: Entry, height: number): void {
    const latencyMs = this.#watch.latencyOf(entry.node);
    const known = this.#current === undefined ? undefined : this.#current.height - 1;
    const lag = known === undefined ? undefined : Math.max(0, known - height);
    const behind = lag !== undefined && entry.isBehind(lag);
    const { state, detail } = entry.fault ?? {
      state: behind ? 'syncing' : 'ready',
      detail: behind ? `in reserve, ${lag} blocks behind` : 'in reserve',
    };
    entry.line.say({
      state,
      detail,
      height,
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(lag === undefined ? {} : { lag }),
    });
  }

  /** Where there is no work at all yet, a node that takes long over its first template is passed over. */
  #relieve(serving: Entry, entry: Entry): void {
    const asked = this.#askedAt;
    if (asked === undefined || this.#modules.now() - asked < this.#patience.of(FIRST_TEMPLATE_MS)) return;
    this.#fail(serving, 'syncing', 'it gives no template yet, though others answer');
    this.#patience.lose();
    this.#takeOver(entry);
  }

  #takeOver(entry: Entry): void {
    entry.ahead = 0;
    this.#serving = entry;
    this.#plain = true;
    this.#wake();
  }

  /** The poll loop chooses anew, at once. */
  #wake(): void {
    this.#handover.abort();
    this.#nap.abort();
  }

  #of(node: TemplateNode): Entry | undefined {
    return this.#entries.find((entry) => entry.node === node);
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

function isRepeat(previous: ZcashWork, next: ZcashWork): boolean {
  return (
    previous.bits === next.bits &&
    equalBytes(previous.merkleRoot, next.merkleRoot) &&
    equalBytes(previous.reserved, next.reserved) &&
    next.time - previous.time < REFRESH_SECONDS
  );
}
