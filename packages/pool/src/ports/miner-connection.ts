import type { Connection, ConnectionHandler } from '@adit/net';
import { messageOf } from '@adit/primitives';
import {
  OverlookedTarget,
  parseWorkerName,
  type RejectReason,
  type ServerEffect,
  type ServerSession,
  type Vardiff,
  type Verdict,
} from '@adit/stratum';
import type { Offence } from '../conduct/options.ts';
import type { OnPoolEvent } from '../events.ts';
import type { Submitter } from '../shares/submitter.ts';
import type { EndCause, PoolEnding } from './end-cause.ts';

/** The port, as its connections see it: one for all of them, so that none carries functions of its own. */
export interface MinerHost<Session, Submission> {
  readonly chain: string;
  readonly port: string;
  readonly graceMs: number;
  readonly onEvent: OnPoolEvent;
  judge(submission: Submission, from: Submitter): Promise<Verdict>;
  /** The miner asks for a target: what weight that is. */
  weightOf(target: bigint): bigint;
  /** What was settled for the work of this submission. */
  weightOfShare(submission: Submission): bigint;
  /** The miner asks for a difficulty in its password; undefined where the port knows none. */
  weightOfDifficulty(difficulty: string): bigint | undefined;
  setWeight(miner: MinerConnection<Session, Submission>, weight: bigint): void;
  /** The session goes on where an earlier one ended: what estimate of the miner belongs to it. */
  resumed(sessionId: string): Vardiff | undefined;
  /** The miner did something that costs. */
  offence(miner: MinerConnection<Session, Submission>, what: Offence): void;
  /** It sends more than its rate. */
  slow(miner: MinerConnection<Session, Submission>, ms: number): void;
  /** Something of it was refused. */
  refused(miner: MinerConnection<Session, Submission>): void;
  /** It sent what nobody asked for and nobody refuses. */
  unasked(miner: MinerConnection<Session, Submission>): void;
  accepted(miner: MinerConnection<Session, Submission>): void;
  /** Its effects have been carried out. */
  ran(miner: MinerConnection<Session, Submission>): void;
  closed(miner: MinerConnection<Session, Submission>, ending: PoolEnding): void;
}

/** What the session refuses by itself and what is no honest miner's fault. */
const OFFENCES: Partial<Record<RejectReason, Offence>> = {
  malformed: 'malformed',
  unknown_method: 'unknown_method',
  unauthorized: 'unauthorized',
  invalid_solution: 'invalid_solution',
};

/** What the person behind the miner reads. */
const OVERLOOKED =
  'This miner overlooks new targets: it hands in shares that only meet a former one, and they count for nothing';

/** What the pool could not do, whatever the miner sent. */
const OWN_FAULTS: ReadonlySet<RejectReason> = new Set(['overloaded', 'not_recorded']);

/** One miner: carries out what its session wants done, and brings verdicts back to it. */
export class MinerConnection<Session, Submission> implements ConnectionHandler<EndCause> {
  readonly id: number;
  readonly since: number;
  readonly connection: Connection<EndCause>;
  readonly session: Session & ServerSession<Submission & { readonly worker: string }>;
  vardiff: Vardiff;
  /** Order of the newest job that it was handed. */
  job = -1;
  hasShare = false;
  /** What it was told last about the pool's own troubles. */
  told: string | undefined;
  readonly #host: MinerHost<Session, Submission>;
  /** Of the newest job that left: how many there were, its target, and the weight of its shares. */
  #jobs = 0;
  #target = 0n;
  #worth = 0n;
  #overlooked: OverlookedTarget | undefined;

  constructor(
    start: { readonly id: number; readonly now: number },
    modules: {
      readonly host: MinerHost<Session, Submission>;
      readonly connection: Connection<EndCause>;
      readonly session: Session & ServerSession<Submission & { readonly worker: string }>;
      readonly vardiff: Vardiff;
    },
  ) {
    this.id = start.id;
    this.since = start.now;
    this.connection = modules.connection;
    this.session = modules.session;
    this.vardiff = modules.vardiff;
    this.#host = modules.host;
  }

  /** It has been told that it overlooks its target, and goes on. */
  get overlooking(): boolean {
    return this.#overlooked?.lasts === true;
  }

  line(line: Uint8Array): void {
    this.run(this.session.line(line, performance.now()));
  }

  overlong(): void {
    this.#host.offence(this, 'oversize_line');
  }

  closed(ending: PoolEnding): void {
    this.#host.closed(this, ending);
  }

  /** Looks whether the share target should change. */
  retarget(now: number): void {
    this.setWeight(this.vardiff.retarget(now));
  }

  /** @param weight undefined where it stays as it is */
  setWeight(weight: bigint | undefined): void {
    if (weight === undefined) return;
    this.#host.setWeight(this, weight);
    this.#host.onEvent({ kind: 'target_changed', port: this.#host.port, connection: this.id, weight });
  }

  /** Words for the person behind the miner. */
  tell(text: string): void {
    this.run(this.session.showMessage(text));
  }

  /** Carries effects out, in order; all lines leave in one write. */
  run(effects: readonly ServerEffect<Submission & { readonly worker: string }>[]): void {
    const [first] = effects;
    if (first === undefined) return;
    // By far the most frequent: one line and nothing else.
    if (effects.length === 1 && first.kind === 'send') {
      this.connection.send(first.data);
      this.#noteJob();
    } else {
      const lines = effects.flatMap((effect) => (effect.kind === 'send' ? [effect.data] : []));
      if (lines.length > 0) this.connection.send(...lines);
      this.#noteJob();
      for (const effect of effects) this.#carryOut(effect);
    }
    this.#host.ran(this);
  }

  /** A job that left is what the miner works at now. */
  #noteJob(): void {
    const { jobsSent, settledTarget, shareTarget } = this.session;
    if (jobsSent === this.#jobs) return;
    const now = performance.now();
    if (shareTarget !== this.#target) {
      const worth = this.#host.weightOf(shareTarget);
      if (this.#overlooked !== undefined) this.#overlooked.granted(worth, now);
      else if (this.#jobs > 0) this.#overlooked = new OverlookedTarget(this.#worth, worth, now);
      this.#target = shareTarget;
      this.#worth = worth;
    }
    this.#jobs = jobsSent;
    const settled = settledTarget === shareTarget ? this.#worth : this.#host.weightOf(settledTarget);
    this.vardiff.granted(settled, now, this.#worth);
  }

  #carryOut(effect: ServerEffect<Submission & { readonly worker: string }>): void {
    const { port, onEvent } = this.#host;
    const { id: connection } = this;
    switch (effect.kind) {
      case 'send':
      // Its port looks at the session when all has been carried out.
      case 'seeds':
        return;
      case 'submit':
        return this.#submit(effect.token, effect.submission);
      case 'hold':
        return this.connection.holdBack();
      case 'go_on':
        return this.connection.goOn();
      case 'subscribed':
        return onEvent({ kind: 'subscribed', port, connection, agent: effect.agent });
      case 'resumed':
        return this.#resume(effect.sessionId);
      case 'authorized':
        this.connection.prove('login');
        onEvent({ kind: 'authorized', port, connection, worker: effect.worker.full });
        return this.#difficulty(effect.difficulty);
      case 'suggest':
        return this.setWeight(this.vardiff.suggest(this.#host.weightOf(effect.target), performance.now()));
      case 'suggest_difficulty': {
        const weight = this.#host.weightOfDifficulty(effect.difficulty);
        if (weight !== undefined) this.setWeight(this.vardiff.suggest(weight, performance.now()));
        return;
      }
      case 'refused':
        return this.#refused(effect.reason, effect.detail, effect.submission);
      case 'unasked':
        return this.#host.unasked(this);
      case 'slow':
        this.#host.slow(this, effect.ms);
        // A miner whose target is far too easy floods without any ill will, until the target has followed.
        if (effect.sent !== 'submit') this.#host.offence(this, 'flood');
        else this.vardiff.slowed();
        return;
      case 'close':
        return this.connection.close({ cause: effect.cause, detail: effect.detail });
    }
  }

  #resume(sessionId: string): void {
    const vardiff = this.#host.resumed(sessionId);
    if (vardiff === undefined) return;
    vardiff.resumed(performance.now());
    this.vardiff = vardiff;
    // Its first job may have left before this is told.
    this.#jobs = 0;
    this.#noteJob();
    this.#host.setWeight(this, vardiff.weight);
  }

  #difficulty(difficulty: string | undefined): void {
    const weight = difficulty === undefined ? undefined : this.#host.weightOfDifficulty(difficulty);
    if (weight !== undefined) this.setWeight(this.vardiff.fix(weight, performance.now()));
  }

  #refused(reason: RejectReason, detail: string, submission: boolean): void {
    const { chain, port, onEvent } = this.#host;
    const worker = this.session.workers.first?.full ?? '';
    onEvent({ kind: 'refused', chain, port, connection: this.id, worker, reason, detail, submission, ms: 0 });
    this.#count(reason, OFFENCES[reason]);
  }

  #count(reason: RejectReason, offence: Offence | undefined): void {
    if (!OWN_FAULTS.has(reason)) this.#host.refused(this);
    if (offence !== undefined) this.#host.offence(this, offence);
  }

  #submit(token: number, submission: Submission & { readonly worker: string }): void {
    const from = this.#submitter(submission);
    if (from === undefined) return;
    const since = performance.now();
    this.#host
      .judge(submission, from)
      .then((verdict) => {
        const now = performance.now();
        this.#report(from.worker.full, verdict, now - since, this.#host.weightOfShare(submission));
        this.run(this.session.verdict(token, verdict, now));
      })
      .catch((error: unknown) => this.#failed(error));
  }

  /** A fault of ours: its replies can no longer be given in order, so that it has to come again. Nobody else is touched. */
  #failed(error: unknown): void {
    const { port, onEvent } = this.#host;
    const what = `a fault of the pool ended a connection of ${port}`;
    onEvent({ kind: 'problem', what, detail: messageOf(error) });
    this.connection.close({ cause: 'fault', detail: 'a fault of the pool' });
  }

  /** Always there: the session let only authorised names through. */
  #submitter(submission: { readonly worker: string }): Submitter | undefined {
    const worker = this.session.workers.get(submission.worker) ?? parseWorkerName(submission.worker);
    if (worker === undefined) return undefined;
    const { port, graceMs } = this.#host;
    return { port, connection: this.id, worker, address: this.connection.remoteAddress, graceMs };
  }

  /** @param settled weight of the share's work */
  #report(worker: string, verdict: Verdict, ms: number, settled: bigint): void {
    const { chain, port, onEvent } = this.#host;
    const names = { chain, port, connection: this.id, worker };
    if (verdict.accepted) {
      if (!this.hasShare) this.connection.prove('share');
      this.hasShare = true;
      this.vardiff.onShare(verdict.weight);
      this.#overlooked?.accepted();
      this.#host.accepted(this);
      onEvent({ kind: 'share_accepted', ...names, weight: verdict.weight, ms });
      return;
    }
    const { reason, detail = '', achieved, unearned = false } = verdict;
    // Miners that start in one second scan the same nonces: a duplicate shows a rate all the same, and so does a late share.
    if (reason === 'duplicate_share' || reason === 'stale_job') this.vardiff.onShare(settled);
    if (achieved !== undefined && this.#overlooked?.refused(settled, achieved, performance.now()) === true)
      this.tell(OVERLOOKED);
    onEvent({ kind: 'refused', ...names, reason, detail, submission: true, ms });
    this.#count(reason, unearned ? 'wrong_nonce' : OFFENCES[reason]);
  }
}
