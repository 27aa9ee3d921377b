import { AditError, equalBytes, messageOf } from '@adit/primitives';
import { RpcError } from '../rpc/errors.ts';
import { backoffMs, sleepFor } from '../rpc/sleep.ts';
import type { NodeStatus } from '../status.ts';
import type { ZcashChainParams } from './chains.ts';
import { NOT_READY_CODES, type ZcashNode } from './node.ts';
import { type Disagreement, NodeWatch } from './node-watch.ts';
import { branchOf, selfTest } from './proposal.ts';
import { RefreshHold } from './refresh-hold.ts';
import { judgeTemplate } from './template-judge.ts';
import { workFromTemplate, type ZcashWork } from './work.ts';

/** What the source needs of a node. */
export type TemplateNode = Pick<
  ZcashNode,
  'name' | 'getBlockTemplate' | 'propose' | 'getBestBlockHash' | 'getBlockHeader' | 'getBlockCount'
>;

export interface ZcashWorkSourceOptions {
  chain: ZcashChainParams;
  /** Least time between two polls, at least 100; a node whose long-poll ids oscillate answers at once. Default 250. */
  minimumPollMs?: number;
  /** Poll interval for a node without long polling. Default 1000. */
  shortPollMs?: number;
  /** A long poll that brought nothing for so long is replaced by a plain request. Default 60 s. */
  staleAfterMs?: number;
  /** Limit of a plain request; a node slower than that is down. Default 10 s. */
  answerWithinMs?: number;
  /** How often the nodes in reserve are looked at. Default 400 ms. */
  standbyCheckMs?: number;
  /** How often every node is asked for its tip, where there are several. Default 300 ms. */
  watchMs?: number;
  /** A node that takes longer for that is left, if another one answers. Default 500 ms. */
  watchAnswerMs?: number;
  /** New transactions for the same tip are handed out no more often. Default 0: whenever they come. */
  refreshMs?: number;
  /** Self-test of the first template and of each new consensus branch. Default true. */
  proposeFirst?: boolean;
}

export interface ZcashWorkSourceModules {
  /** In order of preference; at least one. */
  nodes: readonly TemplateNode[];
  /** `newTip`: miners must drop older work at once. */
  onWork: (work: ZcashWork, change: { newTip: boolean }) => void;
  onStatus: (status: NodeStatus) => void;
  onDisagreement?: (disagreement: Disagreement) => void;
  /** No node gives work, since this time of the wall clock; undefined: one does again. */
  onOutage?: (sinceMs: number | undefined) => void;
  wallClock?: () => number;
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  now?: () => number;
}

interface Entry {
  node: TemplateNode;
  failures: number;
  /** Not asked before this time. */
  notBefore: number;
  failedAt: number;
  /** Looks in a row that found it ahead of the node that serves. */
  ahead: number;
  reported: string;
}

const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** A preferred node that failed serves again after so long at the earliest: going to and fro costs work. */
const RETURN_MS = 5_000;
/** The same content with a newer clock is new work only after this many seconds. */
const REFRESH_SECONDS = 30;
/** One look may hit the moment between two nodes' hearing of a block; two are a lag. */
const LOOKS_THAT_PROVE_A_LAG = 2;

/**
 * Keeps the newest work of the best node that answers: long poll with a floor between polls, failover, and a
 * refusal of templates that would lead miners back.
 */
export class ZcashWorkSource {
  readonly #options: Required<ZcashWorkSourceOptions>;
  readonly #modules: Required<ZcashWorkSourceModules>;
  readonly #entries: readonly Entry[];
  readonly #hold: RefreshHold;
  readonly #watch: NodeWatch;
  #outage = false;
  #serving: Entry | undefined;
  #current: ZcashWork | undefined;
  /** Who gave `#current`. */
  #giver: Entry | undefined;
  #provenBranch: string | undefined;
  #lastPoll = Number.NEGATIVE_INFINITY;
  /** The next request is plain, not a long poll. */
  #plain = true;
  /** After the empty template of a new tip the full one is asked for without a pause. */
  #hurry = false;
  #refusedLowSince: number | undefined;
  #stop: AbortController | undefined;
  /** Ends the poll under way: another node takes over, or the source stops. */
  #handover = new AbortController();
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
      answerWithinMs: 10_000,
      standbyCheckMs: 400,
      watchMs: 300,
      watchAnswerMs: 500,
      refreshMs: 0,
      proposeFirst: true,
      ...options,
      minimumPollMs,
    };
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
    this.#watch = new NodeWatch(
      { watchMs, answerMs },
      {
        nodes: modules.nodes,
        sleep,
        now,
        onDisagreement,
        onSilent: (node, why) => this.#onSilent(node, why),
      },
    );
    this.#entries = modules.nodes.map((node) => ({
      node,
      failures: 0,
      notBefore: 0,
      failedAt: Number.NEGATIVE_INFINITY,
      ahead: 0,
      reported: '',
    }));
  }

  get current(): ZcashWork | undefined {
    return this.#current;
  }

  start(): void {
    if (this.#stop !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    const loops = [this.#pollLoop(stop.signal), this.#standbyLoop(stop.signal)];
    // With one node there is nothing to choose.
    if (this.#entries.length > 1) loops.push(this.#watch.run(stop.signal));
    this.#loops = Promise.all(loops);
  }

  /** Ends the poll under way and resolves when nothing will be called any more. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#handover.abort();
    this.#hold.stop();
    await this.#loops;
    this.#stop = undefined;
  }

  async #pollLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const entry = this.#pick();
      if (entry !== this.#serving) this.#plain = true;
      this.#serving = entry;
      await this.#pause(Math.max(entry.notBefore - this.#modules.now(), this.#throttle()), signal);
      if (!signal.aborted && entry === this.#serving) await this.#poll(entry, signal);
    }
  }

  /** The node that serves as long as it is healthy, else the first that is, else the first to come back. */
  #pick(): Entry {
    const now = this.#modules.now();
    const order = this.#serving === undefined ? this.#entries : [this.#serving, ...this.#entries];
    const [first, ...rest] = order;
    const healthy = order.find((entry) => entry.notBefore <= now);
    const soonest = rest.reduce(
      (best, entry) => (best && best.notBefore <= entry.notBefore ? best : entry),
      first,
    );
    const picked = healthy ?? soonest;
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
    const interval = longPolls ? minimumPollMs : Math.max(shortPollMs, minimumPollMs);
    return this.#lastPoll + interval - this.#modules.now();
  }

  async #poll(entry: Entry, signal: AbortSignal): Promise<void> {
    const { now } = this.#modules;
    const handover = new AbortController();
    this.#handover = handover;
    const longPollId = this.#plain || this.#giver !== entry ? undefined : this.#current?.longPollId;
    this.#lastPoll = now();
    let work: ZcashWork;
    let change: { newTip: boolean } | undefined;
    let latencyMs: number | undefined;
    try {
      const template = await entry.node.getBlockTemplate({
        ...(longPollId === undefined ? {} : { longPollId }),
        signal: handover.signal,
        timeoutMs: longPollId === undefined ? this.#options.answerWithinMs : this.#options.staleAfterMs,
      });
      if (longPollId === undefined) latencyMs = now() - this.#lastPoll;
      work = workFromTemplate(template, this.#options.chain);
      change = await this.#examine(entry, work);
    } catch (error) {
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
        return undefined;
      }
      if (outcome.kind === 'refused') {
        this.#fail(entry, 'lying', `it refuses its own template: ${outcome.reason}`);
        return undefined;
      }
      if (outcome.kind === 'unsupported') {
        this.#report(entry, { state: 'ready', detail: `templates cannot be tested: ${outcome.detail}` });
      }
      this.#provenBranch = branchOf(work);
    }
    return { newTip: judgement.use ? judgement.newTip : true };
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
    entry.failures = 0;
    entry.notBefore = 0;
    this.#refusedLowSince = undefined;
    this.#plain = false;
    this.#hurry = newTip && work.empty && work.longPollId !== undefined && previous !== undefined;
    this.#giver = entry;
    if (this.#outage) {
      this.#outage = false;
      this.#modules.onOutage(undefined);
    }
    this.#report(entry, {
      state: 'ready',
      detail: `serves templates of height ${work.height}`,
      height: work.height - 1,
      ...(latencyMs === undefined ? {} : { latencyMs }),
    });
    if (previous !== undefined && !newTip && isRepeat(previous, work)) {
      // Only the long-poll id may be newer: the next poll has to wait for a change after this one.
      this.#current = work.longPollId === undefined ? previous : { ...previous, longPollId: work.longPollId };
      return;
    }
    this.#current = work;
    this.#hold.offer(work, newTip);
  }

  #fail(entry: Entry, state: NodeStatus['state'], detail: string): void {
    const pause = backoffMs(entry.failures, BACKOFF_BASE_MS, BACKOFF_CAP_MS, this.#modules.random);
    entry.failures += 1;
    entry.failedAt = this.#modules.now();
    entry.notBefore = entry.failedAt + pause;
    this.#plain = true;
    this.#report(entry, { state, detail });
    if (this.#outage || this.#entries.some(({ failures }) => failures === 0)) return;
    this.#outage = true;
    this.#modules.onOutage(this.#modules.wallClock());
  }

  /** The node hangs while others answer: a long poll would wait for it for a minute. */
  #onSilent(node: TemplateNode, detail: string): void {
    const entry = this.#serving;
    const others = this.#entries.some((other) => other !== entry && other.notBefore <= this.#modules.now());
    if (entry?.node !== node || !others) return;
    this.#fail(entry, 'down', `it does not answer: ${detail}`);
    this.#handover.abort();
  }

  /** Looks after the nodes in reserve: one preferred to the node that serves takes over again, and so does one ahead of it. */
  async #standbyLoop(signal: AbortSignal): Promise<void> {
    if (this.#entries.length < 2) return;
    while (!signal.aborted) {
      await this.#pause(this.#options.standbyCheckMs, signal);
      const reserve = this.#entries.filter((entry) => entry !== this.#serving);
      await Promise.all(reserve.map((entry) => this.#look(entry, signal)));
    }
  }

  async #look(entry: Entry, signal: AbortSignal): Promise<void> {
    if (signal.aborted || entry.notBefore > this.#modules.now()) return;
    const start = this.#modules.now();
    let height: number;
    try {
      height = await entry.node.getBlockCount({ signal, timeoutMs: this.#options.watchAnswerMs });
    } catch (error) {
      if (!signal.aborted) this.#failInReserve(entry, error);
      return;
    }
    entry.failures = 0;
    const serving = this.#serving;
    const current = this.#current;
    if (signal.aborted || serving === undefined || serving === entry) return;
    this.#report(entry, {
      state: 'ready',
      detail: 'in reserve',
      height,
      latencyMs: this.#watch.latencyOf(entry.node) ?? this.#modules.now() - start,
    });
    if (current === undefined) return;
    // The work's own height is one above its parent: a node whose tip is there already is a block ahead.
    entry.ahead = height >= current.height ? entry.ahead + 1 : 0;
    const steady = this.#modules.now() - entry.failedAt >= RETURN_MS;
    const preferred = steady && this.#entries.indexOf(entry) < this.#entries.indexOf(serving);
    if (entry.ahead >= LOOKS_THAT_PROVE_A_LAG) {
      this.#fail(serving, 'syncing', `it is behind ${entry.node.name}, which is at height ${height}`);
    } else if (!preferred || height < current.height - 1) {
      return;
    }
    entry.ahead = 0;
    this.#serving = entry;
    this.#plain = true;
    this.#handover.abort();
  }

  /** A fault of a node in reserve: its own back-off, without touching the poll under way. */
  #failInReserve(entry: Entry, error: unknown): void {
    const plain = this.#plain;
    this.#fail(entry, stateOf(error), messageOf(error));
    this.#plain = plain;
  }

  /** Says the same thing once. */
  #report(entry: Entry, status: Omit<NodeStatus, 'node'>): void {
    const key = `${status.state}|${status.detail}|${status.height ?? ''}`;
    if (entry.reported === key) return;
    entry.reported = key;
    this.#modules.onStatus({ node: entry.node.name, ...status });
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

function codeOf(error: unknown): string | undefined {
  return error instanceof AditError ? error.code : undefined;
}

function stateOf(error: unknown): NodeStatus['state'] {
  if (error instanceof RpcError && NOT_READY_CODES.has(error.rpcCode)) return 'syncing';
  const code = codeOf(error);
  return code === 'ADIT_BAD_FIELD' || code === 'ADIT_BAD_TEMPLATE' ? 'lying' : 'down';
}
