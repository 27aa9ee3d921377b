import { type ZcashWork, type ZcashWorkSourceModules, zcashChain } from '@adit/chain';
import type { ShareRecord } from '@adit/journal';
import { Census, CONNECTION_LIMITS } from '@adit/net';
import type { VerifierPool } from '@adit/pow/threads';
import type { CandidateStore } from '../../src/blocks/candidate-store.ts';
import type { BanList } from '../../src/conduct/ban-list.ts';
import { Conduct } from '../../src/conduct/conduct.ts';
import { CONDUCT_DEFAULTS } from '../../src/conduct/options.ts';
import { Nonce1Allocator } from '../../src/nonce1/allocator.ts';
import { Nonce1Cipher } from '../../src/nonce1/cipher.ts';
import { nonce1Space } from '../../src/nonce1/space.ts';
import { POOL_LIMITS } from '../../src/pool-limits.ts';
import type { ZcashPortOptions } from '../../src/ports/port-options.ts';
import { ZcashEngine } from '../../src/zcash/engine.ts';
import { ZcashPort } from '../../src/zcash/port.ts';
import { ScriptedJournal } from '../support/engines.ts';
import { Random } from './random.ts';

export const CHAIN = zcashChain('zcash-devnet-48_5');
/** A target that makes blocks too rare to matter: blocks have their own tests. */
const NETWORK = 1n << 200n;
const TICK_MS = 50;
const NONCE1_BYTES = 4;
const LEASE_SIZE = 1024;
/** The time at which header times begin. */
const NOON = 1_700_000_000;

export interface WorldOptions {
  readonly seed: number;
  /** Whether the pool can write into the coinbase. `repeats`: the pool thinks so, but all its works have one header. */
  readonly makesWork: boolean | 'repeats';
  /** Start weights of the ports. */
  readonly ports: readonly bigint[];
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  readonly graceMs?: number;
}

/** A template of the node, before the pool writes into it. */
export interface Template {
  readonly tip: number;
  readonly content: number;
  /** Whether it comes from a node whose coinbase cannot be varied. */
  readonly opaque?: boolean;
}

/**
 * A pool without sockets, nodes, disks and proofs. The engine, the ports and their sessions are the real ones. The test
 * sets the time, and gives templates by `give`. Leases and the journal outlive a restart.
 */
export class ZcashWorld {
  readonly random: Random;
  readonly journal = new ScriptedJournal();
  readonly clock = { now: 0 };
  readonly options: WorldOptions;
  ports: readonly ZcashPort[] = [];
  #engine: ZcashEngine | undefined;
  #source: ZcashWorkSourceModules | undefined;
  #portOptions: ZcashPortOptions[];
  #leased = 0;
  #ids = 0;
  #template: Template | undefined;
  /** The highest tip, and the newest content of templates, that the node gave. */
  highest = 0;
  newest = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    this.random = new Random(options.seed);
    performance.now = () => this.clock.now;
    this.journal.digestsOf = async () => this.journal.kept.map(({ digest }) => digest);
    this.#portOptions = options.ports.map((startWeight, i) => this.#optionsOf(`port${i}`, startWeight));
  }

  /** Starts a process: the first, or the next one on the same folder. */
  async start(): Promise<void> {
    const ports: ZcashPort[] = [];
    const engine = new ZcashEngine(
      { name: 'zec', chain: CHAIN, firstJobSequence: 1 + this.random.below(2 ** 30), proposeFirst: false },
      {
        nodes: [{ name: 'none' }] as never,
        journal: this.journal.asJournal(),
        verifier: { verifyEquihash: async () => 'valid' } as unknown as VerifierPool,
        candidates: {} as CandidateStore,
        onEvent: () => {},
        onJob: (job, clean) => {
          for (const port of ports) port.broadcast(job, clean);
        },
        now: () => NOON * 1000 + this.clock.now,
        workSource: (modules) => {
          this.#source = modules;
          return { start: () => {}, stop: async () => {} };
        },
      },
    );
    const nonce1 = new Nonce1Allocator(
      { network: CHAIN.name, length: NONCE1_BYTES },
      { lease: async () => this.#lease() },
    );
    await nonce1.begin(10_000);
    const bans = { banned: () => undefined, allowed: () => false } as unknown as BanList;
    for (const options of this.#portOptions) {
      ports.push(
        new ZcashPort(options, POOL_LIMITS, {
          engine,
          nonce1,
          liveSince: () => engine.liveSince,
          census: new Census(CONNECTION_LIMITS),
          bans,
          conduct: new Conduct({ ...CONDUCT_DEFAULTS, enabled: false }, { bans }),
          onEvent: () => {},
          onBanned: () => {},
          nextId: () => {
            this.#ids += 1;
            return this.#ids;
          },
        }),
      );
    }
    this.#engine = engine;
    engine.graceMs = this.options.graceMs ?? 0;
    this.ports = ports;
    if (this.#template !== undefined) this.give(this.#template);
  }

  /** Starts the next process, whose node gives nothing yet. */
  async restart(): Promise<void> {
    this.#template = undefined;
    await this.start();
  }

  get template(): Template | undefined {
    return this.#template;
  }

  /** Gives the pool the next template of the node. */
  give(template: Template, news: 'tip' | 'content' | 'order' = 'content'): void {
    const newTip = this.#engine?.job === undefined || this.#template?.tip !== template.tip;
    this.#template = template;
    this.highest = Math.max(this.highest, template.tip);
    this.newest = Math.max(this.newest, template.content);
    this.#source?.onWork(this.workOf(template), { newTip, news: newTip ? 'tip' : news } as never);
  }

  /** The work as the node makes it: a function of its content, so that it can be foreseen. */
  workOf({ tip, content, opaque = false }: Template): ZcashWork {
    const hash = (n: number) => new Random(n).bytes(32);
    const base: ZcashWork = {
      kind: 'zcash',
      id: `${tip}-${content}`,
      chain: CHAIN,
      height: 100 + tip,
      version: 4,
      prevHash: hash(1_000_000 + tip),
      merkleRoot: hash(2_000_000 + 1_000 * tip + content),
      reserved: hash(3),
      time: NOON,
      bits: 0x1f0fffff,
      target: NETWORK,
      minTime: NOON - 1_000,
      maxTime: NOON + 1_000_000,
      coinbase: new Uint8Array(1),
      transactions: [],
      empty: true,
    };
    const { makesWork } = this.options;
    if (makesWork === false || opaque) return base;
    const merkleRoot = () => (makesWork === 'repeats' ? base.merkleRoot : this.random.bytes(32));
    const variation = { maxText: 75, vary: () => ({ id: 'varied', merkleRoot: merkleRoot() }) };
    return { ...base, variation: variation as unknown as NonNullable<ZcashWork['variation']> };
  }

  /** Lets time pass, with everything that is due in it. */
  async pass(ms: number): Promise<void> {
    for (const end = this.clock.now + ms; this.clock.now < end; ) {
      this.clock.now += TICK_MS;
      for (const port of this.ports) port.tick(this.clock.now);
      if (this.clock.now % 1_000 === 0) this.#engine?.tick();
    }
    await settled();
  }

  /** Changes the start weights while the pool runs. */
  reload(starts: readonly bigint[]): void {
    this.#portOptions = starts.map((startWeight, i) => this.#optionsOf(`port${i}`, startWeight));
    for (const [i, port] of this.ports.entries()) {
      const options = this.#portOptions[i];
      if (options === undefined) continue;
      port.update(options, POOL_LIMITS);
      port.applyOptions(options);
    }
  }

  get credited(): readonly ShareRecord[] {
    return this.journal.kept;
  }

  /** A block of nonce1 values as `leases.db` would lease it, with a key that follows from the seed. */
  #lease() {
    const [space, key] = [nonce1Space(NONCE1_BYTES), new Random(this.options.seed + 1).bytes(32)];
    const lease = { space: CHAIN.name, start: this.#leased, size: LEASE_SIZE };
    this.#leased += LEASE_SIZE;
    const cipher = new Nonce1Cipher({ key, name: CHAIN.name, space });
    return { lease, nonce1s: cipher.nonce1s(cipher.permute(lease.start, lease.size), NONCE1_BYTES) };
  }

  #optionsOf(name: string, startWeight: bigint): ZcashPortOptions {
    const { minWeight, maxWeight } = this.options;
    return {
      name,
      host: '127.0.0.1',
      port: 0,
      dialect: 'zcash',
      nonce1Bytes: NONCE1_BYTES,
      startWeight,
      minWeight,
      maxWeight,
      weightOfDifficulty: (text) => BigInt(Math.trunc(Number(text))),
      shareIntervalMs: 10_000,
      nonceLayout: 'leading',
      jobOnSubscribe: false,
      failedResult: null,
      graceMs: this.options.graceMs ?? 0,
    };
  }
}

/** Waits until everything that is under way is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
