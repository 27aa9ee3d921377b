import type { Connection, ConnectionHandler } from '@adit/net';
import {
  parseWorkerName,
  type ServerEffect,
  type ServerSession,
  type Vardiff,
  type Verdict,
} from '@adit/stratum';
import type { OnPoolEvent } from './events.ts';
import type { Submitter } from './miner.ts';

export interface MinerConnectionModules<Submission> {
  readonly connection: Connection;
  readonly session: ServerSession<Submission>;
  readonly vardiff: Vardiff;
  readonly judge: (submission: Submission, from: Submitter) => Promise<Verdict>;
  /** Not a share any more, but the chain may take it as a block. */
  readonly offer: (submission: Submission, from: Submitter) => void;
  /** The miner asks for a target: what weight that is. */
  readonly weightOf: (target: bigint) => bigint;
  readonly onWeight: (weight: bigint) => void;
  readonly onEvent: OnPoolEvent;
  readonly onClosed: (reason: string) => void;
}

/** One miner: carries out what its session wants done, and brings verdicts back to it. */
export class MinerConnection<Submission extends { readonly worker: string }> implements ConnectionHandler {
  readonly #names: { readonly chain: string; readonly port: string; readonly connection: number };
  readonly #modules: MinerConnectionModules<Submission>;

  constructor(
    names: { chain: string; port: string; connection: number },
    modules: MinerConnectionModules<Submission>,
  ) {
    this.#names = names;
    this.#modules = modules;
  }

  line(line: Uint8Array): void {
    this.run(this.#modules.session.line(line, performance.now()));
  }

  closed(reason: string): void {
    this.#modules.onClosed(reason);
  }

  /** Looks whether the share target should change. */
  retarget(now: number): void {
    const weight = this.#modules.vardiff.retarget(now);
    if (weight !== undefined) this.#setWeight(weight);
  }

  /** Carries effects out, in order; all lines leave in one write. */
  run(effects: readonly ServerEffect<Submission>[]): void {
    if (effects.length === 0) return;
    const { connection } = this.#modules;
    connection.send(...effects.flatMap((effect) => (effect.kind === 'send' ? [effect.data] : [])));
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: ServerEffect<Submission>): void {
    const { connection, vardiff, weightOf, onEvent } = this.#modules;
    const { chain, port, connection: id } = this.#names;
    switch (effect.kind) {
      case 'send':
        return;
      case 'submit':
        return this.#submit(effect.token, effect.submission);
      case 'overflow': {
        const from = this.#submitter(effect.submission);
        if (from !== undefined) this.#modules.offer(effect.submission, from);
        return;
      }
      case 'subscribed':
        return onEvent({ kind: 'subscribed', port, connection: id, agent: effect.agent });
      case 'authorized':
        return onEvent({ kind: 'authorized', port, connection: id, worker: effect.worker.full });
      case 'suggest': {
        const weight = vardiff.suggest(weightOf(effect.target), performance.now());
        if (weight !== undefined) this.#setWeight(weight);
        return;
      }
      case 'refused': {
        const { reason, detail, submission } = effect;
        const worker = this.#modules.session.workers.keys().next().value ?? '';
        return onEvent({
          kind: 'refused',
          chain,
          port,
          connection: id,
          worker,
          reason,
          detail,
          submission,
          ms: 0,
        });
      }
      case 'close':
        return connection.close(effect.reason);
    }
  }

  #submit(token: number, submission: Submission): void {
    const { session, judge } = this.#modules;
    const from = this.#submitter(submission);
    if (from === undefined) return;
    const since = performance.now();
    void judge(submission, from).then((verdict) => {
      this.#report(from.worker.full, verdict, performance.now() - since);
      this.run(session.verdict(token, verdict, performance.now()));
    });
  }

  /** Always there: the session let only authorised names through. */
  #submitter(submission: Submission): Submitter | undefined {
    const worker = parseWorkerName(submission.worker);
    const { port, connection } = this.#names;
    return worker === undefined ? undefined : { port, connection, worker };
  }

  #report(worker: string, verdict: Verdict, ms: number): void {
    const { vardiff, onEvent } = this.#modules;
    const names = this.#names;
    if (verdict.accepted) {
      vardiff.onShare(verdict.weight);
      onEvent({ kind: 'share_accepted', ...names, worker, weight: verdict.weight, ms });
      return;
    }
    const { reason, detail = '' } = verdict;
    // Miners that start in one second scan the same nonces: a duplicate shows a rate all the same.
    if (reason === 'duplicate_share') vardiff.onShare(vardiff.weight);
    onEvent({ kind: 'refused', ...names, worker, reason, detail, submission: true, ms });
  }

  #setWeight(weight: bigint): void {
    this.#modules.onWeight(weight);
    const { port, connection } = this.#names;
    this.#modules.onEvent({ kind: 'target_changed', port, connection, weight });
  }
}
