import {
  alwaysJudged,
  type Candidate,
  Candidates,
  type ChainModules,
  firstSequence,
  JobBook,
  type Proven,
  ShareDesk,
  type Submitter,
} from '@adit/pool/family';
import { encodeHex, weightOfTarget } from '@adit/primitives';
import { jobIdOf, notificationLine, shareTargetOf, type Verdict } from '@adit/stratum';
import { toyCandidate, toyCandidateChain } from './candidates.ts';
import type { ToyNode, ToyWork } from './node.ts';
import { toyDigest, toyValue } from './proof.ts';
import type { ToyJob, ToySubmission } from './server-session.ts';

export interface ToyEngineOptions {
  readonly name: string;
  readonly confirmations: number;
}

export interface ToyEngineModules
  extends Pick<ChainModules, 'journal' | 'candidates' | 'duplicates' | 'now' | 'monotonic'> {
  readonly node: ToyNode;
  readonly onEvent: ChainModules['port']['onEvent'];
  readonly onJob: (job: ToyJob, clean: boolean) => void;
}

/** An hour, and as many works: the toy chain gives one for each tip. */
const BOOK = { maxAgeMs: 3600_000, maxJobs: 64, maxRetired: 64 };

/** Everything that the pool does for one toy chain: jobs, share checks, blocks. It has no grace. */
export class ToyEngine {
  readonly #options: ToyEngineOptions;
  readonly #modules: ToyEngineModules;
  readonly #jobs = new JobBook<ToyWork>({ ...BOOK, firstSequence: firstSequence() });
  readonly #desk: ShareDesk;
  readonly #candidates: Candidates;
  #job: ToyJob | undefined;

  constructor(options: ToyEngineOptions, modules: ToyEngineModules) {
    this.#options = options;
    this.#modules = modules;
    const { name: chain, confirmations: enough } = options;
    const { journal, duplicates, onEvent, now, node, candidates: store } = modules;
    this.#desk = new ShareDesk(
      { network: chain, chain, dialect: 'toy' },
      { journal, duplicates, onEvent, now },
    );
    this.#candidates = new Candidates({ store, onEvent, chain: toyCandidateChain({ node, enough }) });
  }

  get name(): string {
    return this.#options.name;
  }

  get job(): ToyJob | undefined {
    return this.#job;
  }

  get newestJob(): number {
    return this.#jobs.newest;
  }

  get oldestKnown(): number {
    return this.#jobs.oldestKnown;
  }

  get liveSince(): number {
    return this.#jobs.liveSince;
  }

  start(unfinished: readonly Candidate[]): void {
    const { node, onEvent } = this.#modules;
    const { name: chain } = this;
    node.listen((work) => this.#onWork(work));
    const status = { node: node.name, state: 'ready', cause: 'serves', detail: 'in memory' } as const;
    onEvent({ kind: 'node', chain, status, news: true });
    this.#candidates.start(unfinished);
  }

  takeUp(unfinished: readonly Candidate[]): void {
    this.#candidates.takeUp(unfinished);
  }

  async stop(): Promise<void> {
    this.#modules.node.leave();
    await this.#candidates.stop();
  }

  /** Never throws. */
  judge(share: ToySubmission, from: Submitter): Promise<Verdict> {
    return alwaysJudged(() => this.#judge(share, from), this.#modules.onEvent);
  }

  async #judge(share: ToySubmission, from: Submitter): Promise<Verdict> {
    const { job, staleSince } = this.#jobs.find(share.jobSequence) ?? {};
    if (job === undefined) return { accepted: false, reason: 'job_not_found' };
    if (staleSince !== undefined) return { accepted: false, reason: 'stale_job' };
    const { work } = job;
    const target = shareTargetOf(share.target, work.target);
    const digest = toyDigest(work.id, share.nonce1, share.nonce2);
    const value = toyValue(digest);
    return this.#desk.judge({ job, digest, target, from }, async (): Promise<Proven> => {
      if (value > target)
        return { refuse: { accepted: false, reason: 'low_difficulty', achieved: weightOfTarget(value) } };
      const isBlock = value <= work.target;
      const { name: chain } = this;
      const { full: worker } = from.worker;
      if (isBlock)
        this.#candidates.found(
          toyCandidate({ chain, work, share, digest, worker, now: this.#modules.now() }),
        );
      return {
        credit: {
          height: work.height,
          workId: encodeHex(work.id),
          weight: weightOfTarget(target),
          networkTarget: work.target,
          outcome: isBlock ? 'block' : 'share',
        },
      };
    });
  }

  #onWork(work: ToyWork): void {
    const now = this.#modules.monotonic();
    for (const { group } of this.#jobs.retire(() => true, now)) this.#desk.close(group);
    const { job } = this.#jobs.add(work, work.parent, now);
    this.#desk.open(job.group);
    const { sequence } = job;
    const line = (clean: boolean) =>
      notificationLine('mining.notify', [jobIdOf(sequence), encodeHex(work.id), clean]);
    this.#job = {
      sequence,
      // Each work is handed out once, so its number is its order.
      order: sequence,
      cleanLine: line(true),
      keepLine: line(false),
      networkTarget: work.target,
      oldestKnown: this.#jobs.oldestKnown,
    };
    this.#modules.onJob(this.#job, true);
    const { height, id } = work;
    const { name: chain } = this;
    const workId = encodeHex(id);
    this.#modules.onEvent({ kind: 'work', chain, workId, height, clean: true, transactions: undefined });
  }
}
