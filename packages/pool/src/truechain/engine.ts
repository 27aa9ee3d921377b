import {
  type NodeStatus,
  solutionKind,
  type TrueChainWork,
  TrueChainWorkSource,
  type TrueChainWorkSourceModules,
  type WorkChange,
} from '@adit/chain';
import { weightOfEitherHalf } from '@adit/primitives';
import {
  easierOf,
  type SharePrice,
  type Terms,
  type TrueJob,
  type TrueSubmission,
  type Verdict,
} from '@adit/stratum';
import type { Candidate } from '../blocks/candidate-store.ts';
import { Candidates } from '../blocks/candidates.ts';
import type { Job } from '../shares/job-book.ts';
import { type Attempt, ShareDesk } from '../shares/share-desk.ts';
import type { Submitter } from '../shares/submitter.ts';
import { alwaysJudged, laneOf } from '../shares/verdicts.ts';
import { Weigher } from '../shares/weigher.ts';
import { trueChainCandidate, trueChainCandidateChain } from './candidates.ts';
import { MAX_DATASETS, TrueChainDatasets } from './datasets.ts';
import type { TrueChainEngineModules, TrueChainEngineOptions } from './engine-options.ts';
import { type Coming, TrueChainIntake } from './intake.ts';
import { type PricedWork, TrueChainJobs } from './jobs.ts';
import { LooseTarget } from './loose-target.ts';
import type { PriceSchedule } from './price-schedule.ts';
import { LOW, meets, shareDigest } from './share.ts';

/** The name of the network in journals and duplicate sets. */
export const TRUECHAIN = 'truechain';
/** Time between two calls of `LooseTarget.look`. */
const LOOK_MS = 1_000;

/** One reading of a nonce, as an attempt that the desk can judge. */
interface Tried extends Attempt {
  readonly job: Job<PricedWork>;
  readonly nonce: bigint;
}

/** Everything that the pool does for TrueChain: jobs, share checks, blocks and fruits. */
export class TrueChainEngine {
  readonly #options: TrueChainEngineOptions;
  readonly #modules: TrueChainEngineModules;
  readonly #monotonic: () => number;
  readonly #jobs: TrueChainJobs;
  readonly #datasets: TrueChainDatasets;
  readonly #desk: ShareDesk;
  readonly #weigher = new Weigher(weightOfEitherHalf);
  readonly #candidates: Candidates;
  readonly #source: Pick<TrueChainWorkSource, 'start' | 'stop' | 'seedsOf' | 'refresh'>;
  readonly #intake: TrueChainIntake;
  readonly #loose: LooseTarget | undefined;
  readonly #schedule: PriceSchedule | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #outageSince: number | undefined;
  #snailNumber: number | undefined;

  constructor(options: TrueChainEngineOptions, modules: TrueChainEngineModules) {
    this.#options = options;
    this.#modules = modules;
    const { name, tip9, pollMs } = options;
    const monotonic = modules.monotonic ?? (() => performance.now());
    this.#monotonic = monotonic;
    this.#jobs = new TrueChainJobs({ firstJobSequence: options.firstJobSequence }, { now: monotonic });
    this.#loose = options.loose === undefined ? undefined : new LooseTarget(options.loose, monotonic());
    const { prices, schedule } = modules;
    this.#schedule = schedule;
    this.#intake = new TrueChainIntake({
      jobs: this.#jobs,
      loose: this.#loose,
      prices,
      schedule,
      now: monotonic,
      onTaken: (coming, job, gone) => this.#onTaken(coming, job, gone),
      onJob: modules.onJob,
      onProblem: (detail) =>
        modules.onEvent({ kind: 'problem', cause: 'header_not_handed_out', chain: name, detail }),
    });
    this.#datasets = new TrueChainDatasets({
      verifier: modules.verifier,
      seedsOf: (hash) => this.#source.seedsOf(hash),
      now: monotonic,
    });
    const { journal, onEvent, now } = modules;
    const { duplicates } = options;
    this.#desk = new ShareDesk(
      {
        network: TRUECHAIN,
        chain: name,
        dialect: 'truestratum',
        ...(duplicates === undefined ? {} : { duplicates }),
      },
      { journal, onEvent, now, duplicates: modules.duplicates },
    );
    this.#candidates = new Candidates({
      store: modules.candidates,
      onEvent: modules.onEvent,
      chain: trueChainCandidateChain({
        nodes: modules.nodes,
        // The header is used up: ask for the next at once, or miners find fruits that are worth nothing.
        onSubmitted: (news) => this.#source.refresh(news),
      }),
    });
    const sourceOptions = {
      maxDatasets: MAX_DATASETS,
      ...(tip9 === undefined ? {} : { tip9 }),
      ...(pollMs === undefined ? {} : { pollMs }),
    };
    const workSource =
      modules.workSource ??
      ((source: TrueChainWorkSourceModules) => new TrueChainWorkSource(sourceOptions, source));
    this.#source = workSource({
      nodes: modules.nodes,
      buildDataset: (seeds) => modules.verifier.buildDataset(seeds),
      onWork: (work, change) => this.#onWork(work, change),
      onStatus: (status: NodeStatus, news: boolean) =>
        modules.onEvent({ kind: 'node', chain: name, status, news }),
      onDisagreement: (tips) => modules.onEvent({ kind: 'nodes_disagree', chain: name, ...tips }),
      onOutage: (sinceMs) => {
        this.#outageSince = sinceMs;
        modules.onEvent({ kind: 'outage', chain: name, sinceMs });
      },
    });
  }

  get name(): string {
    return this.#options.name;
  }

  get job(): TrueJob | undefined {
    return this.#jobs.current;
  }

  /** Wall clock in milliseconds when the nodes stopped giving work; undefined while one gives work. */
  get outageSince(): number | undefined {
    return this.#outageSince;
  }

  /** Number of the newest header. */
  get newestJob(): number {
    return this.#jobs.newest;
  }

  get oldestLiveJob(): number {
    return this.#jobs.oldestLive;
  }

  /** See `TrueChainJobs`. */
  get oldestTerms(): number {
    return this.#jobs.oldestTerms;
  }

  /** See `TrueChainJobs`. */
  termsOf(sequence: number): Terms | undefined {
    return this.#jobs.termsOf(sequence);
  }

  /** Sets the one target of all miners of a header; undefined where each connection has its own. */
  get loose(): LooseTarget | undefined {
    return this.#loose;
  }

  /** Time of the oldest header whose shares still count, or may count again; infinite where there is none. */
  get liveSince(): number {
    return this.#jobs.liveSince;
  }

  /** The prepared `result` of a seedhash answer for the dataset of a job, retired jobs included. */
  seedsOf(jobSequence: number): Uint8Array | undefined {
    const found = this.#jobs.find(jobSequence)?.job.work;
    return found === undefined ? undefined : this.#datasets.answerOf(found.work.dataset.hash);
  }

  /** To be called at least once a second. */
  tick(now: number): void {
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const loose = this.#loose;
    if (loose === undefined) return;
    loose.look(now, this.#outageSince !== undefined || this.#jobs.current === undefined);
    this.#schedule?.plan(
      () => loose.propose(now),
      (weight) => loose.plan(weight, this.#monotonic()),
    );
  }

  /** Another process has taken over: it alone settles the targets of headers to come. */
  drain(): void {
    this.#schedule?.handOver();
  }

  /** Takes over solutions that were found by a process that has ended since. */
  takeUp(unfinished: readonly Candidate[]): void {
    this.#candidates.takeUp(unfinished);
  }

  start(unfinished: readonly Candidate[]): void {
    // The source starts first: thousands of unfinished blocks would take the node connections that it needs.
    this.#source.start();
    this.#candidates.start(unfinished);
  }

  async stop(): Promise<void> {
    await this.#source.stop();
    this.#intake.stop();
    await this.#candidates.stop();
    await this.#schedule?.stop();
  }

  /** Runs all checks of a share. Never throws. */
  judge(share: TrueSubmission, from: Submitter): Promise<Verdict> {
    return alwaysJudged(() => this.#judge(share, from), this.#modules.onEvent);
  }

  async #judge(share: TrueSubmission, from: Submitter): Promise<Verdict> {
    const found = this.#jobs.find(share.jobSequence);
    if (found === undefined) return { accepted: false, reason: 'job_not_found' };
    const { job, staleSince } = found;
    if (staleSince !== undefined) {
      await this.#offerLate(job.work.work, share, from);
      return { accepted: false, reason: 'stale_job', detail: 'the header is too old' };
    }
    const price = this.#priceOf(job, share);
    if (price === undefined) {
      await this.#offerLate(job.work.work, share, from);
      return { accepted: false, reason: 'not_recorded' };
    }
    let earned = share.nonces[0] === 0n;
    let known = false;
    for (const nonce of share.nonces) {
      const digest = shareDigest(job.work.work.headerHash, nonce);
      const result = await this.#tryNonce({ job, nonce, digest, target: price.target, from }, price.credited);
      // This reading is known, or another connection's share has it in verification. The other one may be a new share.
      if (!('solves' in result) && (result.accepted || result.reason !== 'duplicate_share')) return result;
      if ('solves' in result) earned ||= result.solves || meets(result.mix, share.easiest);
      else known = true;
    }
    if (known) return { accepted: false, reason: 'duplicate_share' };
    earned ||= await this.#earnedElsewhere(job.work.work, share, from);
    return earned ? LOW : { ...LOW, unearned: true };
  }

  /** What a share has to meet and brings: the price of its header, or the one that was settled for its nonce1. */
  #priceOf({ work }: Job<PricedWork>, { target, credited = target }: TrueSubmission): SharePrice | undefined {
    if (this.#loose !== undefined) return work.price;
    if (target === undefined || credited === undefined) return undefined;
    const { networkTarget } = work;
    return { target: easierOf(target, networkTarget), credited: easierOf(credited, networkTarget) };
  }

  /** Whether the nonce is a share under another dataset, which the reference miner uses for a while after a change. */
  async #earnedElsewhere(work: TrueChainWork, share: TrueSubmission, from: Submitter): Promise<boolean> {
    for (const dataset of this.#datasets.besides(work.dataset.hash)) {
      for (const nonce of share.nonces) {
        const lane = laneOf(from, false);
        const mix = await this.#modules.verifier.trueHash(dataset, work.headerHash, nonce, lane);
        if (meets(mix, share.easiest)) return true;
      }
    }
    return false;
  }

  /** A late share is worth nothing, but the node honours a header for an hour: the share may be a block or fruit. */
  async #offerLate(work: TrueChainWork, share: TrueSubmission, from: Submitter): Promise<void> {
    if (!this.#datasets.has(work.dataset.hash)) return;
    for (const nonce of share.nonces) {
      const mix = await this.#modules.verifier.trueHash(
        work.dataset.hash,
        work.headerHash,
        nonce,
        laneOf(from, false),
      );
      const kind = solutionKind(mix, work);
      if (kind !== undefined) this.#onSolution(kind, work, nonce, mix, from);
    }
  }

  /** @returns a verdict; or, where this reading is not a share, its hash and whether it is a block or fruit */
  async #tryNonce(
    tried: Tried,
    credited: bigint,
  ): Promise<Verdict | { readonly mix: Uint8Array; readonly solves: boolean }> {
    const { job, nonce, target, from } = tried;
    const { work } = job.work;
    let unmet: { readonly mix: Uint8Array; readonly solves: boolean } | undefined;
    const verdict = await this.#desk.judge(tried, async () => {
      const { verifier } = this.#modules;
      const lane = laneOf(from, false);
      const mix = await verifier.trueHash(work.dataset.hash, work.headerHash, nonce, lane);
      // The newest targets of the node count: they may be easier than those when the share target was settled.
      const kind = solutionKind(mix, work);
      if (kind !== undefined) this.#onSolution(kind, work, nonce, mix, from);
      if (!meets(mix, target)) {
        unmet = { mix, solves: kind !== undefined };
        return { refuse: LOW };
      }
      return {
        credit: {
          height: work.snailNumber ?? null,
          workId: work.id,
          weight: this.#weigher.weightOf(credited),
          // Never the target of the fruit that the share happens to be: the score of a share must not depend on luck. It is 0 while
          // the node wants no block.
          networkTarget: work.blockTarget === 0n ? null : work.blockTarget,
          outcome: kind ?? 'share',
        },
      };
    });
    if (unmet !== undefined) return unmet;
    // Its rate follows from what it had to meet, which beside a change is more than what it is credited.
    if (verdict.accepted)
      this.#loose?.share(from.connection, this.#weigher.weightOf(target), this.#monotonic());
    return verdict;
  }

  #onSolution(
    what: 'block' | 'fruit',
    work: TrueChainWork,
    nonce: bigint,
    mix: Uint8Array,
    from: Submitter,
  ): void {
    const { name: chain } = this;
    const worker = from.worker.full;
    this.#candidates.found(
      trueChainCandidate({ chain, what, work, nonce, mix, worker, now: this.#modules.now() }),
    );
  }

  #onWork(work: TrueChainWork, change: WorkChange): void {
    this.#datasets.shelve(work.dataset, change.newDataset);
    const clean = change.newDataset || work.snailNumber !== this.#snailNumber;
    this.#snailNumber = work.snailNumber;
    this.#intake.add({ work, clean, unseenMs: change.unseenMs });
  }

  #onTaken({ work, clean }: Coming, job: Job<PricedWork>, gone: readonly string[]): void {
    this.#desk.open(job.group);
    for (const group of gone) this.#desk.close(group);
    const { name: chain } = this;
    const height = work.snailNumber;
    this.#modules.onEvent({ kind: 'work', chain, workId: work.id, height, clean, transactions: undefined });
  }
}
