import { createHash } from 'node:crypto';
import {
  type NodeStatus,
  solutionKind,
  type TrueChainNode,
  type TrueChainWork,
  TrueChainWorkSource,
  type WorkChange,
} from '@adit/chain';
import type { ShareJournal, ShareRecord } from '@adit/ledger';
import { blockHalf, fruitHalf, type TrueHashDataset } from '@adit/pow';
import type { VerifierPool } from '@adit/pow/threads';
import { bigintToBytes, concatBytes, encodeHex, weightOfEitherHalf } from '@adit/primitives';
import { seedsResult, type TrueJob, type TrueSubmission, type Verdict } from '@adit/stratum';
import type { Candidate, CandidateStore } from './candidate-store.ts';
import { Candidates } from './candidates.ts';
import { Duplicates } from './duplicates.ts';
import type { OnPoolEvent } from './events.ts';
import { type Job, JobBook } from './job-book.ts';
import type { Submitter } from './miner.ts';
import { trueChainCandidate, trueChainCandidateChain } from './truechain-candidates.ts';
import { alwaysJudged, kept, laneOf } from './verdicts.ts';

export interface TrueChainEngineOptions {
  readonly name: string;
  readonly firstJobSequence: number;
  readonly tip9?: number;
  readonly pollMs?: number;
}

export interface TrueChainEngineModules {
  readonly nodes: readonly TrueChainNode[];
  readonly journal: ShareJournal;
  readonly verifier: VerifierPool;
  readonly candidates: CandidateStore;
  /** Shared by all chains of the network; its own where left out. */
  readonly duplicates?: Duplicates;
  readonly onEvent: OnPoolEvent;
  readonly onJob: (job: TrueJob, clean: boolean) => void;
  readonly now: () => number;
}

/** A header every two seconds, for ten minutes. */
const MAX_JOBS = 512;
/** The node honours a header for an hour; after minutes a share for it only shows a slow miner. */
const MAX_JOB_AGE_MS = 600_000;
const MAX_RETIRED_JOBS = 512;
/** The one in use, the one before it and the next. */
const MAX_DATASETS = 3;
/** What journals and duplicate sets call the network. */
export const TRUECHAIN = 'truechain';

/** Everything that the pool does for TrueChain: jobs, share checks, blocks and fruits. */
export class TrueChainEngine {
  readonly #options: TrueChainEngineOptions;
  readonly #modules: TrueChainEngineModules;
  readonly #book: JobBook<TrueChainWork>;
  readonly #duplicates: Duplicates;
  readonly #candidates: Candidates;
  readonly #source: TrueChainWorkSource;
  /** The datasets that the verifier holds, by hash; the newest last. With the seedhash answer for each. */
  readonly #datasets = new Map<
    string,
    { readonly dataset: TrueHashDataset; readonly answer: Buffer | undefined }
  >();
  #job: TrueJob | undefined;
  #outageSince: number | undefined;
  #snailNumber: number | undefined;

  constructor(options: TrueChainEngineOptions, modules: TrueChainEngineModules) {
    this.#options = options;
    this.#modules = modules;
    const { name, tip9, pollMs } = options;
    this.#book = new JobBook({
      firstSequence: options.firstJobSequence,
      maxAgeMs: MAX_JOB_AGE_MS,
      maxJobs: MAX_JOBS,
      maxRetired: MAX_RETIRED_JOBS,
    });
    this.#duplicates = modules.duplicates ?? Duplicates.ofNetwork(TRUECHAIN, modules.journal);
    this.#candidates = new Candidates({
      store: modules.candidates,
      onEvent: modules.onEvent,
      chain: trueChainCandidateChain({
        nodes: modules.nodes,
        // The work is done: ask for the next at once, or miners make fruits that nobody wants any more.
        onSubmitted: (news) => this.#source.refresh(news),
      }),
    });
    this.#source = new TrueChainWorkSource(
      {
        maxDatasets: MAX_DATASETS,
        ...(tip9 === undefined ? {} : { tip9 }),
        ...(pollMs === undefined ? {} : { pollMs }),
      },
      {
        nodes: modules.nodes,
        buildDataset: (seeds) => modules.verifier.buildDataset(seeds),
        onWork: (work, change) => this.#onWork(work, change),
        onStatus: (status: NodeStatus) => modules.onEvent({ kind: 'node', chain: name, status }),
        onDisagreement: (tips) => modules.onEvent({ kind: 'nodes_disagree', chain: name, ...tips }),
        onOutage: (sinceMs) => {
          this.#outageSince = sinceMs;
          modules.onEvent({ kind: 'outage', chain: name, sinceMs });
        },
      },
    );
  }

  get name(): string {
    return this.#options.name;
  }

  get job(): TrueJob | undefined {
    return this.#job;
  }

  /** Wall clock of the moment since which no node gives work. */
  get outageSince(): number | undefined {
    return this.#outageSince;
  }

  get newestJob(): number {
    return this.#book.newest;
  }

  get oldestLiveJob(): number {
    return this.#book.oldestLive;
  }

  /** When the oldest work was made whose shares still count; infinite where there is none. */
  get liveSince(): number {
    return this.#book.liveSince;
  }

  /** The prepared `result` of a seedhash answer for the dataset of a job, retired jobs included. */
  seedsOf(jobSequence: number): Uint8Array | undefined {
    const work = this.#book.find(jobSequence)?.job.work;
    return work === undefined ? undefined : this.#datasets.get(encodeHex(work.dataset.hash))?.answer;
  }

  start(unfinished: readonly Candidate[]): void {
    this.#candidates.start(unfinished);
    this.#source.start();
  }

  async stop(): Promise<void> {
    await this.#source.stop();
    await this.#candidates.stop();
  }

  /** All checks of a share. Never throws. */
  judge(share: TrueSubmission, from: Submitter): Promise<Verdict> {
    return alwaysJudged(() => this.#judge(share, from), this.#modules.onEvent);
  }

  /** For what cannot be credited any more: hands it in if it is a fruit or a block. Never throws. */
  offer(share: TrueSubmission, from: Submitter): Promise<Verdict> {
    return alwaysJudged(async () => {
      const work = this.#book.find(share.jobSequence)?.job.work;
      if (work !== undefined) await this.#offerLate(work, share, from);
      return { accepted: false, reason: 'overloaded' };
    }, this.#modules.onEvent);
  }

  async #judge(share: TrueSubmission, from: Submitter): Promise<Verdict> {
    const found = this.#book.find(share.jobSequence);
    if (found === undefined) return { accepted: false, reason: 'job_not_found' };
    const { job, staleSince } = found;
    if (staleSince !== undefined) {
      await this.#offerLate(job.work, share, from);
      return { accepted: false, reason: 'stale_job', detail: 'the header is too old' };
    }
    let known = false;
    for (const nonce of share.nonces) {
      const digest = shareDigest(job.work.headerHash, nonce);
      if (!this.#duplicates.claim(job.group, digest)) {
        // Somebody's share, or tried for somebody else just now; the other reading may still be one.
        known = true;
        continue;
      }
      const verdict = await this.#tryNonce(job, nonce, digest, share, from).catch((error) => {
        this.#duplicates.release(job.group, digest);
        throw error;
      });
      if (verdict !== undefined) return verdict;
      this.#duplicates.release(job.group, digest);
    }
    if (known) return { accepted: false, reason: 'duplicate_share' };
    return {
      accepted: false,
      reason: 'low_difficulty',
      detail: 'neither half of the digest meets the target of its job',
    };
  }

  /** Worth nothing as a share, but the node honours a header for an hour: it may still be a fruit. */
  async #offerLate(work: TrueChainWork, share: TrueSubmission, from: Submitter): Promise<void> {
    if (!this.#datasets.has(encodeHex(work.dataset.hash))) return;
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

  /** @returns undefined when the nonce is no share under this reading */
  async #tryNonce(
    job: Job<TrueChainWork>,
    nonce: bigint,
    digest: Uint8Array,
    share: TrueSubmission,
    from: Submitter,
  ): Promise<Verdict | undefined> {
    const { work } = job;
    const mix = await this.#modules.verifier.trueHash(
      work.dataset.hash,
      work.headerHash,
      nonce,
      laneOf(from, false),
    );
    // The node compares with <=, miners with <: whatever meets it here is accepted.
    if (blockHalf(mix) > share.target && fruitHalf(mix) > share.target) return undefined;
    const kind = solutionKind(mix, work);
    if (kind !== undefined) this.#onSolution(kind, work, nonce, mix, from);
    if (!(await this.#duplicates.isNew(job.group, digest)))
      return { accepted: false, reason: 'duplicate_share' };
    return this.#record(job, digest, share, kind, from);
  }

  #record(
    job: Job<TrueChainWork>,
    digest: Uint8Array,
    share: TrueSubmission,
    kind: 'block' | 'fruit' | undefined,
    from: Submitter,
  ): Promise<Verdict> {
    const { work } = job;
    const wanted = kind === 'fruit' ? work.fruitTarget : work.blockTarget;
    const record: ShareRecord = {
      timeMs: this.#modules.now(),
      network: TRUECHAIN,
      chain: this.name,
      height: work.snailNumber ?? null,
      workId: work.id,
      workGroup: job.group,
      account: from.worker.account,
      worker: from.worker.full,
      dialect: 'truestratum',
      weight: weightOfEitherHalf(share.target),
      shareTarget: share.target,
      // The node may want no block for a while.
      networkTarget: wanted === 0n ? null : wanted,
      digest,
      outcome: kind ?? 'share',
    };
    return kept(this.#modules.journal, record, () => this.#duplicates.release(job.group, digest));
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
    this.#shelve(work.dataset, change.newDataset);
    const clean = change.newDataset || work.snailNumber !== this.#snailNumber;
    this.#snailNumber = work.snailNumber;
    const group = encodeHex(work.headerHash);
    this.#duplicates.open(group);
    const { job, gone } = this.#book.add(work, group, this.#modules.now());
    for (const other of new Set(gone.map((old) => old.group))) {
      if (!this.#book.needsGroup(other)) this.#duplicates.close(other);
    }
    this.#job = {
      sequence: job.sequence,
      order: job.sequence,
      seedHash: encodeHex(work.dataset.hash),
      headerHash: group,
      // No harder than the easier of the live halves: no fruit or block may be refused as a share.
      networkTarget: work.blockTarget > work.fruitTarget ? work.blockTarget : work.fruitTarget,
      oldestKnown: this.#book.oldestKnown,
    };
    this.#modules.onJob(this.#job, clean);
    const { name } = this;
    const height = work.snailNumber;
    this.#modules.onEvent({
      kind: 'work',
      chain: name,
      workId: work.id,
      height,
      clean,
      transactions: undefined,
    });
  }

  /** The verifier and the miners get a dataset before any job that needs it. */
  #shelve(dataset: TrueHashDataset, changed: boolean): void {
    const key = encodeHex(dataset.hash);
    if (!changed && this.#datasets.has(key)) return;
    const seeds = this.#source.seedsOf(dataset.hash);
    const answer = seeds === undefined ? undefined : Buffer.from(seedsResult(seeds, dataset.hash));
    this.#datasets.delete(key);
    this.#datasets.set(key, { dataset, answer });
    this.#modules.verifier.addDataset(dataset);
    for (const [old, entry] of this.#datasets) {
      if (this.#datasets.size <= MAX_DATASETS) break;
      this.#datasets.delete(old);
      this.#modules.verifier.dropDataset(entry.dataset.hash);
    }
  }
}

/** A share is its header and nonce, whoever sends it and however it is spelled. */
function shareDigest(headerHash: Uint8Array, nonce: bigint): Uint8Array {
  return createHash('sha256')
    .update(concatBytes(headerHash, bigintToBytes(nonce, 8)))
    .digest();
}
