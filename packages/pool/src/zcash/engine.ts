import { randomBytes } from 'node:crypto';
import {
  coinbaseTextOf,
  headerOf,
  type NodeStatus,
  type ProposalOutcome,
  selfTest,
  withCoinbaseText,
  type ZcashChainParams,
  type ZcashWork,
  type ZcashWorkChange,
  ZcashWorkSource,
  type ZcashWorkSourceModules,
} from '@adit/chain';
import type { ShareRecord } from '@adit/journal';
import { type EquihashSizes, equihashSizes } from '@adit/pow';
import { BlockHasher } from '@adit/pow/threads';
import { encodeHex, hashValue, weightOfTarget } from '@adit/primitives';
import { shareTargetOf, type Verdict, type ZcashJob, type ZcashSubmission } from '@adit/stratum';
import type { Candidate } from '../blocks/candidate-store.ts';
import { Candidates } from '../blocks/candidates.ts';
import { type Proven, ShareDesk } from '../shares/share-desk.ts';
import type { Submitter } from '../shares/submitter.ts';
import { alwaysJudged, laneOf } from '../shares/verdicts.ts';
import { Weigher } from '../shares/weigher.ts';
import { type BlockPayments, blockPaymentsOf } from './block-payments.ts';
import { zcashCandidate, zcashCandidateChain } from './candidates.ts';
import { ClosingGroups } from './closing-groups.ts';
import type { ZcashEngineModules, ZcashEngineOptions } from './engine-options.ts';
import { AT_ONCE_MS } from './height-terms.ts';
import { ZcashJobs } from './jobs.ts';
import { OwnWorks } from './own-works.ts';
import { RewardDivider } from './reward-divider.ts';
import { proofFaultOf, STALE, timeFaultOf } from './share-faults.ts';
import type { NumberedWork, SoloPayee } from './solo-payee.ts';

const TICK_MS = 1_000;
/** Random bytes that follow the operator's text, in hex. Nobody can guess 96 bits while a work lives. */
const RANDOM_TEXT_BYTES = 12;

/** Everything that the pool does for one chain of the Zcash family: jobs, share checks, blocks. */
export class ZcashEngine {
  readonly sizes: EquihashSizes;
  readonly #options: Required<Omit<ZcashEngineOptions, 'operator'>> & Pick<ZcashEngineOptions, 'operator'>;
  readonly #modules: ZcashEngineModules;
  readonly #elapsed: () => number;
  readonly #jobs: ZcashJobs;
  readonly #desk: ShareDesk;
  readonly #candidates: Candidates;
  readonly #source: Pick<ZcashWorkSource, 'start' | 'stop'> &
    Partial<Pick<ZcashWorkSource, 'current' | 'giver'>>;
  readonly #hasher: BlockHasher;
  readonly #weigher = new Weigher(weightOfTarget);
  #broadcastAt = 0;
  /** Works for connections whose target is to change, or whose address was accepted. */
  readonly ownWorks = new OwnWorks(() => this.ownWork());
  readonly #closing: ClosingGroups;
  /** Undefined where works of all ports pay the operator. */
  readonly #payments: BlockPayments | undefined;
  #graceMs = 0;
  #outageSince: number | undefined;
  /** Height of the newest work. */
  #height = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ZcashEngineOptions, modules: ZcashEngineModules) {
    this.#options = {
      rebroadcastMs: 40_000,
      confirmations: 100,
      proposeFirst: true,
      refreshMs: 20_000,
      coinbaseText: '',
      duplicates: {},
      atOnceMs: AT_ONCE_MS,
      ...options,
    };
    this.#modules = modules;
    this.#elapsed = modules.elapsed ?? (() => performance.now());
    const { chain, name, firstJobSequence } = this.#options;
    this.sizes = equihashSizes(chain.equihash);
    this.#hasher = new BlockHasher(this.sizes);
    const { operator } = this.#options;
    const divider = new RewardDivider({ chain: name, operator }, { onEvent: modules.onEvent });
    this.#jobs = new ZcashJobs(
      { chain, firstJobSequence, atOnceMs: this.#options.atOnceMs },
      {
        vary: (work) => this.#vary(work),
        divisionOf: (work) => divider.of(work),
        now: this.#elapsed,
        wallClock: modules.now,
      },
    );
    const { journal, onEvent, now, duplicates } = modules;
    this.#desk = new ShareDesk(
      { network: chain.name, chain: name, dialect: 'zcash', duplicates: this.#options.duplicates },
      { journal, onEvent, now, duplicates },
    );
    this.#payments = blockPaymentsOf(this.#options, modules, {
      propose: (work) => this.propose(work),
      renew: () => this.#renew(),
    });
    this.#closing = new ClosingGroups({
      needs: (group) => this.#jobs.needsGroup(group),
      close: (group) => this.#desk.close(group),
      now: this.#elapsed,
    });
    this.#candidates = new Candidates({
      store: modules.candidates,
      onEvent: modules.onEvent,
      chain: zcashCandidateChain({
        nodes: modules.nodes,
        confirmations: this.#options.confirmations,
      }),
    });
    const { proposeFirst, refreshMs } = this.#options;
    const workSource =
      modules.workSource ??
      ((source: ZcashWorkSourceModules) => new ZcashWorkSource({ chain, proposeFirst, refreshMs }, source));
    this.#source = workSource({
      nodes: modules.nodes,
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

  get chain(): ZcashChainParams {
    return this.#options.chain;
  }

  /** The newest work of a node; undefined until one has given work. */
  get work(): ZcashWork | undefined {
    return this.#source.current;
  }

  /** The newest job; undefined until a node has given work. */
  get job(): ZcashJob | undefined {
    return this.#jobs.current;
  }

  /** Wall clock in milliseconds when the nodes stopped giving work; undefined while one gives work. */
  get outageSince(): number | undefined {
    return this.#outageSince;
  }

  /** The longest grace of any port, in milliseconds. */
  set graceMs(ms: number) {
    this.#graceMs = ms;
  }

  /** Number of the newest work. */
  get newestJob(): number {
    return this.#jobs.newest;
  }

  get oldestLiveJob(): number {
    return this.#jobs.oldestLive;
  }

  /** See `ZcashJobs`. */
  get oldestTerms(): number {
    return this.#jobs.oldestTerms;
  }

  /** See `ZcashJobs`. */
  termsOf(sequence: number): number | undefined {
    return this.#jobs.termsOf(sequence);
  }

  /** Time of the oldest work whose shares still count, in milliseconds of a clock that only grows. */
  get liveSince(): number {
    return this.#jobs.liveSince;
  }

  /** Whether the engine can make a work that nobody could have foreseen, so that terms may change at any time. */
  get makesWork(): boolean {
    return this.#jobs.atWill;
  }

  /** The newest job's work; undefined until a node has given work. */
  get newestNumbered(): NumberedWork | undefined {
    const { current } = this.#jobs;
    return current === undefined ? undefined : this.numbered(current.sequence);
  }

  /** A work by its number; undefined where it is not known any more. */
  numbered(sequence: number): NumberedWork | undefined {
    const job = this.#jobs.find(sequence)?.job;
    return job === undefined ? undefined : { sequence, work: job.work };
  }

  /** See `ZcashJobs`. */
  paying(job: ZcashJob, work: ZcashWork, time: number): ZcashJob {
    return this.#jobs.paying(job, work, time);
  }

  /** Lets the node that gave the newest work check a block, apart from its proof. @throws transport errors */
  async propose(work: ZcashWork): Promise<ProposalOutcome> {
    const { giver } = this.#source;
    return giver === undefined ? { kind: 'outdated' } : selfTest(giver, work);
  }

  /** Makes a work for single connections whose terms are to change; undefined where they must wait for the node. */
  ownWork(): ZcashJob | undefined {
    const job = this.#jobs.own();
    if (job !== undefined) this.#openGroupOf(job);
    return job;
  }

  /** Takes over blocks that were found by a process that has ended since. */
  takeUp(unfinished: readonly Candidate[]): void {
    this.#candidates.takeUp(unfinished);
  }

  start(unfinished: readonly Candidate[]): void {
    // The source starts first: thousands of unfinished blocks would take the node connections that it needs.
    this.#source.start();
    this.#candidates.start(unfinished);
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Does what is due every second. A timer calls it, or a simulation. */
  tick(): void {
    this.#closing.closeDue();
    this.#rebroadcast();
  }

  /** Takes no more work, and waits for blocks that are on their way to the nodes. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#source.stop();
    await this.#candidates.stop();
  }

  /**
   * Runs all checks of a share, the cheap ones first. No share is credited without its proof. Never throws.
   * @param payee the address that the connection mines for, where it is paid by the block
   */
  judge(share: ZcashSubmission, from: Submitter, payee?: SoloPayee): Promise<Verdict> {
    return alwaysJudged(() => this.#judge(share, from, payee), this.#modules.onEvent);
  }

  /** Not `async`: each promise on the way of a share costs it a microsecond. */
  #judge(share: ZcashSubmission, from: Submitter, payee?: SoloPayee): Verdict | Promise<Verdict> {
    const found = this.#jobs.find(share.jobSequence);
    if (found === undefined) return { accepted: false, reason: 'job_not_found' };
    const { job, staleSince } = found;
    const paying = payee?.workOf({ sequence: job.sequence, work: job.work });
    const work = paying ?? job.work.work;
    const paid: Pick<ShareRecord, 'paid'> = paying === undefined ? {} : { paid: 'solo-block' };
    const target = shareTargetOf(share.target, work.target);
    const stale = staleSince !== undefined && this.#elapsed() - staleSince >= from.graceMs;
    const clocks = { wall: this.#modules.now(), elapsed: this.#elapsed() };
    const timeFault = timeFaultOf(job, share.time, clocks);
    if (timeFault !== undefined) return { accepted: false, reason: 'bad_time', detail: timeFault };
    const header = headerOf(work, share.time, share.nonce);
    // The hash is cheap: a share above its target is refused without a check of its proof.
    const hash = this.#hasher.hash(header, share.solution);
    const value = hashValue(hash);
    const isBlock = value <= work.target;
    const refusal = stale ? STALE : undefined;
    // A stale share is worth nothing, but the chain may still take it as a block.
    if (refusal !== undefined && !isBlock) return refusal;
    const digest = this.#modules.shareDigest?.(hash) ?? hash;
    return this.#desk.judge({ job, digest, target, from }, async (): Promise<Proven> => {
      const proof = { value, target, header, solution: share.solution, isBlock };
      const { verifier } = this.#modules;
      const lane = laneOf(from, isBlock);
      const fault = await proofFaultOf(proof, { verifier, params: this.chain.equihash, lane });
      if (fault !== undefined) return { refuse: fault };
      if (isBlock) {
        const worker = from.worker.full;
        const found = { chain: this.name, work, share, hash, worker, now: this.#modules.now(), ...paid };
        this.#candidates.found(zcashCandidate(found));
      }
      if (refusal !== undefined) return { refuse: refusal };
      const { height, id: workId } = work;
      const outcome = isBlock ? 'block' : 'share';
      const weight = this.#weigher.weightOf(target);
      return { credit: { height, workId, weight, networkTarget: work.target, outcome, ...paid } };
    });
  }

  #onWork(work: ZcashWork, { newTip, news }: ZcashWorkChange): void {
    // Only the order of the transactions is new: miners gain nothing from such a work.
    if (news === 'order') return this.#jobs.keep(work);
    if (newTip) {
      if (work.height <= this.#height) this.#candidates.tipWentBack();
      this.#closing.add(this.#jobs.retireOthers(encodeHex(work.prevHash)), this.#graceMs);
    }
    this.#height = work.height;
    // A miner that ignores jobs that are not clean would go on with the block without transactions.
    const clean = newTip || news === 'filled';
    this.#broadcast(this.#jobs.take(work), clean);
    this.#modules.onEvent({
      kind: 'work',
      chain: this.name,
      workId: work.id,
      height: work.height,
      clean,
      transactions: work.transactions.length,
    });
  }

  #broadcast(job: ZcashJob, clean: boolean): void {
    this.#openGroupOf(job);
    this.#broadcastAt = this.#elapsed();
    this.#modules.onJob(job, clean);
  }

  /** Replaces the job of all connections by one whose works pay others. */
  #renew(): void {
    const job = this.#jobs.own();
    if (job !== undefined) this.#broadcast(job, true);
  }

  /** Puts a random text into the coinbase, so that nobody can have mined the work before. */
  #vary(work: ZcashWork): ZcashWork | undefined {
    if (work.variation === undefined) return undefined;
    const text = coinbaseTextOf(this.#options.coinbaseText, randomBytes(RANDOM_TEXT_BYTES));
    const varied = withCoinbaseText(work, text);
    return this.#payments?.apply(varied) ?? varied;
  }

  #openGroupOf({ sequence }: ZcashJob): void {
    const found = this.#jobs.find(sequence);
    if (found !== undefined && found.staleSince === undefined) this.#desk.open(found.job.group);
  }

  #rebroadcast(): void {
    if (this.#elapsed() - this.#broadcastAt < this.#options.rebroadcastMs) return;
    const job = this.#jobs.again();
    if (job !== undefined) this.#broadcast(job, false);
  }
}
