import type { TestContext } from 'node:test';
import { TrueChainNode, ZcashNode, zcashChain } from '@adit/chain';
import { startTrueChainDevnet, startZcashDevnet, type ZcashDevnet } from '@adit/devnet';
import type { ShareJournal, ShareRecord } from '@adit/journal';
import {
  blockHalf,
  EquihashSolver,
  equihashSizes,
  fruitHalf,
  TrueHashDataset,
  TrueHasher,
  zcashBlockHash,
} from '@adit/pow';
import { VerifierPool } from '@adit/pow/threads';
import { AditError, concatBytes, decodeHex, hashValue } from '@adit/primitives';
import type { TrueJob, ZcashSubmission } from '@adit/stratum';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { CandidateStore } from '../../src/blocks/candidate-store.ts';
import type { PoolEvent } from '../../src/events.ts';
import type { DuplicateOptions } from '../../src/shares/duplicates.ts';
import { TrueChainEngine } from '../../src/truechain/engine.ts';
import { ZcashEngine } from '../../src/zcash/engine.ts';

export const CHAIN = zcashChain('zcash-devnet-48_5');
export const NETWORK = 1n << 248n;
export const FROM = {
  port: 'test',
  connection: 1,
  worker: { full: 'alice.rig', account: 'alice', rig: 'rig' },
  address: '127.0.0.1',
  graceMs: 0,
};

/** A journal that a test controls. By default it is empty and keeps all shares. */
export class ScriptedJournal {
  readonly kept: ShareRecord[] = [];
  outcome: 'kept' | 'duplicate' = 'kept';
  digestsOf: () => Promise<readonly Uint8Array[]> = async () => [];
  readonly #read = Promise.withResolvers<readonly Uint8Array[]>();

  /** Nothing can be read until `letRead`. */
  hang(): void {
    this.digestsOf = () => this.#read.promise;
  }

  letRead(): void {
    this.#read.resolve([]);
  }

  async append(record: ShareRecord): Promise<'kept' | 'duplicate'> {
    this.kept.push(record);
    return this.outcome;
  }

  asJournal(): ShareJournal {
    return this as unknown as ShareJournal;
  }
}

/** A verifier whose answers wait until the test lets them through. */
export class HeldVerifier {
  readonly #real = new VerifierPool({ threads: 1, maxQueued: 64 });
  readonly #gate = Promise.withResolvers<void>();
  /** Tasks that were accepted and not answered, as the real verifier counts them. */
  queued = 0;
  #held = true;
  readonly #maxQueued: number;

  constructor(maxQueued = 64) {
    this.#maxQueued = maxQueued;
  }

  async verifyEquihash(...proof: Parameters<VerifierPool['verifyEquihash']>) {
    const [, , , lane] = proof;
    // As in the real verifier, blocks have places of their own.
    if (this.queued >= this.#maxQueued && lane?.urgent !== true)
      throw new AditError('ADIT_VERIFIER_BUSY', 'the queue is full');
    this.queued += 1;
    if (this.#held) await this.#gate.promise;
    return this.#real.verifyEquihash(...proof).finally(() => {
      this.queued -= 1;
    });
  }

  async trueHash(...input: Parameters<VerifierPool['trueHash']>) {
    this.queued += 1;
    if (this.#held) await this.#gate.promise;
    return this.#real.trueHash(...input).finally(() => {
      this.queued -= 1;
    });
  }

  buildDataset(...seeds: Parameters<VerifierPool['buildDataset']>) {
    return this.#real.buildDataset(...seeds);
  }

  addDataset(dataset: TrueHashDataset): void {
    this.#real.addDataset(dataset);
  }

  dropDataset(hash: Uint8Array): void {
    this.#real.dropDataset(hash);
  }

  release(): void {
    this.#held = false;
    this.#gate.resolve();
  }

  close(): Promise<void> {
    return this.#real.close();
  }

  asVerifier(): VerifierPool {
    return this as unknown as VerifierPool;
  }
}

export interface ZcashSetup {
  readonly engine: ZcashEngine;
  readonly devnet: ZcashDevnet;
  readonly journal: ScriptedJournal;
  readonly verifier: HeldVerifier;
  readonly events: PoolEvent[];
  readonly jobs: string[];
  solve(accept: (value: bigint) => boolean, target: bigint): ZcashSubmission;
}

/** A Zcash engine on a devnet, with work. The verifier answers at once unless `held`. */
export async function zcashEngine(
  context: TestContext,
  changes: {
    held?: boolean;
    maxQueued?: number;
    rebroadcastMs?: number;
    now?: () => number;
    elapsed?: () => number;
    duplicates?: DuplicateOptions;
  } = {},
): Promise<ZcashSetup> {
  const devnet = await startZcashDevnet({ chain: CHAIN, initialTarget: NETWORK, mempoolSeconds: 0 });
  const journal = new ScriptedJournal();
  const verifier = new HeldVerifier(changes.maxQueued);
  if (changes.held !== true) verifier.release();
  const events: PoolEvent[] = [];
  const jobs: string[] = [];
  const engine = new ZcashEngine(
    {
      name: 'zcash',
      chain: CHAIN,
      firstJobSequence: 1,
      ...(changes.rebroadcastMs === undefined ? {} : { rebroadcastMs: changes.rebroadcastMs }),
      ...(changes.duplicates === undefined ? {} : { duplicates: changes.duplicates }),
    },
    {
      nodes: [new ZcashNode({ url: devnet.url, timeoutMs: 5_000 })],
      journal: journal.asJournal(),
      verifier: verifier.asVerifier(),
      candidates: new CandidateStore(temporaryFolder(context)),
      onEvent: (event) => events.push(event),
      onJob: (job) => jobs.push(Buffer.from(job.keepLine).toString()),
      now: changes.now ?? Date.now,
      ...(changes.elapsed === undefined ? {} : { elapsed: changes.elapsed }),
    },
  );
  engine.start([]);
  context.after(async () => {
    verifier.release();
    await engine.stop();
    await verifier.close();
    await devnet.close();
  });
  await until('work', () => jobs.length > 0);
  const solver = new EquihashSolver(CHAIN.equihash);
  const { prefix } = equihashSizes(CHAIN.equihash);
  let counter = 0;
  const solve: ZcashSetup['solve'] = (accept, target) => {
    const [id, version, prevHash, merkleRoot, reserved, time, bits] = (
      JSON.parse(jobs.at(-1) ?? '{}') as { params: string[] }
    ).params;
    const start = decodeHex([version, prevHash, merkleRoot, reserved, time, bits].join(''), 108, 'job');
    for (;;) {
      counter += 1;
      const nonce = new Uint8Array(32);
      new DataView(nonce.buffer).setUint32(28, counter);
      const header = concatBytes(start, nonce);
      for (const solution of solver.solve(header)) {
        const value = hashValue(zcashBlockHash(header, concatBytes(prefix, solution)));
        if (!accept(value)) continue;
        const seconds = new DataView(start.buffer, start.byteOffset).getUint32(100, true);
        const jobSequence = Number.parseInt(String(id), 16);
        return { worker: 'alice.rig', jobSequence, time: seconds, nonce, solution, target };
      }
    }
  };
  return { engine, devnet, journal, verifier, events, jobs, solve };
}

export interface TrueSetup {
  readonly engine: TrueChainEngine;
  readonly devnet: Awaited<ReturnType<typeof startTrueChainDevnet>>;
  readonly journal: ScriptedJournal;
  readonly verifier: HeldVerifier;
  readonly events: PoolEvent[];
  readonly job: TrueJob;
  /** Whether a nonce of the first job is a share for the target. */
  isShare(nonce: bigint, target: bigint): boolean;
}

/** A TrueChain engine on a devnet whose header does not change, in epoch 0. */
export async function trueEngine(
  context: TestContext,
  changes: {
    held?: boolean;
    fruitDifficulty?: bigint;
    hungJournal?: boolean;
    monotonic?: () => number;
  } = {},
): Promise<TrueSetup> {
  const devnet = await startTrueChainDevnet({
    difficulty: 1n << 40n,
    fruitDifficulty: changes.fruitDifficulty ?? 1n << 40n,
    fastBlockSeconds: 3600,
    startNumber: 100,
  });
  const journal = new ScriptedJournal();
  if (changes.hungJournal === true) journal.hang();
  const verifier = new HeldVerifier();
  if (changes.held !== true) verifier.release();
  const jobs: TrueJob[] = [];
  const events: PoolEvent[] = [];
  const engine = new TrueChainEngine(
    { name: 'truechain', firstJobSequence: 1, pollMs: 100 },
    {
      nodes: [new TrueChainNode({ url: devnet.url, timeoutMs: 5_000 })],
      journal: journal.asJournal(),
      verifier: verifier.asVerifier(),
      candidates: new CandidateStore(temporaryFolder(context)),
      onEvent: (event) => events.push(event),
      onJob: (job) => jobs.push(job),
      now: Date.now,
      monotonic: changes.monotonic ?? (() => performance.now()),
    },
  );
  engine.start([]);
  context.after(async () => {
    verifier.release();
    await engine.stop();
    await verifier.close();
    await devnet.close();
  });
  await until('work', () => jobs.length > 0);
  const [job] = jobs;
  if (job === undefined) throw new Error('no job');
  const hasher = new TrueHasher(TrueHashDataset.epoch0());
  const header = decodeHex(job.headerHash, 32, 'header hash');
  const isShare = (nonce: bigint, target: bigint) => {
    const digest = hasher.hash(header, nonce);
    return blockHalf(digest) <= target || fruitHalf(digest) <= target;
  };
  return { engine, devnet, journal, verifier, events, job, isShare };
}
