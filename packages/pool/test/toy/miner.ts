import type { Miner, MinerModules, MinerOptions, MinerStatus } from '@adit/miner';
import { StratumClient } from '@adit/net';
import { uint32LE } from '@adit/primitives';
import type { ClientEffect } from '@adit/stratum';
import { type ToyClientJob, ToyClientSession } from './client-session.ts';
import { toyDigest, toyValue } from './proof.ts';

/** About a millisecond of hashing, so that lines get through between two turns. */
const HASHES_PER_TURN = 256;
/** Shares without an answer; the others wait until one comes. */
const MAX_UNANSWERED = 8;

/** A miner of the toy dialect, on the main thread. */
export class ToyMiner implements Miner {
  readonly #options: MinerOptions;
  readonly #modules: MinerModules;
  readonly #client: StratumClient;
  readonly #ended = Promise.withResolvers<void>();
  readonly #rejected = new Map<string, number>();
  #session: ToyClientSession | undefined;
  #job: ToyClientJob | undefined;
  #turn: NodeJS.Immediate | undefined;
  #nonce2 = 0;
  #accepted = 0;
  #token = 0;
  #unanswered = 0;

  constructor(options: MinerOptions, modules: MinerModules) {
    this.#options = options;
    this.#modules = modules;
    const { host, port } = options.url;
    this.#client = new StratumClient(
      { host, port },
      {
        opened: () => this.#open(),
        line: (line) => this.#act(this.#session?.line(line) ?? []),
        lost: () => this.#idle(),
      },
    );
  }

  async run(): Promise<void> {
    this.#client.start();
    await this.#ended.promise;
  }

  async stop(): Promise<void> {
    this.#idle();
    this.#client.stop();
    this.#ended.resolve();
  }

  status(): MinerStatus {
    return { rate: 0, unit: 'H/s', accepted: this.#accepted, rejected: this.#rejected };
  }

  #open(): void {
    const { agent, url } = this.#options;
    const { worker, password } = url;
    this.#session = new ToyClientSession({ agent, worker, password });
    this.#act(this.#session.open());
  }

  #act(effects: readonly ClientEffect<ToyClientJob>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.#client.send(effect.data);
      else if (effect.kind === 'job') this.#mine(effect.job, effect.clean);
      else if (effect.kind === 'result') this.#onResult(effect.accepted, effect.reason);
      else if (effect.kind === 'broken' || effect.kind === 'refused')
        this.#ended.reject(new Error(effect.kind));
    }
  }

  #mine(job: ToyClientJob, clean: boolean): void {
    const { id, target } = job;
    this.#modules.onEvent({ kind: 'job', id, clean, target });
    this.#job = job;
    this.#nonce2 = 0;
    this.#turn ??= setImmediate(() => this.#search());
  }

  #search(): void {
    this.#turn = undefined;
    const job = this.#job;
    if (job === undefined) return;
    for (let i = 0; i < HASHES_PER_TURN && this.#unanswered < MAX_UNANSWERED; i += 1) {
      const nonce2 = uint32LE(this.#nonce2);
      this.#nonce2 += 1;
      if (toyValue(toyDigest(job.workId, job.nonce1, nonce2)) > job.target) continue;
      this.#token += 1;
      this.#unanswered += 1;
      this.#act(this.#session?.submit(job.id, nonce2, this.#token) ?? []);
    }
    this.#turn = setImmediate(() => this.#search());
  }

  #onResult(accepted: boolean, reason: string): void {
    this.#unanswered -= 1;
    if (accepted) this.#accepted += 1;
    else this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
    this.#modules.onEvent(accepted ? { kind: 'accepted' } : { kind: 'rejected', reason });
  }

  #idle(): void {
    this.#session = undefined;
    this.#job = undefined;
    this.#unanswered = 0;
    clearImmediate(this.#turn);
    this.#turn = undefined;
  }
}
