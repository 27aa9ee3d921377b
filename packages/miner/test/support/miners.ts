import type { TestContext } from 'node:test';
import {
  type MinerEvent,
  type MinerModules,
  type MinerOptions,
  TrueMiner,
  ZcashMiner,
  type ZcashMinerOptions,
} from '@adit/miner';
import { type Answer, type Script, ScriptedPool, type Visit } from './scripted-pool.ts';

/** Parameters for which a nonce takes milliseconds. */
export const SMALL = { n: 48, k: 5, personalization: 'ZcashPoW' };
/** The target that every solution meets. */
export const EASIEST = 'f'.repeat(64);

export const yes: Answer = { result: true };

/** A pool that gives this nonce1 and says yes to everything else; `special` may answer otherwise. */
export function zcashScript(
  nonce1 = '01020304',
  special: (...call: Parameters<Script>) => Answer | undefined = () => undefined,
): Script {
  return (...call) => {
    const [method] = call;
    return special(...call) ?? (method === 'mining.subscribe' ? { result: [null, nonce1] } : yes);
  };
}

export function trueScript(
  special: (...call: Parameters<Script>) => Answer | undefined = () => undefined,
): Script {
  return (...call) => {
    const [method] = call;
    const names = ['mining.notify', '0'.repeat(32), 'TrueStratum/1.0.0'];
    return special(...call) ?? (method === 'mining.subscribe' ? { result: [names, '8000', 6] } : yes);
  };
}

/** A job whose fields follow from its id: different ids are different work. */
export function zcashJob(visit: Visit, id: string, clean: boolean, extras: readonly unknown[] = []): void {
  const root = id.charCodeAt(0).toString(16).padStart(2, '0').repeat(32);
  const params = [id, '04000000', '11'.repeat(32), root, '00'.repeat(32), '00000065', '1f07ffff', clean];
  visit.notify('mining.set_target', [EASIEST]);
  visit.notify('mining.notify', [...params, ...extras]);
}

export function trueJob(visit: Visit, id: string, datasetHash: string, clean = true): void {
  visit.notify('mining.set_difficulty', ['00ffffff'.padEnd(32, 'f')]);
  visit.notify('mining.notify', [id, datasetHash, 'ab'.repeat(32), clean]);
}

export interface Running<M> {
  readonly pool: ScriptedPool;
  readonly miner: M;
  readonly events: MinerEvent[];
  /** Resolves with the error of `run`, or with undefined after a stop. */
  readonly ended: Promise<unknown>;
}

type Changes = Partial<Pick<MinerOptions, 'silenceMs' | 'threads'>> & Pick<MinerModules, 'now'>;
type ZcashChanges = Changes & Partial<Pick<ZcashMinerOptions, 'equihash'>>;

async function start<M extends ZcashMiner | TrueMiner>(
  context: TestContext,
  script: Script,
  make: (options: MinerOptions, modules: MinerModules) => M,
  { now, ...changes }: Changes,
): Promise<Running<M>> {
  const pool = await ScriptedPool.start(script);
  const events: MinerEvent[] = [];
  const miner = make(
    {
      url: { host: '127.0.0.1', port: pool.port, worker: 'alice.cpu', password: 'x' },
      threads: 1,
      agent: 'test-miner',
      ...changes,
    },
    // With 0 the pauses before the next attempt are the shortest.
    { onEvent: (event) => events.push(event), random: () => 0, ...(now === undefined ? {} : { now }) },
  );
  const ended = miner.run().then(
    () => undefined,
    (error: unknown) => error,
  );
  context.after(async () => {
    await miner.stop();
    await pool.stop();
  });
  return { pool, miner, events, ended };
}

export function startZcashMiner(
  context: TestContext,
  script: Script,
  { equihash = SMALL, ...changes }: ZcashChanges = {},
): Promise<Running<ZcashMiner>> {
  return start(
    context,
    script,
    (options, modules) => new ZcashMiner({ ...options, equihash }, modules),
    changes,
  );
}

export function startTrueMiner(
  context: TestContext,
  script: Script,
  changes: Changes = {},
): Promise<Running<TrueMiner>> {
  return start(context, script, (options, modules) => new TrueMiner(options, modules), changes);
}
