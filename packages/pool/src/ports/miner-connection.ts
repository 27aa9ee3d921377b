import type { Connection, ConnectionHandler } from '@adit/net';
import {
  MAX_LONG_WORKER_NAME,
  OverlookedTarget,
  parseWorkerName,
  type RejectReason,
  type ServerEffect,
  type ServerSession,
  type Vardiff,
  type Verdict,
} from '@adit/stratum';
import type { Offence } from '../conduct/options.ts';
import { isOwnFault, offenceOf } from '../conduct/refusal-price.ts';
import type { OnPoolEvent } from '../events.ts';
import type { MinerEntry } from '../miners/miner-entry.ts';
import { NOTHING_SENT, ShareTally } from '../miners/share-tally.ts';
import { behind } from '../problem.ts';
import type { Submitter } from '../shares/submitter.ts';
import type { EndCause, PoolEnding } from './end-cause.ts';

/** The port, as its connections see it. They share one, so that no connection needs functions of its own. */
export interface MinerHost<Session, Submission> {
  readonly chain: string;
  readonly port: string;
  readonly graceMs: number;
  readonly onEvent: OnPoolEvent;
  judge(submission: Submission, from: Submitter): Promise<Verdict>;
  /** The weight of a target. */
  weightOf(target: bigint): bigint;
  /** The weight that was settled for the work of this submission. */
  weightOfShare(submission: Submission): bigint;
  /** The weight of a difficulty that the miner asks for; undefined where the port ignores difficulties. */
  weightOfDifficulty(difficulty: string): bigint | undefined;
  setWeight(miner: MinerConnection<Session, Submission>, weight: bigint): void;
  /** The vardiff of an earlier session that this one resumes; undefined where there is none. */
  resumed(sessionId: string): Vardiff | undefined;
  /** The miner did something that costs the pool. */
  offence(miner: MinerConnection<Session, Submission>, what: Offence): void;
  /** The miner sends more than its rate allows. */
  slow(miner: MinerConnection<Session, Submission>, ms: number): void;
  /** A request of the miner was refused. */
  refused(miner: MinerConnection<Session, Submission>): void;
  /** The miner sent an answer to a request that the pool did not make. */
  unasked(miner: MinerConnection<Session, Submission>): void;
  accepted(miner: MinerConnection<Session, Submission>): void;
  /** The effects of the miner's session have been carried out. */
  ran(miner: MinerConnection<Session, Submission>): void;
  closed(miner: MinerConnection<Session, Submission>, ending: PoolEnding): void;
}

/** The text for the person behind the miner. */
const OVERLOOKED =
  'This miner overlooks new targets: it hands in shares that only meet a former one, and they count for nothing';

/** The connection of one miner. It carries out the effects of the session, and brings verdicts back to it. */
export class MinerConnection<Session, Submission> implements ConnectionHandler<EndCause> {
  readonly id: number;
  readonly since: number;
  readonly connection: Connection<EndCause>;
  readonly session: Session & ServerSession<Submission & { readonly worker: string }>;
  vardiff: Vardiff;
  /** Order of the newest job that the miner has. */
  job = -1;
  hasShare = false;
  /** The text about a trouble of the pool that the miner was shown last. */
  told: string | undefined;
  readonly #host: MinerHost<Session, Submission>;
  /** Jobs that were sent so far, and the target and the weight of the newest one. */
  #jobs = 0;
  #target = 0n;
  #worth = 0n;
  #overlooked: OverlookedTarget | undefined;
  /** The sender of the share before: mostly it is the same one. Made with the first share. */
  #from: Submitter | undefined;
  /** By the full names of the workers, as many as fit one connection; undefined before the first submission. */
  #tallies: Map<string, ShareTally> | undefined;

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

  /** Whether the miner overlooks its target even after the pool told it so. */
  get overlooking(): boolean {
    return this.#overlooked?.lasts === true;
  }

  /** The workers of the connection, in the order of their logins. */
  entries(now: number): MinerEntry[] {
    const { port } = this.#host;
    const { workers } = this.session;
    const place = { port, connection: this.id, address: this.connection.remoteAddress };
    // Two aliases of one account are one worker.
    const names = new Set([...workers.names()].map((name) => workers.get(name)?.full ?? name));
    return [...names].map((worker) => {
      const shown = this.#tallies?.get(worker)?.shown(now) ?? NOTHING_SENT;
      return { worker, ...place, sinceMs: now - this.since, ...shown };
    });
  }

  line(line: Uint8Array, now = performance.now()): void {
    this.run(this.session.line(line, now));
  }

  overlong(): void {
    this.#host.offence(this, 'oversize_line');
  }

  closed(ending: PoolEnding): void {
    this.#host.closed(this, ending);
  }

  /** Changes the share target where that is due. */
  retarget(now: number): void {
    this.setWeight(this.vardiff.retarget(now));
  }

  /** @param weight undefined where the weight stays as it is */
  setWeight(weight: bigint | undefined): void {
    if (weight === undefined) return;
    this.#host.setWeight(this, weight);
    this.#host.onEvent({ kind: 'target_changed', port: this.#host.port, connection: this.id, weight });
  }

  /** Shows a text to the person behind the miner. */
  tell(text: string): void {
    this.run(this.session.showMessage(text));
  }

  /** Carries effects out, in order; all lines leave in one write. */
  run(effects: readonly ServerEffect<Submission & { readonly worker: string }>[]): void {
    const [first] = effects;
    if (first === undefined) return;
    // The most frequent case by far: one line and nothing else.
    if (effects.length === 1 && first.kind === 'send') {
      this.connection.send(first.data);
      this.#noteJob();
    } else {
      this.#send(effects);
      this.#noteJob();
      for (const effect of effects) this.#carryOut(effect);
    }
    this.#host.ran(this);
  }

  #send(effects: readonly ServerEffect<Submission>[]): void {
    let lines: (string | Uint8Array)[] | undefined;
    for (const effect of effects) {
      if (effect.kind !== 'send') continue;
      lines ??= [];
      lines.push(effect.data);
    }
    if (lines !== undefined) this.connection.send(...lines);
  }

  /** Tells the vardiff of a job that was just sent. */
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
    const { remoteAddress: address } = this.connection;
    switch (effect.kind) {
      case 'send':
      // The port looks at the session after all effects: see `ran`.
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
        onEvent({ kind: 'authorized', port, address, connection, worker: effect.worker.full });
        return this.#difficulty(effect.difficulty);
      case 'suggest':
        return this.setWeight(this.vardiff.suggest(this.#host.weightOf(effect.target), performance.now()));
      case 'suggest_difficulty': {
        const weight = this.#host.weightOfDifficulty(effect.difficulty);
        if (weight !== undefined) this.setWeight(this.vardiff.suggest(weight, performance.now()));
        return;
      }
      case 'refused': {
        const { reason, detail, submission, login: worker } = effect;
        if (worker !== undefined)
          onEvent({ kind: 'login_refused', port, address, connection, worker, detail });
        return this.#refused(reason, detail, submission);
      }
      case 'unasked':
        return this.#host.unasked(this);
      case 'slow':
        this.#host.slow(this, effect.ms);
        // An honest miner floods the pool with shares while its target is far too easy: the vardiff must follow.
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
    // The first job may have been sent before this effect, and must be told to the resumed vardiff.
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
    if (submission && worker !== '') this.#tally(worker).refuse();
    onEvent({ kind: 'refused', chain, port, connection: this.id, worker, reason, detail, submission, ms: 0 });
    this.#count(reason, offenceOf(reason));
  }

  #count(reason: RejectReason, offence: Offence | undefined): void {
    if (!isOwnFault(reason)) this.#host.refused(this);
    if (offence !== undefined) this.#host.offence(this, offence);
  }

  #tally(worker: string): ShareTally {
    this.#tallies ??= new Map();
    const tally = this.#tallies.get(worker) ?? new ShareTally(this.since);
    this.#tallies.set(worker, tally);
    return tally;
  }

  #submit(token: number, submission: Submission & { readonly worker: string }): void {
    const from = this.#submitter(submission);
    if (from === undefined) return;
    const since = performance.now();
    const failed = (error: unknown) => this.#failed(error);
    this.#host.judge(submission, from).then((verdict) => {
      try {
        const now = performance.now();
        this.#report(from.worker.full, verdict, { now, ms: now - since }, submission);
        this.run(this.session.verdict(token, verdict, now));
      } catch (error) {
        failed(error);
      }
    }, failed);
  }

  /** A fault of the pool: replies can no longer be given in order, so this miner, and no other, must connect again. */
  #failed(error: unknown): void {
    const { port, onEvent } = this.#host;
    onEvent({ kind: 'problem', cause: 'connection_fault', port, ...behind(error) });
    this.connection.close({ cause: 'fault', detail: 'a fault of the pool' });
  }

  /** Defined for each submission that the session lets through, since its worker is authorised. */
  #submitter(submission: { readonly worker: string }): Submitter | undefined {
    const worker =
      this.session.workers.get(submission.worker) ?? parseWorkerName(submission.worker, MAX_LONG_WORKER_NAME);
    if (worker === undefined) return undefined;
    const { port, graceMs } = this.#host;
    const last = this.#from;
    if (last?.worker === worker && last.graceMs === graceMs && last.port === port) return last;
    const { remoteAddress: address, group } = this.connection;
    this.#from = { port, connection: this.id, worker, address, group, graceMs };
    return this.#from;
  }

  #report(
    worker: string,
    verdict: Verdict,
    { now, ms }: { readonly now: number; readonly ms: number },
    submission: Submission,
  ): void {
    const { chain, port, onEvent } = this.#host;
    const { id: connection } = this;
    if (verdict.accepted) {
      if (!this.hasShare) this.connection.prove('share');
      this.hasShare = true;
      this.vardiff.onShare(verdict.weight);
      this.#overlooked?.accepted();
      this.#tally(worker).accept(verdict.weight, now);
      this.#host.accepted(this);
      onEvent({ kind: 'share_accepted', chain, port, connection, worker, weight: verdict.weight, ms });
      return;
    }
    const { reason, detail = '', achieved, unearned = false } = verdict;
    this.#tally(worker).refuse();
    // A duplicate shows a rate too, as miners that start in one second scan the same nonces. So does a late share.
    if (reason === 'duplicate_share' || reason === 'stale_job')
      this.vardiff.onShare(this.#host.weightOfShare(submission));
    if (achieved !== undefined && this.#overlooked !== undefined) {
      const settled = this.#host.weightOfShare(submission);
      if (this.#overlooked.refused(settled, achieved, now)) this.tell(OVERLOOKED);
    }
    onEvent({ kind: 'refused', chain, port, connection, worker, reason, detail, submission: true, ms });
    this.#count(reason, unearned ? 'wrong_nonce' : offenceOf(reason));
  }
}
