import type { TrueHashDataset } from '@adit/pow';
import { AditError, encodeHex, equalBytes, messageOf } from '@adit/primitives';
import { RpcError, sleepFor } from '@adit/rpc';
import { BACKOFF_BASE_MS, Outage } from '../node-standing.ts';
import { type Disagreement, NodeWatch, type Tip } from '../node-watch.ts';
import type { NodeStatus } from '../status.ts';
import { StatusLine } from '../status-line.ts';
import { DatasetKeeper } from './dataset-keeper.ts';
import type { TrueChainNode } from './node.ts';
import { TrueChainSeat } from './seat.ts';
import { trueChainTip } from './tip.ts';
import type { TrueChainWork, WorkAnswer } from './work.ts';
import { workKey } from './work-history.ts';

export interface TrueChainWorkSourceOptions {
  /** getrue pushes nothing: it is polled. Default 500, at least 50. */
  pollMs?: number;
  /** The number at which the network froze its dataset. */
  tip9?: number;
  /** Datasets kept, seeds included. Default 3, at least 2. */
  maxDatasets?: number;
  /** How long a node may say "no work" before the next one is asked. Default 5000. */
  notReadyMs?: number;
  /** How often every node is asked for its tip, where there are several. Default 300. */
  watchMs?: number;
  /** A node that takes longer for an answer is left, if another one answers meanwhile. Default 500. */
  answerMs?: number;
}

export interface WorkChange {
  /** Its header is another one than the work before had (the node honours older ones for an hour). */
  readonly newHeader: boolean;
  /** Its dataset is another one than the work before had. */
  readonly newDataset: boolean;
}

export interface TrueChainWorkSourceModules {
  /** In order of preference. */
  readonly nodes: readonly TrueChainNode[];
  /** Off the main thread: it takes some tenths of a second. */
  readonly buildDataset: (seeds: Uint8Array) => Promise<TrueHashDataset>;
  readonly onWork: (work: TrueChainWork, change: WorkChange) => void;
  /** Called when a node's state, height or detail changes, and every ten seconds with its latency. */
  /** @param news see `StatusLine` */
  readonly onStatus: (status: NodeStatus, news: boolean) => void;
  /** No node gives work, since this time of the wall clock; undefined: one does again. */
  readonly onOutage?: (sinceMs: number | undefined) => void;
  /** Nodes name different snail blocks at one height, for longer than blocks take to travel. */
  readonly onDisagreement?: (disagreement: Disagreement) => void;
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow: a clock that is set back an hour must not make the source deaf for as long. */
  readonly now?: () => number;
  readonly wallClock?: () => number;
}

/** What came of asking one node. */
type Outcome = 'served' | 'waiting' | 'failed';

/** One look may hit the moment between two nodes' hearing of a block; two are a lag. */
const LOOKS_THAT_PROVE_A_LAG = 2;

/**
 * Keeps the work of the moment from the best node that has any: the preferred one, unless it hangs or is behind.
 *
 * Work is handed out only with its dataset ready and proven; the next epoch's dataset is made as soon as its
 * seeds are final, so that a border costs nothing.
 */
export class TrueChainWorkSource {
  readonly #pollMs: number;
  readonly #notReadyMs: number;
  readonly #answerMs: number;
  readonly #modules: TrueChainWorkSourceModules;
  readonly #random: () => number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #now: () => number;
  readonly #wallClock: () => number;
  readonly #seats: readonly TrueChainSeat[];
  readonly #watch: NodeWatch<TrueChainNode>;
  readonly #outage: Outage;
  /** Asked first. */
  #serving: TrueChainSeat | undefined;
  /** Who is asked just now, since when its answer is waited for, and how to give it up. */
  #asking: { seat: TrueChainSeat; since: number; handover: AbortController } | undefined;
  readonly #datasets: DatasetKeeper;
  #current: TrueChainWork | undefined;
  #currentKey: string | undefined;
  #sequence = 0;
  #stopping = new AbortController();
  #nap = new AbortController();
  #loop: Promise<void> | undefined;

  /** @throws AditError `ADIT_BAD_OPTION` */
  constructor(options: TrueChainWorkSourceOptions, modules: TrueChainWorkSourceModules) {
    if (modules.nodes.length === 0)
      throw new AditError('ADIT_BAD_OPTION', 'nodes must name at least one node');
    this.#pollMs = options.pollMs ?? 500;
    if (!(this.#pollMs >= 50)) throw new AditError('ADIT_BAD_OPTION', 'pollMs must be at least 50');
    this.#notReadyMs = options.notReadyMs ?? 5_000;
    const answerMs = options.answerMs ?? 500;
    this.#answerMs = answerMs;
    this.#modules = modules;
    this.#random = modules.random ?? Math.random;
    this.#sleep = modules.sleep ?? sleepFor;
    this.#now = modules.now ?? (() => performance.now());
    this.#wallClock = modules.wallClock ?? Date.now;
    const { onStatus } = modules;
    const now = this.#now;
    this.#datasets = new DatasetKeeper(
      { tip9: options.tip9, maxDatasets: options.maxDatasets ?? 3 },
      { buildDataset: modules.buildDataset, now },
    );
    this.#seats = modules.nodes.map(
      (node) => new TrueChainSeat(node, new StatusLine(node.name, { onStatus, now }), now),
    );
    this.#outage = new Outage(this.#seats, {
      onOutage: (sinceMs) => modules.onOutage?.(sinceMs),
      wallClock: this.#wallClock,
    });
    this.#watch = new NodeWatch<TrueChainNode>(
      { watchMs: options.watchMs ?? 300, answerMs },
      {
        nodes: modules.nodes,
        tipOf: trueChainTip,
        sleep: this.#sleep,
        now: this.#now,
        onAnswer: (node, tip) => this.#onAnswer(node, tip),
        onSilent: (node, detail, others) => this.#onSilent(node, detail, others),
        onDisagreement: (disagreement) => modules.onDisagreement?.(disagreement),
      },
    );
  }

  get current(): TrueChainWork | undefined {
    return this.#current;
  }

  /** The seeds of a dataset that work was or will be handed out with, for the miners. */
  seedsOf(datasetHash: Uint8Array): Uint8Array | undefined {
    return this.#datasets.seedsOf(datasetHash);
  }

  /** Does nothing when it runs already. */
  start(): void {
    if (this.#loop !== undefined) return;
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const looked = Promise.withResolvers<void>();
    // With one node there is nothing to choose, and its polls tell everything.
    if (this.#seats.length === 1) looked.resolve();
    const watching = this.#seats.length === 1 ? [] : [this.#watch.run(signal, looked.resolve)];
    this.#loop = Promise.all([this.#run(signal, looked.promise), ...watching]).then(() => undefined);
  }

  /**
   * Polls at once instead of at the next turn: for right after a solution was handed in.
   * @param news whether a node said that it took a fruit: then its pool should show it
   */
  refresh(news: { readonly fruitTaken?: boolean } = {}): void {
    if (news.fruitTaken === true) this.#serving?.pulse.fruitTaken();
    this.#nap.abort();
  }

  /** Resolves when nothing of it runs any more. It can be started again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#datasets.preparing;
    await Promise.all(this.#seats.map(({ pulse }) => pulse.looking));
    this.#loop = undefined;
  }

  async #run(signal: AbortSignal, looked: Promise<void>): Promise<void> {
    // The first choice among several is made with open eyes: the preferred one may be behind. A look has its limit.
    await looked;
    while (!signal.aborted) {
      this.#nap = new AbortController();
      await this.#round(signal);
      const earliest = Math.min(...this.#seats.map((seat) => seat.restUntil)) - this.#now();
      await this.#rest(Math.max(this.#pollMs, earliest), signal);
    }
  }

  /** Until the time is over, or `refresh` or `stop` is called: then the sleep ends in an error of no interest. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    await this.#sleep(ms, AbortSignal.any([signal, this.#nap.signal])).catch(() => undefined);
  }

  /** Asks the nodes until one serves. */
  async #round(signal: AbortSignal): Promise<void> {
    for (const seat of this.#order()) {
      if (signal.aborted) return;
      if (seat.restUntil > this.#now()) continue;
      const outcome = await this.#ask(seat, signal);
      if (signal.aborted) return;
      this.#note(seat, outcome);
      if (outcome === 'served') return;
      // A node between two templates keeps its turn, for what it gave out last is still good.
      if (outcome === 'waiting' && this.#current !== undefined) return;
    }
  }

  #note(seat: TrueChainSeat, outcome: Outcome): void {
    const now = this.#now();
    if (outcome === 'served') {
      this.#serving = seat;
      this.#outage.served(now);
    } else if (outcome === 'failed') {
      seat.miss(now);
      this.#outage.check(now);
    }
  }

  /** The node that serves, then those without a complaint, the highest first, then as they are preferred. */
  #order(): TrueChainSeat[] {
    const heightOf = ({ node }: TrueChainSeat): number => this.#watch.tipOf(node)?.height ?? -1;
    const isUnfit = ({ pulse }: TrueChainSeat): number => (pulse.complaint === undefined ? 0 : 1);
    const rest = this.#seats.filter((seat) => seat !== this.#serving);
    const others = rest.toSorted((a, b) => isUnfit(a) - isUnfit(b) || heightOf(b) - heightOf(a));
    return this.#serving === undefined ? others : [this.#serving, ...others];
  }

  async #ask(seat: TrueChainSeat, signal: AbortSignal): Promise<Outcome> {
    const asked = this.#now();
    const handover = new AbortController();
    this.#asking = { seat, since: asked, handover };
    const either = AbortSignal.any([signal, handover.signal]);
    try {
      // The only node there is may take its time; with another one beside it the watch ends the wait.
      const answer = await seat.node.getWork(either);
      // What follows may take long for good reasons: a dataset is made.
      this.#asking.since = Number.POSITIVE_INFINITY;
      const latencyMs = this.#watch.latencyOf(seat.node) ?? this.#now() - asked;
      if (answer === 'not_ready') return this.#notReady(seat, latencyMs);
      seat.notReadySince = undefined;
      if (this.#isUnfit(seat)) return 'failed';
      if (!seat.history.allows(answer)) {
        this.#sayServing(seat, 'repeats work that it had replaced: not followed yet', latencyMs);
        return 'served';
      }
      if (workKey(answer) !== this.#currentKey) await this.#handOut(seat, answer, either);
      if (either.aborted) return 'failed';
      seat.history.add(answer);
      seat.succeed();
      this.#sayServing(seat, 'serves work', latencyMs);
      return 'served';
    } catch (error) {
      // Who gave it up has said why.
      if (!either.aborted) this.#failed(seat, error);
      return 'failed';
    } finally {
      this.#asking = undefined;
    }
  }

  /** Where another node is better, one whose chain does not live is left. Where there is none, its work is all there is. */
  #isUnfit(seat: TrueChainSeat): boolean {
    seat.pulse.look(this.#stopping.signal);
    const { complaint } = seat.pulse;
    if (complaint === undefined) return false;
    if (!this.#hasOther(seat, ({ pulse }) => pulse.complaint === undefined)) return false;
    this.#pass(seat, 'syncing', complaint);
    if (this.#serving === seat) this.#serving = undefined;
    return true;
  }

  #sayServing(seat: TrueChainSeat, detail: string, latencyMs: number): void {
    const { complaint } = seat.pulse;
    if (complaint === undefined) this.#say(seat, 'ready', detail, latencyMs);
    else this.#say(seat, 'syncing', complaint, latencyMs);
  }

  #notReady(seat: TrueChainSeat, latencyMs: number): Outcome {
    const now = this.#now();
    seat.notReadySince ??= now;
    const patient = now - seat.notReadySince < this.#notReadyMs;
    // A moment without work is part of the day of a node that has served before.
    if (!patient || this.#current === undefined) this.#say(seat, 'syncing', 'has no work yet', latencyMs);
    return patient ? 'waiting' : 'failed';
  }

  #failed(seat: TrueChainSeat, error: unknown): void {
    const code = error instanceof AditError ? error.code : '';
    const lying = code === 'ADIT_SEEDS_MISMATCH' || code === 'ADIT_BAD_FIELD';
    const waiting = error instanceof RpcError || code === 'ADIT_SEEDS_UNAVAILABLE';
    this.#pass(seat, lying ? 'lying' : waiting ? 'syncing' : 'down', messageOf(error));
  }

  /** Leaves a node alone for a while. */
  #pass(seat: TrueChainSeat, state: 'lying' | 'syncing' | 'down', detail: string): void {
    // A full rebuild went into finding out a lie: do not repeat it at the pace of the poll.
    const base = state === 'lying' ? 4 * BACKOFF_BASE_MS : BACKOFF_BASE_MS;
    seat.fail(this.#now(), this.#random, base);
    this.#say(seat, state, detail);
  }

  /** Asks another node at once. */
  #leave(seat: TrueChainSeat): void {
    if (this.#serving === seat) this.#serving = undefined;
    if (this.#asking?.seat === seat) this.#asking.handover.abort();
    this.#nap.abort();
  }

  #onSilent(node: TrueChainNode, detail: string, others: boolean): void {
    const seat = this.#seatOf(node);
    // Before the first choice nobody has failed anybody.
    if (seat === undefined || (this.#current === undefined && this.#asking === undefined)) return;
    seat.hush(this.#now());
    const needed = seat === this.#serving || seat === this.#asking?.seat;
    if (needed && !(others && this.#hasOther(seat))) return;
    this.#pass(seat, 'down', `it does not answer: ${detail}`);
    if (needed) this.#leave(seat);
  }

  #onAnswer(node: TrueChainNode, tip: Tip | undefined): void {
    const seat = this.#seatOf(node);
    if (seat === undefined) return;
    if (seat.speak() && (this.#serving === undefined || this.#outage.lasts)) this.#nap.abort();
    const asking = this.#asking;
    if (asking !== undefined && asking.seat !== seat && this.#now() - asking.since >= this.#answerMs) {
      if (seat.restUntil <= this.#now()) {
        this.#pass(asking.seat, 'down', 'it gives no work, though others answer');
        this.#leave(asking.seat);
      }
    }
    const latencyMs = this.#watch.latencyOf(node);
    if (latencyMs !== undefined) seat.line.latency(latencyMs);
    const serving = this.#serving;
    if (serving !== undefined && seat !== serving) this.#compare(seat, tip, serving);
  }

  /** A node in reserve that is preferred to the one that serves takes over again, and so does one above it. */
  #compare(seat: TrueChainSeat, tip: Tip | undefined, serving: TrueChainSeat): void {
    const now = this.#now();
    seat.pulse.look(this.#stopping.signal);
    if (seat.restUntil > now) return;
    seat.height = tip?.height;
    const { complaint } = seat.pulse;
    if (complaint !== undefined) {
      this.#say(seat, 'syncing', complaint, this.#watch.latencyOf(seat.node));
      seat.compare({ fit: false, ahead: false });
      return;
    }
    const lag = this.#lagOf(seat);
    const behind = lag !== undefined && seat.isBehind(lag);
    const words = behind ? `in reserve, ${lag} blocks behind` : 'in reserve';
    this.#say(seat, behind ? 'syncing' : 'ready', words, this.#watch.latencyOf(seat.node));
    const height = tip?.height ?? -1;
    const theirs = this.#watch.tipOf(serving.node)?.height;
    seat.compare({
      fit: tip === undefined || height >= (theirs ?? -1),
      ahead: theirs !== undefined && height > theirs,
    });
    if (seat.ahead >= LOOKS_THAT_PROVE_A_LAG) {
      this.#pass(serving, 'syncing', `it is behind ${seat.node.name}, which is at height ${height}`);
      this.#leave(serving);
      this.#serving = seat;
      return;
    }
    const preferred = this.#seats.indexOf(seat) < this.#seats.indexOf(serving);
    if (!preferred || !seat.isProven(now)) return;
    this.#leave(serving);
    this.#serving = seat;
  }

  #hasOther(seat: TrueChainSeat, isFit: (other: TrueChainSeat) => boolean = () => true): boolean {
    return this.#seats.some(
      (other) =>
        other !== seat && other.restUntil <= this.#now() && this.#watch.answers(other.node) && isFit(other),
    );
  }

  #seatOf(node: TrueChainNode): TrueChainSeat | undefined {
    return this.#seats.find((seat) => seat.node === node);
  }

  async #handOut(seat: TrueChainSeat, answer: WorkAnswer, signal: AbortSignal): Promise<void> {
    // Some proxies offer getWork and no more: the height is a help, not a need.
    const [height, coinbases] = await Promise.all([
      seat.node.snailNumber(signal).catch(() => undefined),
      seat.coinbases(signal),
    ]);
    seat.height = height;
    const dataset = await this.#datasets.of(seat.node, answer.seedHash, height, signal);
    if (signal.aborted) return;
    const previous = this.#current;
    this.#sequence += 1;
    const work: TrueChainWork = {
      kind: 'truechain',
      id: `${encodeHex(answer.headerHash.subarray(0, 8))}-${this.#sequence}`,
      headerHash: answer.headerHash,
      dataset,
      fruitTarget: answer.fruitTarget,
      blockTarget: answer.blockTarget,
      ...(height === undefined ? {} : { snailNumber: height + 1 }),
      ...(coinbases === undefined ? {} : { coinbases }),
      receivedAt: this.#wallClock(),
    };
    this.#current = work;
    this.#currentKey = workKey(answer);
    this.#modules.onWork(work, {
      newHeader: previous === undefined || !equalBytes(previous.headerHash, work.headerHash),
      newDataset: previous === undefined || !equalBytes(previous.dataset.hash, dataset.hash),
    });
    if (height !== undefined) this.#datasets.prepareNext(seat.node, height + 1, this.#stopping.signal);
  }

  /** Snail blocks behind the highest node; undefined where it cannot be told, as with one node alone. */
  #lagOf({ node }: TrueChainSeat): number | undefined {
    const own = this.#watch.tipOf(node)?.height;
    if (own === undefined) return undefined;
    return Math.max(...this.#seats.map((seat) => this.#watch.tipOf(seat.node)?.height ?? 0)) - own;
  }

  #say(seat: TrueChainSeat, state: NodeStatus['state'], detail: string, latencyMs?: number): void {
    const height = seat.height;
    const lag = this.#lagOf(seat);
    seat.line.say({
      state,
      detail,
      ...(lag === undefined ? {} : { lag }),
      ...(height === undefined ? {} : { height }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
    });
  }
}
