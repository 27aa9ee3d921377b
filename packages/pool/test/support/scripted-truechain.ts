import type { TestContext } from 'node:test';
import type { TrueChainNode } from '@adit/chain';
import { EPOCH0_DATASET_HASH, type TrueHashDataset } from '@adit/pow';
import type { Lane, VerifierPool } from '@adit/pow/threads';
import { bigintToBytes, concatBytes, decodeHex, encodeHex } from '@adit/primitives';
import type { TrueJob, TrueSubmission } from '@adit/stratum';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { type Candidate, CandidateStore } from '../../src/blocks/candidate-store.ts';
import type { PoolEvent } from '../../src/events.ts';
import { TrueChainEngine } from '../../src/truechain/engine.ts';
import { HeaderPrices } from '../../src/truechain/header-prices.ts';
import type { LooseTargetOptions } from '../../src/truechain/loose-target.ts';
import { PriceSchedule } from '../../src/truechain/price-schedule.ts';
import { DIRECT_DISK } from './direct-disk.ts';
import { ScriptedJournal } from './engines.ts';

export const NOON = 1_700_000_000;
/** A scripted node has work at once, so a longer wait is in vain. */
const PATIENCE_SECONDS = 10;
const SEED_BYTES = 163_840;

/** An array of equal bytes. */
export const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

/** The work of a node. */
export interface ScriptedWork {
  /** The byte that the header's hash consists of. */
  readonly header: number;
  /** 0 for the dataset of the first epoch, else the byte that the dataset's hash consists of. */
  readonly dataset: number;
  readonly fruitTarget: bigint;
  readonly blockTarget: bigint;
  /** The number of the newest snail block; undefined where the node does not tell it. */
  readonly height: number | undefined;
}

/** A node without a network. */
export class ScriptedTrueNode {
  readonly name = 'scripted';
  readonly submitted: {
    readonly nonce: bigint;
    readonly headerHash: Uint8Array;
    readonly mix: Uint8Array;
  }[] = [];
  down = false;
  work: ScriptedWork = { header: 1, dataset: 0, fruitTarget: 50n, blockTarget: 10n, height: 41 };

  async getWork(): Promise<unknown> {
    if (this.down) throw new Error('it is down');
    const { header, dataset, fruitTarget, blockTarget } = this.work;
    const seedHash = dataset === 0 ? decodeHex(EPOCH0_DATASET_HASH, 32) : filled(dataset);
    return { headerHash: filled(header), seedHash, fruitTarget, blockTarget };
  }

  async snailNumber(): Promise<number> {
    if (this.work.height === undefined) throw new Error('it does not tell');
    return this.work.height;
  }

  async getDataset(): Promise<Uint8Array> {
    return new Uint8Array(SEED_BYTES).fill(this.work.dataset);
  }

  async submitWork(nonce: bigint, headerHash: Uint8Array, mix: Uint8Array): Promise<boolean> {
    this.submitted.push({ nonce, headerHash, mix });
    return true;
  }
}

/** A verifier for which the test chooses the digests of nonces. */
export class ScriptedHasher {
  readonly asked: {
    readonly dataset: string;
    readonly header: string;
    readonly nonce: bigint;
    readonly lane: Lane;
  }[] = [];
  /** Hashes of the datasets that it holds, the oldest first. */
  readonly held: string[] = [];
  /** How often it got a dataset. */
  added = 0;
  /** The halves of the digest of a nonce. By default a nonce meets no target. */
  halves: (nonce: bigint) => readonly [block: bigint, fruit: bigint] = () => NO_SHARE;
  gate: Promise<void> | undefined;

  async trueHash(
    ...[dataset, header, nonce, lane]: Parameters<VerifierPool['trueHash']>
  ): Promise<Uint8Array> {
    this.asked.push({
      dataset: encodeHex(dataset),
      header: encodeHex(header),
      nonce,
      lane: lane as Lane,
    });
    await this.gate;
    return mixOf(this.halves(nonce));
  }

  async buildDataset(seeds: Uint8Array): Promise<TrueHashDataset> {
    return { hash: filled(seeds[0] ?? 0) } as unknown as TrueHashDataset;
  }

  addDataset({ hash }: TrueHashDataset): void {
    this.added += 1;
    this.dropDataset(hash);
    this.held.push(encodeHex(hash));
  }

  dropDataset(hash: Uint8Array): void {
    const at = this.held.indexOf(encodeHex(hash));
    if (at >= 0) this.held.splice(at, 1);
  }
}

const WORST = (1n << 128n) - 1n;
export const NO_SHARE = [WORST, WORST] as const;

export function mixOf([block, fruit]: readonly [bigint, bigint]): Uint8Array {
  return concatBytes(bigintToBytes(block, 16), bigintToBytes(fruit, 16));
}

export interface ScriptedTrueSetup {
  readonly engine: TrueChainEngine;
  readonly node: ScriptedTrueNode;
  readonly hasher: ScriptedHasher;
  readonly journal: ScriptedJournal;
  readonly events: PoolEvent[];
  readonly jobs: { readonly job: TrueJob; readonly clean: boolean }[];
  /** Wall clock, and the milliseconds that only grow. */
  readonly clock: { now: number; grown: number };
  /** A submission for the newest job, of a miner whose target is 1000. */
  share(nonces: readonly bigint[], job?: TrueJob): TrueSubmission;
  next(changes: Partial<ScriptedWork>): Promise<void>;
  of<K extends PoolEvent['kind']>(kind: K): Extract<PoolEvent, { kind: K }>[];
}

/**
 * A TrueChain engine that has its first job, from a scripted node. Only the test moves the clock. Targets are kept
 * without a thread: on a busy machine a thread may start so late that headers go out without their targets.
 */
export async function scriptedTrue(
  context: TestContext,
  changes: {
    readonly down?: boolean;
    readonly work?: Partial<ScriptedWork>;
    readonly pollMs?: number;
    readonly unfinished?: readonly Candidate[];
    /** One target for all miners of a header. Default: each connection has its own. */
    readonly loose?: LooseTargetOptions;
    readonly data?: string;
    readonly prices?: HeaderPrices;
  } = {},
): Promise<ScriptedTrueSetup> {
  const node = new ScriptedTrueNode();
  node.down = changes.down === true;
  node.work = { ...node.work, ...changes.work };
  const hasher = new ScriptedHasher();
  const journal = new ScriptedJournal();
  const events: PoolEvent[] = [];
  const jobs: { job: TrueJob; clean: boolean }[] = [];
  const clock = { now: NOON * 1000, grown: 0 };
  const dataFolder = changes.data ?? temporaryFolder(context);
  const onProblem = (detail: string) =>
    events.push({ kind: 'problem', cause: 'header_price_not_kept', chain: 'true', detail });
  const engine = new TrueChainEngine(
    {
      name: 'true',
      firstJobSequence: 1,
      pollMs: changes.pollMs ?? 100,
      ...(changes.loose === undefined ? {} : { loose: changes.loose }),
    },
    {
      nodes: [node as unknown as TrueChainNode],
      journal: journal.asJournal(),
      verifier: hasher as unknown as VerifierPool,
      candidates: new CandidateStore(dataFolder),
      prices:
        changes.prices ?? new HeaderPrices({ dataFolder, retryMs: 10 }, { onProblem, disk: DIRECT_DISK }),
      schedule: new PriceSchedule(
        { dataFolder, retryMs: 10 },
        { onProblem, now: () => clock.now, disk: DIRECT_DISK },
      ),
      onEvent: (event) => events.push(event),
      onJob: (job, clean) => jobs.push({ job, clean }),
      now: () => clock.now,
      monotonic: () => clock.grown,
    },
  );
  engine.start(changes.unfinished ?? []);
  context.after(() => engine.stop());
  if (!node.down) await until('work', () => jobs.length > 0, PATIENCE_SECONDS);
  return {
    engine,
    node,
    hasher,
    journal,
    events,
    jobs,
    clock,
    share: (nonces, job = engine.job) => {
      if (job === undefined) throw new Error('no job');
      return {
        worker: 'alice.rig',
        jobSequence: job.sequence,
        nonces,
        target: 1000n,
        credited: 1000n,
        easiest: 1000n,
      };
    },
    next: async (work) => {
      const told = () => events.filter(({ kind }) => kind === 'work').length;
      const before = told();
      node.work = { ...node.work, ...work };
      await until('the next work', () => told() > before, PATIENCE_SECONDS);
    },
    of: (kind) => events.filter((event) => event.kind === kind) as never,
  };
}
