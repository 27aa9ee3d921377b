import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type CrewModules,
  type MinerEvent,
  type MinerModules,
  type MinerOptions,
  type MiningCrew,
  StratumMiner,
} from '@adit/miner';
import { EquihashSolver, encodeZcashHeader, equihashSizes } from '@adit/pow';
import { AditError, concatBytes, uint32LE } from '@adit/primitives';
import { type ClientEffect, type ZcashClientJob, ZcashClientSession } from '@adit/stratum';
import { until } from '@adit/test-kit/until';
import { SMALL, yes, zcashJob, zcashScript } from './support/miners.ts';
import { ScriptedPool } from './support/scripted-pool.ts';

// A miner whose crew is its own, with nothing but what the packages export.

interface Found {
  readonly jobId: string;
  readonly time: number;
  readonly nonce: Uint8Array;
  readonly solution: Uint8Array;
}

/** Solves on the main thread, one nonce in each turn of the event loop. Every solution is a share. */
class TurnCrew implements MiningCrew<ZcashClientJob> {
  readonly threads: number;
  readonly #modules: CrewModules<Found>;
  readonly #solver = new EquihashSolver(SMALL);
  #turn: NodeJS.Immediate | undefined;
  #nonce2 = 0;
  #count = 0;

  constructor({ threads }: { readonly threads: number }, modules: CrewModules<Found>) {
    this.threads = threads;
    this.#modules = modules;
  }

  assign(job: ZcashClientJob): void {
    this.idle();
    this.#turn = setImmediate(() => this.#search(job));
  }

  idle(): void {
    clearImmediate(this.#turn);
  }

  takeCount(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }

  async stop(): Promise<void> {
    this.idle();
  }

  fail(): void {
    this.#modules.onFailure('the device is hot');
  }

  #search(job: ZcashClientJob): void {
    this.#nonce2 += 1;
    const rest = new Uint8Array(28 - job.nonce1.length);
    const nonce = concatBytes(job.nonce1, uint32LE(this.#nonce2), rest);
    this.#turn = setImmediate(() => this.#search(job));
    for (const solution of this.#solver.solve(encodeZcashHeader({ ...job, nonce }))) {
      this.#count += 1;
      this.#modules.onShare({ jobId: job.id, time: job.time, nonce, solution });
    }
  }
}

class TurnMiner extends StratumMiner<ZcashClientSession, ZcashClientJob, ZcashClientJob, Found> {
  protected override readonly unit = 'Sol/s';

  constructor(options: MinerOptions, modules: MinerModules) {
    super(options, modules, (crew, reports) => new TurnCrew(crew, reports));
  }

  get turns(): TurnCrew {
    return this.crew as TurnCrew;
  }

  protected override openSession(): ZcashClientSession {
    const { url, agent } = this.options;
    return new ZcashClientSession({ ...url, agent, solutionPrefix: equihashSizes(SMALL).prefix });
  }

  protected override onJob(job: ZcashClientJob, clean: boolean): void {
    this.event({ kind: 'job', id: job.id, clean, target: job.target });
    this.assign(job, !clean);
  }

  protected override send(
    session: ZcashClientSession,
    share: Found,
    token: number,
  ): ClientEffect<ZcashClientJob>[] {
    return session.submit(share, token);
  }

  protected override onExtra(): void {}
  protected override onConnectionLost(): void {}
}

async function start(context: TestContext) {
  const script = zcashScript('01020304', (method, _params, visit) => {
    if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
    return method === 'mining.subscribe' ? undefined : yes;
  });
  const pool = await ScriptedPool.start(script);
  const events: MinerEvent[] = [];
  const url = { host: '127.0.0.1', port: pool.port, worker: 'alice.dev', password: 'x' };
  const miner = new TurnMiner(
    { url, threads: 3, agent: 'own/1.0' },
    { onEvent: (event) => events.push(event), random: () => 0 },
  );
  const ended = miner.run().then(
    () => undefined,
    (error: unknown) => error,
  );
  context.after(async () => {
    await miner.stop();
    await pool.stop();
  });
  return { pool, miner, ended, events };
}

test('a miner with a crew of its own sends what the crew finds, and counts', async (context) => {
  const { pool, miner, ended } = await start(context);
  await until('accepted shares', () => miner.status().accepted >= 3);
  assert.equal(miner.turns.threads, 3);
  const [worker, job, time, nonce2] = pool.visit.shares[0] ?? [];
  assert.deepEqual([worker, job, time, String(nonce2).length], ['alice.dev', 'a', '00000065', 56]);
  await until('a rate', () => miner.status().rate > 0);
  await miner.stop();
  assert.equal(await ended, undefined);
});

test('a crew that cannot go on ends the miner with its reason', async (context) => {
  const { miner, ended } = await start(context);
  await until('accepted shares', () => miner.status().accepted >= 1);
  miner.turns.fail();
  const error = await ended;
  assert.ok(error instanceof AditError);
  assert.deepEqual([error.code, error.message], ['ADIT_MINING_THREAD', 'the device is hot']);
});
