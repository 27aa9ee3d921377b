import type { OnPoolEvent, SubmissionOutcome } from '../events.ts';
import { behind, type Problem } from '../problem.ts';
import type { BlockState } from './block-state.ts';
import type { CandidateChain, SubmissionReport } from './candidate-chain.ts';
import type { Candidate, CandidateStore } from './candidate-store.ts';
import { endOf, track } from './under-way.ts';

/** The collaborators of `Candidates`. */
export interface CandidatesModules {
  readonly store: CandidateStore;
  readonly chain: CandidateChain;
  readonly onEvent: OnPoolEvent;
  /** Milliseconds that only grow. If a wall clock were set, it would delay candidates, or give them up too early. */
  readonly now?: () => number;
}

/** A candidate that is followed. */
interface Entry {
  candidate: Candidate;
  lastState: BlockState;
  /** The outcome that was reported last. */
  told: SubmissionOutcome | undefined;
  submitting: boolean;
  /** Hand-ins in a row that did not bring it onto the chain, and the time when the next one is due. */
  tries: number;
  dueAt: number;
}

/** Most candidates that are followed at once. A chain finds a few a minute, and each lives for hours. */
const MAX_WATCHED = 4096;
/** The state of a candidate that is known to lie beside the best chain. */
const BESIDE: BlockState = 'side_chain';
/** Candidates that are looked up at the same time. Each may take a connection, and a node client has eight. */
const MAX_LOOKS = 4;
/** Most hand-ins of old candidates at once: a node that hangs must not collect them. */
const MAX_AGAIN = 4;
/** Pauses between hand-ins double up to this many looks. The first is for candidates that no node is known to have. */
const LONGEST_PAUSE_PENDING = 4;
const LONGEST_PAUSE = 40;
/** A node that is down is tried for some eight seconds, but one that hangs for minutes. */
const STOP_WITHIN_MS = 30_000;
/** A stop waits again for the disk, because the next start reads the files. */
const WRITTEN_WITHIN_MS = 30_000;
/** Most ids that are remembered, so that a block whose share comes again is not submitted twice. */
const MAX_KNOWN = 4096;

/**
 * Hands found blocks and fruits of one chain in to all nodes at once, writes them to disk beside that, and follows them
 * until they are buried or orphaned. Never waits for the share journal or the disk.
 *
 * A node's answer does not prove that the chain has the block, or lacks it: a node that is killed forgets blocks that
 * it had taken, and a node may have a block that it refused or never answered. So the pool looks for candidates before
 * it gives them up. Those that are not on the best chain are handed in again while they can still get there, without an
 * event, and less and less often.
 */
export class Candidates {
  readonly #store: CandidateStore;
  readonly #chain: CandidateChain;
  readonly #onEvent: OnPoolEvent;
  readonly #now: () => number;
  readonly #watched = new Map<string, Entry>();
  readonly #busy = new Set<Promise<void>>();
  readonly #writing = new Set<Promise<void>>();
  readonly #known = new Set<string>();
  #handingInAgain = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  /** The tip went back while a look was under way. That look may have asked the nodes too early. */
  #lookAgain = false;
  #stopping = false;

  constructor(modules: CandidatesModules) {
    this.#store = modules.store;
    this.#chain = modules.chain;
    this.#onEvent = modules.onEvent;
    this.#now = modules.now ?? (() => performance.now());
  }

  /** Begins to follow candidates, those of earlier processes included. */
  start(unfinished: readonly Candidate[]): void {
    this.#begin(unfinished);
    this.#timer = setInterval(() => this.#look(), this.#chain.watchMs);
    this.#timer.unref();
  }

  /** Takes over the candidates of a process that has ended. Looks for them at once, as a node may have lost them. */
  takeUp(unfinished: readonly Candidate[]): void {
    const news = unfinished.filter(({ id }) => !this.#watched.has(id));
    if (news.length === 0 || this.#stopping) return;
    this.#begin(news);
    this.#lookAgain = this.#looking;
    this.#look();
  }

  /** Follows candidates of earlier processes, and submits those again that no node is known to have. */
  #begin(unfinished: readonly Candidate[]): void {
    this.#chain.takeUp?.(unfinished);
    const open: Entry[] = [];
    for (const candidate of unfinished) {
      this.#remember(candidate.id);
      const entry = this.#watch(candidate);
      this.#keep(entry, () => this.#store.claim(entry.candidate));
      if (candidate.state === 'submitted') continue;
      // Until its turn comes, looks must not hand it in.
      entry.submitting = true;
      open.push(entry);
    }
    const turns = open.values();
    for (let lane = 0; lane < MAX_AGAIN; lane += 1) this.#track(this.#submitAll(turns));
  }

  /** A share met a target of the network, and its proof holds. Starts the hand-in and the write, without a wait. */
  found(candidate: Candidate): void {
    const { chain, what, id, worker, paid } = candidate;
    if (this.#known.has(id)) return;
    this.#remember(id);
    const height = candidate.height ?? undefined;
    const how = paid === undefined ? {} : { paid };
    this.#onEvent({ kind: 'block_found', chain, what, height, id, worker, ...how });
    // The nodes first: the disk is the second line of defence.
    const entry = this.#watch(candidate);
    this.#track(this.#submit(entry), entry);
    this.#keep(entry, () => this.#store.save(candidate));
  }

  /**
   * The new work is not higher than the work before: the chain was reorganised, or a node was killed and lost blocks.
   * While a node lacks them, the pool's own miners work beside them. So the pool looks for its blocks at once, even
   * during a pause. Blocks that were seen beside the chain are left out: a chain with many siblings has hundreds.
   */
  tipWentBack(): void {
    for (const entry of this.#watched.values()) if (entry.lastState !== BESIDE) this.#beginAnew(entry);
    this.#lookAgain = this.#looking;
    this.#look();
  }

  /** Waits for submissions and then for writes, each for 30 s at most. The next start takes up the rest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    await endOf(this.#busy, this.#chain.stopWithinMs ?? STOP_WITHIN_MS);
    await endOf(this.#writing, WRITTEN_WITHIN_MS);
  }

  /** Submits one after the other: thousands at once would take all connections to the nodes, which work needs too. */
  async #submitAll(turns: Iterable<Entry>): Promise<void> {
    for (const entry of turns) {
      if (this.#stopping) return;
      await this.#submit(entry).catch((error: unknown) => this.#failed(error, entry));
    }
  }

  async #submit(entry: Entry): Promise<void> {
    entry.submitting = true;
    try {
      const report = await this.#chain.submit(entry.candidate);
      const outcome = report.outcome === 'refused' ? await this.#secondLook(entry) : report.outcome;
      this.#onReport(entry, { ...report, outcome });
    } finally {
      entry.submitting = false;
      this.#putOff(entry);
    }
  }

  /** Looks on the chain before a refusal is final: the candidate may be there all the same. */
  async #secondLook({ candidate }: Entry): Promise<SubmissionOutcome> {
    if (candidate.state === 'submitted') return 'accepted';
    await this.#chain.refresh?.([...this.#watched.values()].map((entry) => entry.candidate));
    const fate = await this.#chain.fate(candidate);
    if (fate === undefined) return 'undecided';
    return fate.state === 'best_chain' ? 'accepted' : 'refused';
  }

  #onReport(entry: Entry, { outcome, answers }: SubmissionReport): void {
    const { id, state } = entry.candidate;
    if (state === 'submitted') {
      const lost = answers.filter(({ answer }) => answer === 'accepted').map(({ node }) => node);
      // A node that has the block answers that it is a duplicate. One that accepts it had lost it.
      if (outcome === 'accepted' && lost.length > 0) {
        // The state that was seen before was that of the loss.
        entry.lastState = 'unknown';
        this.#problem(entry, { cause: 'block_lost', detail: lost.join(', ') });
      }
      return;
    }
    if (outcome === entry.told) return;
    const next = outcome === 'accepted' ? 'submitted' : outcome === 'refused' ? 'refused' : 'pending';
    entry.candidate = { ...entry.candidate, answers, state: next };
    this.#tell(entry, outcome);
    const { candidate } = entry;
    if (outcome === 'accepted' || outcome === 'undecided')
      return this.#keep(entry, () => this.#store.save(candidate));
    this.#watched.delete(id);
    this.#keep(entry, () =>
      outcome === 'refused' ? this.#store.finish(candidate) : this.#store.forget(candidate),
    );
  }

  #tell(entry: Entry, outcome: SubmissionOutcome): void {
    entry.told = outcome;
    const { chain, what, id, answers } = entry.candidate;
    const height = entry.candidate.height ?? undefined;
    const accepted = outcome === 'accepted';
    this.#onEvent({ kind: 'block_submitted', chain, what, height, id, accepted, outcome, answers });
  }

  #remember(id: string): void {
    this.#known.add(id);
    const oldest = this.#known.values().next().value;
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }

  #watch(candidate: Candidate): Entry {
    // `unknown` is the expected state of a block that was just submitted, so it needs no event.
    const entry: Entry = {
      candidate,
      lastState: 'unknown',
      told: undefined,
      submitting: false,
      tries: 0,
      dueAt: this.#now(),
    };
    this.#watched.set(candidate.id, entry);
    // Without room the oldest is no longer followed. Its file stays, and the next start takes it up.
    const oldest = this.#watched.keys().next().value;
    if (this.#watched.size > MAX_WATCHED && oldest !== undefined) this.#watched.delete(oldest);
    return entry;
  }

  /** Starts a look unless one is under way: with nodes that hang, a look takes longer than `watchMs`. */
  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#track(
      this.#lookAtAll().finally(() => {
        this.#looking = false;
        if (!this.#lookAgain || this.#stopping) return;
        this.#lookAgain = false;
        this.#look();
      }),
    );
  }

  async #lookAtAll(): Promise<void> {
    const open = [...this.#watched.values()].filter(({ submitting }) => !submitting);
    if (open.length === 0) return;
    await this.#chain.refresh?.(open.map(({ candidate }) => candidate));
    // Candidates with the fewest tries come first, and of these the newest, which has the least time left to win.
    const left = open
      .toReversed()
      .toSorted((a, b) => a.tries - b.tries)
      .values();
    const wanted: Entry[] = [];
    const lookOn = async (): Promise<void> => {
      for (const entry of left) {
        if (this.#stopping) return;
        try {
          if (await this.#lookAt(entry)) wanted.push(entry);
        } catch (error) {
          // One failure must not stop the look at the others.
          this.#problem(entry, { cause: 'block_not_followed', ...behind(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: MAX_LOOKS }, lookOn));
    // A block is handed in before its child.
    const isWanted = new Set(wanted);
    const again = open.filter((entry) => isWanted.has(entry)).toSorted((a, b) => a.tries - b.tries);
    for (const entry of again) this.#handInAgain(entry);
  }

  /** @returns whether the candidate should be handed in again */
  async #lookAt(entry: Entry): Promise<boolean> {
    const fate = await this.#chain.fate(entry.candidate);
    const { id, chain, what, state: before } = entry.candidate;
    const height = entry.candidate.height ?? undefined;
    if (fate !== undefined && fate.state === 'best_chain' && before === 'pending') this.#isThere(entry);
    if (fate !== undefined && (fate.state !== entry.lastState || fate.final)) {
      const { state, confirmations } = fate;
      // The candidate fell off the best chain: its earlier hand-ins no longer count.
      if (entry.lastState === 'best_chain') this.#beginAnew(entry);
      entry.lastState = state;
      this.#onEvent({ kind: 'block_state', chain, what, height, id, state, confirmations });
    }
    if (fate?.final === true) {
      this.#watched.delete(id);
      const { candidate } = entry;
      this.#keep(entry, () => this.#store.finish(candidate));
      return false;
    }
    return fate === undefined ? before === 'pending' : fate.again;
  }

  /** No node said that it took the candidate, but the chain has it. */
  #isThere(entry: Entry): void {
    entry.candidate = { ...entry.candidate, state: 'submitted' };
    this.#tell(entry, 'accepted');
    const { candidate } = entry;
    this.#keep(entry, () => this.#store.save(candidate));
  }

  #handInAgain(entry: Entry): void {
    if (this.#stopping || this.#handingInAgain >= MAX_AGAIN || this.#now() < entry.dueAt) return;
    this.#handingInAgain += 1;
    this.#track(
      this.#submit(entry).finally(() => {
        this.#handingInAgain -= 1;
      }),
      entry,
    );
  }

  #beginAnew(entry: Entry): void {
    entry.tries = 0;
    entry.dueAt = this.#now();
  }

  #putOff(entry: Entry): void {
    const most = entry.candidate.state === 'pending' ? LONGEST_PAUSE_PENDING : LONGEST_PAUSE;
    entry.dueAt = this.#now() + Math.min(2 ** entry.tries, most) * this.#chain.watchMs;
    entry.tries = Math.min(entry.tries + 1, LONGEST_PAUSE);
  }

  #keep(entry: Entry, write: () => Promise<void>): void {
    track(this.#writing, write(), (error) =>
      this.#problem(entry, { cause: 'block_not_written', ...behind(error) }),
    );
  }

  #failed(error: unknown, entry?: Entry): void {
    this.#problem(entry, { cause: 'block_not_handed_in', ...behind(error) });
  }

  #problem(entry: Entry | undefined, problem: Problem): void {
    const of = entry === undefined ? {} : { chain: entry.candidate.chain, block: entry.candidate.id };
    this.#onEvent({ kind: 'problem', ...of, ...problem });
  }

  /** @param entry the candidate, if the work is for one alone */
  #track(work: Promise<void>, entry?: Entry): void {
    track(this.#busy, work, (error) => this.#failed(error, entry));
  }
}
