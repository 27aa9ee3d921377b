import { AditError, encodeHex, equalBytes } from '@adit/primitives';
import { RpcError, sleepFor } from '@adit/rpc';
import { Failover, LOOKS_THAT_PROVE_A_LAG } from '../failover.ts';
import { BACKOFF_BASE_MS } from '../node-standing.ts';
import type { Tip } from '../node-watch.ts';
import { causeOf, detailOf, type NodeFinding } from '../status.ts';
import { DatasetKeeper } from './dataset-keeper.ts';
import type { TrueChainNode } from './node.ts';
import { TrueChainStanding } from './standing.ts';
import { trueChainTip } from './tip.ts';
import type { TrueChainWork, WorkAnswer } from './work.ts';
import { workKey } from './work-history.ts';
import type { TrueChainWorkSourceModules, TrueChainWorkSourceOptions } from './work-source-options.ts';

type Entry = TrueChainStanding;

/** The result of asking one node. */
type Outcome = 'served' | 'waiting' | 'failed';

const SERVING = {
  serves: 'serves work',
  repeats: 'repeats work that it had replaced: not followed yet',
};

/** To find out a lie costs a full rebuild of a dataset, so the node is not asked again after `pollMs`. */
const PAUSE_AFTER_A_LIE_MS = 4 * BACKOFF_BASE_MS;

/**
 * Keeps the present work of the best node: the preferred one, unless it hangs or is behind.
 *
 * Work is handed out only when its dataset is ready and proven. The next epoch's dataset is made as soon as its seeds
 * are final, so that no time is lost when the epoch begins.
 */
export class TrueChainWorkSource {
  readonly #pollMs: number;
  readonly #notReadyMs: number;
  readonly #answerMs: number;
  readonly #modules: TrueChainWorkSourceModules;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #now: () => number;
  readonly #wallClock: () => number;
  readonly #failover: Failover<TrueChainNode, Entry>;
  /** The node that is being asked, since when its answer is awaited, and the means to abort the request. */
  #asking: { entry: Entry; since: number; handover: AbortController } | undefined;
  readonly #datasets: DatasetKeeper;
  #current: TrueChainWork | undefined;
  #currentKey: string | undefined;
  #sequence = 0;
  #stopping = new AbortController();
  #nap = new AbortController();
  #loop: Promise<void> | undefined;

  /** @throws AditError `ADIT_BAD_OPTION` */
  constructor(options: TrueChainWorkSourceOptions, modules: TrueChainWorkSourceModules) {
    this.#pollMs = options.pollMs ?? 500;
    if (!(this.#pollMs >= 50)) throw new AditError('ADIT_BAD_OPTION', 'pollMs must be at least 50');
    this.#notReadyMs = options.notReadyMs ?? 5_000;
    const answerMs = options.answerMs ?? 500;
    this.#answerMs = answerMs;
    this.#modules = modules;
    this.#sleep = modules.sleep ?? sleepFor;
    this.#now = modules.now ?? (() => performance.now());
    this.#wallClock = modules.wallClock ?? Date.now;
    const now = this.#now;
    this.#datasets = new DatasetKeeper(
      { tip9: options.tip9, maxDatasets: options.maxDatasets ?? 3 },
      { buildDataset: modules.buildDataset, now },
    );
    this.#failover = new Failover<TrueChainNode, Entry>(
      { watchMs: options.watchMs ?? 300, answerMs },
      {
        nodes: modules.nodes,
        standingOf: (node, line) => new TrueChainStanding(node, line, now),
        tipOf: trueChainTip,
        hasChosen: () => this.#current !== undefined || this.#asking !== undefined,
        isAsked: (entry) => entry === this.#asking?.entry,
        interrupt: (entry) => this.#interrupt(entry),
        onAnswer: (entry, tip, isBack) => this.#onAnswer(entry, tip, isBack),
        // A single node may take its time.
        onHush: () => {},
        onStatus: modules.onStatus,
        onDisagreement: (disagreement) => modules.onDisagreement?.(disagreement),
        onOutage: (sinceMs) => modules.onOutage?.(sinceMs),
        random: modules.random ?? Math.random,
        sleep: this.#sleep,
        now,
        wallClock: this.#wallClock,
      },
    );
  }

  get current(): TrueChainWork | undefined {
    return this.#current;
  }

  /** The seeds of a dataset of present, past or coming work, for the miners. */
  seedsOf(datasetHash: Uint8Array): Uint8Array | undefined {
    return this.#datasets.seedsOf(datasetHash);
  }

  /** Starts the polls. Does nothing if they run already. */
  start(): void {
    if (this.#loop !== undefined) return;
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const looked = Promise.withResolvers<void>();
    // With a single node there is nothing to choose, and its polls tell everything.
    const isAlone = this.#failover.entries.length === 1;
    if (isAlone) looked.resolve();
    const watching = isAlone ? [] : [this.#failover.watch.run(signal, looked.resolve)];
    this.#loop = Promise.all([this.#run(signal, looked.promise), ...watching]).then(() => undefined);
  }

  /**
   * Polls at once instead of after the pause. Call it when a solution was handed in.
   * @param news whether a node accepted a fruit, which its pool should then show
   */
  refresh(news: { readonly fruitTaken?: boolean } = {}): void {
    if (news.fruitTaken === true) this.#failover.serving?.pulse.fruitTaken();
    this.#nap.abort();
  }

  /** Resolves when everything has ended. The source can be started again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#datasets.preparing;
    await Promise.all(this.#failover.entries.map(({ pulse }) => pulse.looking));
    this.#loop = undefined;
  }

  async #run(signal: AbortSignal, looked: Promise<void>): Promise<void> {
    // Wait for the first tips before choosing a node: the preferred one may be behind. That wait is bounded by
    // `answerMs`.
    await looked;
    while (!signal.aborted) {
      this.#nap = new AbortController();
      await this.#round(signal);
      const earliest = Math.min(...this.#failover.entries.map(({ restUntil }) => restUntil)) - this.#now();
      await this.#rest(Math.max(this.#pollMs, earliest), signal);
    }
  }

  /** Sleeps until the time is over, or until `refresh` or `stop` ends it early. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    await this.#sleep(ms, AbortSignal.any([signal, this.#nap.signal])).catch(() => undefined);
  }

  /** Asks the nodes until one serves. */
  async #round(signal: AbortSignal): Promise<void> {
    for (const entry of this.#failover.order(({ pulse }) => pulse.complaint !== undefined)) {
      if (signal.aborted) return;
      if (entry.restUntil > this.#now()) continue;
      const outcome = await this.#ask(entry, signal);
      if (signal.aborted) return;
      if (outcome === 'served') return this.#failover.served(entry);
      if (outcome === 'failed') this.#missed(entry);
      // A node that is between two templates goes on serving: its last work is still good.
      if (outcome === 'waiting' && this.#current !== undefined) return;
    }
  }

  #missed(entry: Entry): void {
    const now = this.#now();
    entry.miss(now);
    this.#failover.outage.check(now);
  }

  async #ask(entry: Entry, signal: AbortSignal): Promise<Outcome> {
    const asked = this.#now();
    const handover = new AbortController();
    this.#asking = { entry, since: asked, handover };
    const either = AbortSignal.any([signal, handover.signal]);
    try {
      // No time limit: a single node may take its time, and with several nodes the watch ends the wait.
      const answer = await entry.node.getWork(either);
      // What follows may take long for a good reason: a dataset is made.
      this.#asking.since = Number.POSITIVE_INFINITY;
      const latencyMs = this.#failover.watch.latencyOf(entry.node) ?? this.#now() - asked;
      if (answer === 'not_ready') return this.#notReady(entry, latencyMs);
      entry.notReadySince = undefined;
      if (this.#isUnfit(entry)) return 'failed';
      if (!entry.history.allows(answer)) {
        this.#sayServing(entry, 'repeats', latencyMs);
        return 'served';
      }
      if (workKey(answer) !== this.#currentKey) await this.#handOut(entry, answer, either);
      if (either.aborted) return 'failed';
      // Only now: while a header waits for its dataset, it grows older.
      entry.gaveAt = asked;
      entry.history.add(answer);
      this.#sayServing(entry, 'serves', latencyMs);
      return 'served';
    } catch (error) {
      // If the request was given up, the reason has been reported there.
      if (!either.aborted) this.#failed(entry, error);
      return 'failed';
    } finally {
      this.#asking = undefined;
    }
  }

  /**
   * Leaves a node whose chain does not live, if another node is better. Without a better node its work is still used.
   */
  #isUnfit(entry: Entry): boolean {
    entry.pulse.look(this.#stopping.signal);
    const { complaint } = entry.pulse;
    if (complaint === undefined) return false;
    if (!this.#failover.hasOther(entry, ({ pulse }) => pulse.complaint === undefined)) return false;
    this.#pass(entry, complaint);
    if (this.#failover.serving === entry) this.#failover.serving = undefined;
    return true;
  }

  #sayServing(entry: Entry, cause: 'serves' | 'repeats', latencyMs: number): void {
    const { complaint } = entry.pulse;
    this.#say(entry, complaint ?? { state: 'ready', cause, detail: SERVING[cause] }, latencyMs);
  }

  #notReady(entry: Entry, latencyMs: number): Outcome {
    const now = this.#now();
    entry.notReadySince ??= now;
    const patient = now - entry.notReadySince < this.#notReadyMs;
    // A node that has served before may be without work for a moment; that is not worth a status.
    if (!patient || this.#current === undefined)
      this.#say(entry, { state: 'syncing', cause: 'no_work', detail: 'has no work yet' }, latencyMs);
    return patient ? 'waiting' : 'failed';
  }

  #failed(entry: Entry, error: unknown): void {
    const code = error instanceof AditError ? error.code : '';
    const lying = code === 'ADIT_SEEDS_MISMATCH' || code === 'ADIT_BAD_FIELD';
    const waiting = error instanceof RpcError || code === 'ADIT_SEEDS_UNAVAILABLE';
    const state = lying ? 'lying' : waiting ? 'syncing' : 'down';
    this.#pass(entry, { state, cause: causeOf(error), detail: detailOf(error) });
  }

  /** Pauses a node. */
  #pass(entry: Entry, finding: NodeFinding): void {
    const lag = this.#lagOf(entry);
    this.#failover.fail(entry, finding, {
      lag,
      ...(finding.state === 'lying' ? { pauseMs: PAUSE_AFTER_A_LIE_MS } : {}),
    });
  }

  /** Ends the request to a node and the pause, so that another node is asked at once. */
  #interrupt(entry: Entry): void {
    if (this.#asking?.entry === entry) this.#asking.handover.abort();
    this.#nap.abort();
  }

  #onAnswer(entry: Entry, tip: Tip | undefined, isBack: boolean): void {
    const { serving, outage } = this.#failover;
    if (isBack && (serving === undefined || outage.lasts)) this.#nap.abort();
    const asking = this.#asking;
    const isSlow = asking !== undefined && this.#now() - asking.since >= this.#answerMs;
    if (isSlow && asking.entry !== entry && entry.restUntil <= this.#now()) {
      const detail = 'it gives no work, though others answer';
      this.#pass(asking.entry, { state: 'down', cause: 'slow', detail });
      this.#failover.leave(asking.entry);
    }
    const now = this.#failover.serving;
    if (now !== undefined && entry !== now) this.#compare(entry, tip, now);
  }

  #compare(entry: Entry, tip: Tip | undefined, serving: Entry): void {
    entry.pulse.look(this.#stopping.signal);
    if (entry.restUntil > this.#now()) return;
    entry.height = tip?.height;
    const { complaint } = entry.pulse;
    const lag = this.#lagOf(entry);
    const fault = complaint ?? entry.fault;
    this.#failover.describeReserve(entry, lag, fault);
    const theirs = this.#failover.watch.tipOf(serving.node)?.height;
    const isSound = fault === undefined;
    this.#failover.judgeReserve(entry, serving, {
      height: tip?.height,
      fit: complaint === undefined && (tip === undefined || tip.height >= (theirs ?? -1)),
      ahead: isSound && tip !== undefined && theirs !== undefined && tip.height > theirs,
      proof: LOOKS_THAT_PROVE_A_LAG,
    });
  }

  async #handOut(entry: Entry, answer: WorkAnswer, signal: AbortSignal): Promise<void> {
    // Some proxies offer getWork and nothing else, so the height is optional.
    const [height, coinbases] = await Promise.all([
      entry.node.snailNumber(signal).catch(() => undefined),
      entry.coinbases(signal),
    ]);
    entry.height = height;
    const dataset = await this.#datasets.of(entry.node, answer.seedHash, height, signal);
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
      unseenMs: this.#now() - entry.gaveAt,
    });
    if (height !== undefined) this.#datasets.prepareNext(entry.node, height + 1, this.#stopping.signal);
  }

  /** Snail blocks behind the highest node; undefined if unknown, as with a single node. */
  #lagOf({ node }: Entry): number | undefined {
    const { entries, watch } = this.#failover;
    const own = watch.tipOf(node)?.height;
    if (own === undefined) return undefined;
    return Math.max(...entries.map((entry) => watch.tipOf(entry.node)?.height ?? 0)) - own;
  }

  #say(entry: Entry, finding: NodeFinding, latencyMs?: number): void {
    this.#failover.say(entry, finding, { lag: this.#lagOf(entry), latencyMs });
  }
}
