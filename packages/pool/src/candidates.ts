import { messageOf } from '@adit/primitives';
import type { Candidate, CandidateStore } from './candidate-store.ts';
import type { OnPoolEvent } from './events.ts';

/** What the nodes said to a submission. */
export interface SubmissionReport {
  readonly accepted: boolean;
  /** Nobody took it, but somebody left its fate open, or could not be reached. */
  readonly undecided: boolean;
  readonly answers: readonly { readonly node: string; readonly answer: string }[];
}

/** Where a submitted candidate stands; `final` ends the watch. */
export interface CandidateFate {
  readonly state: string;
  readonly confirmations: number;
  readonly final: boolean;
}

/** How one chain submits and follows its candidates. */
export interface CandidateChain {
  readonly submit: (candidate: Candidate) => Promise<SubmissionReport>;
  readonly fate: (candidate: Candidate) => Promise<CandidateFate | undefined>;
  /** Between two looks at the candidates that are under way. */
  readonly watchMs: number;
  /** What a stop waits for submissions that are under way; half a minute where left out. */
  readonly stopWithinMs?: number;
}

/** Candidates that are followed at once; a chain finds a few a minute and each lives for hours. */
const MAX_WATCHED = 4096;
/** No node could be asked: it is offered again for so long. Later nobody would build on it. */
const RETRY_FOR_MS = 2 * 3600 * 1000;
/** A node that is down is tried for some eight seconds; one that hangs, for minutes. */
const STOP_WITHIN_MS = 30_000;
/** Ids that were handled lately, so that a share sent again is not submitted again. */
const MAX_KNOWN = 4096;

/**
 * Found blocks and fruits of one chain: on disk first, to all nodes at once, and followed until they
 * are buried or orphaned. Never waits for the share journal.
 */
export class Candidates {
  readonly #store: CandidateStore;
  readonly #chain: CandidateChain;
  readonly #onEvent: OnPoolEvent;
  readonly #watched = new Map<string, { candidate: Candidate; lastState: string }>();
  readonly #busy = new Set<Promise<void>>();
  readonly #known = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #stopping = false;

  constructor(modules: { store: CandidateStore; chain: CandidateChain; onEvent: OnPoolEvent }) {
    this.#store = modules.store;
    this.#chain = modules.chain;
    this.#onEvent = modules.onEvent;
  }

  /** Takes up what an earlier process left: submits again, since a node may never have had it. */
  start(unfinished: readonly Candidate[]): void {
    for (const candidate of unfinished) {
      this.#remember(candidate.id);
      if (candidate.state === 'submitted') this.#watch(candidate);
      else this.#begin(candidate);
    }
    this.#timer = setInterval(() => this.#look(), this.#chain.watchMs);
    this.#timer.unref();
  }

  /** A share met a target of the network and its proof holds. Returns when it is on disk and on its way. */
  found(candidate: Candidate): void {
    const { chain, what, id, worker } = candidate;
    if (this.#known.has(id)) return;
    this.#remember(id);
    this.#onEvent({ kind: 'block_found', chain, what, height: candidate.height ?? undefined, id, worker });
    this.#begin(candidate);
  }

  /** Waits for submissions that are under way, but not for a node that hangs: the next start has them. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#chain.stopWithinMs ?? STOP_WITHIN_MS);
    });
    await Promise.race([Promise.allSettled([...this.#busy]), tooLong]);
    clearTimeout(timer);
  }

  #begin(candidate: Candidate): void {
    // The nodes must have it all the same: the disk is the second line of defence.
    this.#keep('a found block could not be written to disk', () => this.#store.save(candidate));
    this.#track(this.#submit(candidate));
  }

  async #submit(candidate: Candidate): Promise<void> {
    const { chain, what, id } = candidate;
    const report = await this.#chain.submit(candidate);
    const { accepted, undecided, answers } = report;
    this.#onEvent({ kind: 'block_submitted', chain, what, id, accepted, answers });
    const state = accepted ? 'submitted' : undecided ? 'pending' : 'refused';
    const done: Candidate = { ...candidate, answers, state };
    // First in memory: a full disk must not end the watch of a block that no node has yet.
    if (state === 'refused') this.#watched.delete(id);
    else this.#watch(done);
    this.#keep('what became of a found block could not be written to disk', () =>
      state === 'refused' ? this.#store.finish(done) : this.#store.save(done),
    );
  }

  #remember(id: string): void {
    this.#known.add(id);
    const oldest = this.#known.values().next().value;
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }

  #watch(candidate: Candidate): void {
    // Where there is no room its file stays: the next start takes it up.
    if (this.#watched.size >= MAX_WATCHED && !this.#watched.has(candidate.id)) return;
    // Not yet seen on the chain is what is expected of one that has just been submitted: no news.
    this.#watched.set(candidate.id, { candidate, lastState: 'unknown' });
  }

  /** One look at a time: with nodes that hang, a look takes longer than the pause between two. */
  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#track(
      this.#lookAtAll().finally(() => {
        this.#looking = false;
      }),
    );
  }

  async #lookAtAll(): Promise<void> {
    for (const [id, entry] of [...this.#watched]) {
      if (this.#stopping) return;
      try {
        await this.#lookAt(id, entry);
      } catch (error) {
        // The others must not wait for this one.
        this.#problem(`following ${id}`, error);
      }
    }
  }

  async #lookAt(id: string, entry: { candidate: Candidate; lastState: string }): Promise<void> {
    const { candidate } = entry;
    if (candidate.state === 'pending' && Date.now() - candidate.foundAtMs < RETRY_FOR_MS) {
      return this.#submit(candidate);
    }
    const fate = await this.#chain.fate(candidate);
    if (fate === undefined) return;
    const { state, confirmations, final } = fate;
    if (state !== entry.lastState || final) {
      entry.lastState = state;
      this.#onEvent({ kind: 'block_state', chain: candidate.chain, id, state, confirmations });
    }
    if (!final) return;
    this.#watched.delete(id);
    this.#keep('what became of a found block could not be written to disk', () =>
      this.#store.finish(candidate),
    );
  }

  #keep(problem: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#problem(problem, error);
    }
  }

  #problem(what: string, error: unknown): void {
    this.#onEvent({ kind: 'problem', what, detail: messageOf(error) });
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => this.#problem('handing in a found block', error))
      .finally(() => this.#busy.delete(tracked));
    this.#busy.add(tracked);
  }
}
