import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { type ZcashChainParams, type ZcashNode, zcashChain } from '@adit/chain';
import type { ShareRecord } from '@adit/journal';
import { equihashSizes, zcashBlockHash } from '@adit/pow';
import type { Lane, VerifierPool } from '@adit/pow/threads';
import { concatBytes, decodeHex, encodeHex, hashValue } from '@adit/primitives';
import type { ZcashJob, ZcashSubmission } from '@adit/stratum';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { type Candidate, CandidateStore } from '../../src/blocks/candidate-store.ts';
import type { PoolEvent } from '../../src/events.ts';
import { ZcashEngine } from '../../src/zcash/engine.ts';
import type { ZcashEngineModules, ZcashEngineOptions } from '../../src/zcash/engine-options.ts';
import { ScriptedJournal } from './engines.ts';

type EquihashVerdict = Awaited<ReturnType<VerifierPool['verifyEquihash']>>;

/** The moment at which a scripted clock starts, in seconds. */
export const NOON = 1_700_000_000;
/** A scripted node has work at once, so a longer wait is in vain. */
const PATIENCE_SECONDS = 10;
export const CHAIN = zcashChain('zcash-devnet-48_5');

/** The fields of a template that a test may set. */
export interface ScriptedTemplate {
  readonly height: number;
  /** The byte that the parent's hash consists of. */
  readonly parent: number;
  /** The byte that the coinbase's id consists of. */
  readonly coinbase: number;
  /** The bytes that the ids of the other transactions consist of. */
  readonly transactions: readonly number[];
  readonly curtime: number;
  readonly mintime: number;
  readonly maxtime: number;
  readonly bits: string;
  /** Whether its coinbase can be parsed. */
  readonly variable: boolean;
}

const FIRST: ScriptedTemplate = {
  height: 100,
  parent: 1,
  coinbase: 7,
  transactions: [],
  curtime: NOON,
  mintime: NOON - 100,
  maxtime: NOON + 1_000,
  bits: '1f0fffff',
  variable: false,
};

/** A node without a network: it gives the template that the test sets, and answers a long poll with the next one. */
export class ScriptedNode {
  readonly name: string = 'scripted';
  readonly submitted: Uint8Array[] = [];
  /** Templates that the pool proposed before they were mined. */
  proposals = 0;
  /** How often it was asked for a template. */
  asked = 0;
  /** Whether it answers no requests. */
  down = false;
  #template = FIRST;
  #changed = Promise.withResolvers<void>();

  give(changes: Partial<ScriptedTemplate>): void {
    this.#template = { ...this.#template, ...changes };
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async getBlockTemplate(request: { longPollId?: string; signal?: AbortSignal } = {}): Promise<unknown> {
    this.asked += 1;
    if (this.down) throw new Error('it is down');
    if (request.longPollId === JSON.stringify(this.#template)) {
      const aborted = Promise.withResolvers<void>();
      request.signal?.addEventListener('abort', () => aborted.reject(request.signal?.reason));
      await Promise.race([this.#changed.promise, aborted.promise]);
    }
    const { height, parent, coinbase, transactions, curtime, mintime, maxtime, bits, variable } =
      this.#template;
    return {
      version: 4,
      height,
      bits,
      curtime,
      mintime,
      maxtime,
      previousblockhash: hashOf(parent),
      blockcommitmentshash: hashOf(9),
      coinbasetxn: variable
        ? realCoinbase(height, coinbase)
        : { data: '0400008085202f89', hash: hashOf(coinbase) },
      transactions: transactions.map((byte) => ({ data: hashOf(byte), hash: hashOf(byte) })),
      longpollid: JSON.stringify(this.#template),
    };
  }

  async getBestBlockHash(): Promise<string> {
    if (this.down) throw new Error('it is down');
    return hashOf(this.#template.parent);
  }

  async getBlockCount(): Promise<number> {
    return this.#template.height - 1;
  }

  async getBlockHeader(): Promise<undefined> {
    return undefined;
  }

  async propose(): Promise<{ valid: true }> {
    this.proposals += 1;
    return { valid: true };
  }

  async submitBlock(block: Uint8Array): Promise<unknown> {
    this.submitted.push(block);
    return { kind: 'accepted' };
  }
}

/** A verifier that gives the answer that the test sets, at once, and keeps the requests. */
export class ScriptedVerifier {
  readonly asked: { readonly header: Uint8Array; readonly solution: Uint8Array; readonly lane: Lane }[] = [];
  verdict: () => EquihashVerdict | Promise<EquihashVerdict> = () => 'valid';

  async verifyEquihash(
    ...[, header, solution, lane]: Parameters<VerifierPool['verifyEquihash']>
  ): Promise<EquihashVerdict> {
    this.asked.push({ header, solution, lane: lane as Lane });
    return this.verdict();
  }
}

/** Options of a share; see `share`. */
export interface ShareWishes {
  readonly job?: ZcashJob;
  readonly time?: number;
  /** Whether its hash meets the target of the network. Default: it does not. */
  readonly block?: boolean;
  /** How far the target of its job is above the hash. Default 0: the hash just meets the target. */
  readonly slack?: bigint;
}

export interface ScriptedSetup {
  readonly engine: ZcashEngine;
  readonly node: ScriptedNode;
  readonly verifier: ScriptedVerifier;
  readonly journal: ScriptedJournal;
  readonly events: PoolEvent[];
  readonly jobs: { readonly job: ZcashJob; readonly clean: boolean }[];
  readonly clock: { now: number };
  /** A new share. Only the scripted verifier accepts its proof. */
  share(wishes?: ShareWishes): ZcashSubmission;
  /** The hash of the block that a share would make, in header order. */
  hashOf(share: ZcashSubmission): Uint8Array;
  /** Changes the template and waits for the job. */
  next(changes: Partial<ScriptedTemplate>): Promise<void>;
  of<K extends PoolEvent['kind']>(kind: K): Extract<PoolEvent, { kind: K }>[];
}

/** A Zcash engine that has its first job, from a scripted node. Only the test moves the clock. */
export async function scriptedZcash(
  context: TestContext,
  changes: {
    /** Options of the engine. By default templates go out as fast as the test gives them. */
    readonly options?: Omit<ZcashEngineOptions, 'name' | 'chain' | 'firstJobSequence'>;
    readonly unfinished?: readonly Candidate[];
    readonly modules?: Partial<ZcashEngineModules>;
    readonly chain?: ZcashChainParams;
    readonly template?: Partial<ScriptedTemplate>;
    readonly down?: boolean;
  } = {},
): Promise<ScriptedSetup> {
  const chain = changes.chain ?? CHAIN;
  const node = new ScriptedNode();
  node.give(changes.template ?? {});
  node.down = changes.down === true;
  const verifier = new ScriptedVerifier();
  const journal = new ScriptedJournal();
  const events: PoolEvent[] = [];
  const jobs: { job: ZcashJob; clean: boolean }[] = [];
  const clock = { now: NOON * 1000 };
  const engine = new ZcashEngine(
    {
      name: 'zec',
      chain,
      firstJobSequence: 1,
      ...(changes.options ?? { proposeFirst: false, refreshMs: 0 }),
    },
    {
      nodes: [node as unknown as ZcashNode],
      journal: journal.asJournal(),
      verifier: verifier as unknown as VerifierPool,
      candidates: new CandidateStore(temporaryFolder(context)),
      onEvent: (event) => events.push(event),
      onJob: (job, clean) => jobs.push({ job, clean }),
      now: () => clock.now,
      elapsed: () => clock.now,
      ...changes.modules,
    },
  );
  engine.start(changes.unfinished ?? []);
  context.after(() => engine.stop());
  if (!node.down) await until('work', () => jobs.length > 0, PATIENCE_SECONDS);
  const { solutionBytes, prefix } = equihashSizes(chain.equihash);
  const solution = new Uint8Array(solutionBytes).fill(3);
  const headerOf = (job: ZcashJob, time: number, nonce: Uint8Array) => {
    const [, version, prevHash, merkleRoot, reserved, , bits] = paramsOf(job);
    const start = decodeHex([version, prevHash, merkleRoot, reserved].join(''), 100, 'job');
    const clockBytes = new Uint8Array(4);
    new DataView(clockBytes.buffer).setUint32(0, time, true);
    return concatBytes(start, clockBytes, decodeHex(bits, 4, 'bits'), nonce);
  };
  const blockHash = (job: ZcashJob, time: number, nonce: Uint8Array) =>
    zcashBlockHash(headerOf(job, time, nonce), concatBytes(prefix, solution));
  const jobOf = (sequence: number): ZcashJob => {
    const found = [engine.job, ...jobs.map(({ job }) => job)].find((job) => job?.sequence === sequence);
    if (found === undefined) throw new Error(`no job ${sequence}`);
    return found;
  };
  let counter = 0;
  return {
    engine,
    node,
    verifier,
    journal,
    events,
    jobs,
    clock,
    share: ({ job = engine.job, time, block = false, slack = 0n } = {}) => {
      if (job === undefined) throw new Error('no job');
      const seconds = time ?? timeOf(job);
      for (;;) {
        counter += 1;
        const nonce = new Uint8Array(32);
        new DataView(nonce.buffer).setUint32(28, counter);
        const value = hashValue(blockHash(job, seconds, nonce));
        if (value <= job.networkTarget !== block) continue;
        const target = value + slack;
        return { worker: 'alice.rig', jobSequence: job.sequence, time: seconds, nonce, solution, target };
      }
    },
    hashOf: ({ jobSequence, time, nonce }) => blockHash(jobOf(jobSequence), time, nonce),
    next: async (template) => {
      const before = jobs.length;
      node.give(template);
      await until('the next job', () => jobs.length > before, PATIENCE_SECONDS);
    },
    of: (kind) => events.filter((event) => event.kind === kind) as never,
  };
}

/** The parameters of the job's `mining.notify`. */
export function paramsOf(job: ZcashJob, clean = false): unknown[] {
  const line = Buffer.from(clean ? job.cleanLine : job.keepLine).toString();
  return (JSON.parse(line) as { params: unknown[] }).params;
}

/** The header time of a job. */
export function timeOf(job: ZcashJob): number {
  return Buffer.from(String(paramsOf(job)[5]), 'hex').readUInt32LE();
}

/** The newest record that the journal got. */
export function lastOf(journal: ScriptedJournal): ShareRecord | undefined {
  return journal.kept.at(-1);
}

/** A version 4 coinbase: its id is the double SHA-256 of its bytes. @param byte of its one output's script */
function realCoinbase(height: number, byte: number): { data: string; hash: string } {
  const script = encodeHex(heightPush(height));
  const data = [
    '0400008085202f89',
    `01${'00'.repeat(32)}ffffffff`,
    `${(script.length / 2).toString(16).padStart(2, '0')}${script}ffffffff`,
    `0100f2052a0100000001${byte.toString(16).padStart(2, '0')}`,
    `00000000${'00'.repeat(4)}${'00'.repeat(8)}000000`,
  ].join('');
  return { data, hash: encodeHex(doubleSha256(decodeHex(data, undefined, 'coinbase')).reverse()) };
}

/** As in Bitcoin: a byte count, then the number in little-endian order, with room for a sign. */
function heightPush(height: number): Uint8Array {
  const bytes = [height & 0xff, height >> 8];
  const used = height < 0x80 ? bytes.slice(0, 1) : bytes;
  return Uint8Array.of(used.length, ...used);
}

function doubleSha256(bytes: Uint8Array): Uint8Array {
  const once = createHash('sha256').update(bytes).digest();
  return new Uint8Array(createHash('sha256').update(once).digest());
}

/** A hash of 32 equal bytes, which is the same in both byte orders. */
function hashOf(byte: number): string {
  return byte.toString(16).padStart(2, '0').repeat(32);
}
