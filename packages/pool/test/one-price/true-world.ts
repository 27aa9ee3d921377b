import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrueChainWorkSourceModules } from '@adit/chain';
import { Census, CONNECTION_LIMITS } from '@adit/net';
import type { TrueHashDataset } from '@adit/pow';
import { decodeHex, targetFromHex, weightOfEitherHalf } from '@adit/primitives';
import type { CandidateStore } from '../../src/blocks/candidate-store.ts';
import type { BanList } from '../../src/conduct/ban-list.ts';
import { Conduct } from '../../src/conduct/conduct.ts';
import { CONDUCT_DEFAULTS } from '../../src/conduct/options.ts';
import { Nonce1Allocator } from '../../src/nonce1/allocator.ts';
import { POOL_LIMITS } from '../../src/pool-limits.ts';
import type { TruePortOptions } from '../../src/ports/port-options.ts';
import { TrueChainEngine } from '../../src/truechain/engine.ts';
import { HeaderPrices } from '../../src/truechain/header-prices.ts';
import { TruePort } from '../../src/truechain/port.ts';
import { PriceSchedule, SLOT_MS } from '../../src/truechain/price-schedule.ts';
import { DIRECT_DISK } from '../support/direct-disk.ts';
import { Random } from './random.ts';
import { SimJournal } from './sim-journal.ts';
import { TrueHashes } from './true-hashes.ts';
import { jobWithTerms, type Policy, withTerms, withWeights } from './true-policies.ts';
import { settled } from './zcash-world.ts';

export interface TrueWorldOptions {
  readonly seed: number;
  /** Whether nonces are bound to connections, each of which has a target of its own. */
  readonly strict: boolean;
  /** Start weights of the two ports. Loose ports take the first one. */
  readonly starts: readonly bigint[];
  readonly fixed?: boolean;
  readonly policy?: Policy;
}

interface Process {
  readonly engine: TrueChainEngine;
  readonly ports: readonly TruePort[];
  readonly schedule: PriceSchedule;
  readonly source: TrueChainWorkSourceModules;
  /** Milliseconds after each half second at which it asks the node. */
  readonly phase: number;
  header: string;
  gaveAt: number;
  works: number;
}

const TICK_MS = 50;
const POLL_MS = 500;
const NONCE1_BYTES = 3;
const LEASE_SIZE = 256;
/** The time of the wall clock at which a world begins. A slot begins there too. */
const NOON_MS = 1_700_000_000_000;
const MIN_WEIGHT = 16n;
const MAX_WEIGHT = 1n << 40n;

/**
 * A TrueChain pool without sockets, nodes and proofs. The engines, the ports and their sessions are the real ones, and
 * so are the files in which the processes keep targets. The test sets the time, and makes headers by `make`.
 */
export class TrueWorld {
  readonly random: Random;
  readonly hashes: TrueHashes;
  readonly journal = new SimJournal();
  readonly clock = { now: 0 };
  readonly options: TrueWorldOptions;
  processes: readonly Process[] = [];
  /** The node gives no work, or its dataset cannot be had, until this time. */
  silentUntil = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), 'adit-one-price-'));
  #starts: readonly bigint[];
  #header = '';
  #leased = 0;
  #ids = 0;

  constructor(options: TrueWorldOptions) {
    this.options = options;
    this.random = new Random(options.seed);
    this.hashes = new TrueHashes(new Random(options.seed + 500_000));
    this.#starts = options.starts;
    performance.now = () => this.clock.now;
    this.#header = this.headerOf(0, 0);
  }

  /** The newest process. */
  get pool(): Process {
    const process = this.processes.at(-1);
    if (process === undefined) throw new RangeError('no process runs');
    return process;
  }

  /** Starts a process on the folder, beside those that run. */
  async start(): Promise<void> {
    const { policy = 'real', strict } = this.options;
    const dataFolder = this.#folder;
    const ports: TruePort[] = [];
    const onProblem = (detail: string) => {
      throw new Error(detail);
    };
    const disk = DIRECT_DISK;
    const now = () => NOON_MS + this.clock.now;
    const schedule = new PriceSchedule({ dataFolder }, { onProblem, now, disk });
    const one: { source?: TrueChainWorkSourceModules; works: number } = { works: 0 };
    const [first = MIN_WEIGHT] = this.#starts;
    const engine: TrueChainEngine = new TrueChainEngine(
      {
        name: 'true',
        firstJobSequence: 1 + this.random.below(2 ** 30),
        ...(strict ? {} : { loose: this.#loose(first) }),
      },
      {
        nodes: [],
        journal: this.journal.asJournal(),
        verifier: this.hashes.asVerifier(),
        candidates: {} as CandidateStore,
        prices: new HeaderPrices({ dataFolder }, { onProblem, disk }),
        schedule: withWeights(schedule, policy, () => engine.loose?.propose(this.clock.now) ?? 1n),
        onEvent: ({ kind }) => {
          if (kind === 'work') one.works += 1;
        },
        onJob: (job, clean) => {
          for (const port of ports) port.broadcast(jobWithTerms(job, policy), clean);
        },
        now: () => NOON_MS + this.clock.now,
        workSource: (modules) => {
          one.source = modules;
          return { start: () => {}, stop: async () => {}, seedsOf: () => undefined, refresh: () => {} };
        },
      },
    );
    const nonce1 = new Nonce1Allocator(
      { network: 'truechain', length: NONCE1_BYTES },
      { lease: async () => this.#lease() },
    );
    await nonce1.begin(10_000);
    const bans = { banned: () => undefined, allowed: () => false } as unknown as BanList;
    const seen = withTerms(engine, policy);
    for (const options of this.#starts.map((start, i) => this.#portOptions(i, start))) {
      ports.push(
        new TruePort(options, POOL_LIMITS, {
          engine: seen,
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
    const { source } = one;
    if (source === undefined) throw new Error('the engine asked for no source');
    const phase = TICK_MS * this.random.below(POLL_MS / TICK_MS);
    const process = { engine, ports, schedule, source, phase, header: '', gaveAt: Number.NEGATIVE_INFINITY };
    const begun: Process = {
      ...process,
      get works() {
        return one.works;
      },
    };
    this.processes = [...this.processes, begun];
    await this.#poll(begun);
  }

  /**
   * Starts the next process, which takes over. The processes before it go on serving their miners.
   * @param starts its start weights
   */
  async upgrade(starts = this.#starts): Promise<void> {
    const former = this.processes;
    this.#starts = starts;
    await this.start();
    for (const { engine } of former) engine.drain();
  }

  /** Ends all processes, and starts the next one. */
  async restart(): Promise<void> {
    const former = this.processes;
    this.processes = [];
    for (const { engine } of former) await engine.stop();
    await this.start();
  }

  /** Changes the start weights, for the running processes and later ones. */
  reload(starts: readonly bigint[]): void {
    this.#starts = starts;
    for (const { engine, ports } of this.processes) {
      engine.loose?.update(this.#loose(starts[0] ?? MIN_WEIGHT));
      for (const [i, port] of ports.entries()) {
        const options = this.#portOptions(i, starts[i] ?? MIN_WEIGHT);
        port.update(options, POOL_LIMITS);
        port.applyOptions(options);
      }
    }
  }

  /** The header that the node makes in a second of its clock: a function of what it contains, so it can be foreseen. */
  headerOf(second: number, content: number): string {
    return createHash('sha256').update(`${this.options.seed} ${second} ${content}`).digest('hex');
  }

  /** The node makes a header now. */
  make(content: number): string {
    this.#header = this.headerOf(Math.floor(this.clock.now / 1_000), content);
    return this.#header;
  }

  /** The weight that is on record for a slot of five seconds, which miners that run the public policy know too. */
  slotWeight(at: number): number | undefined {
    try {
      const file = join(this.#folder, 'targets', 'to-come', String(Math.floor((NOON_MS + at) / SLOT_MS)));
      return Number(readFileSync(file, 'latin1').split(' ')[0]);
    } catch {
      return undefined;
    }
  }

  /** The part of its work that a miner of a loose port is credited on average on a header: below 1 beside a change. */
  paidPart(header: string): number {
    const text = readFileSync(join(this.#folder, 'targets', header), 'latin1');
    const [target, credited] = text
      .trimEnd()
      .split(' ')
      .map((hex) => targetFromHex(hex, 16) ?? 0n);
    return Number(weightOfEitherHalf(credited ?? 0n)) / Number(weightOfEitherHalf(target ?? 0n));
  }

  /** Lets time pass, with everything that is due in it. */
  async pass(ms: number): Promise<void> {
    for (const end = this.clock.now + ms; this.clock.now < end; ) {
      this.clock.now += TICK_MS;
      for (const process of this.processes) {
        for (const port of process.ports) port.tick(this.clock.now);
        await process.schedule.writing;
        if (this.clock.now % POLL_MS === process.phase && this.clock.now >= this.silentUntil)
          await this.#poll(process);
      }
    }
    await settled();
  }

  async close(): Promise<void> {
    for (const { engine } of this.processes) await engine.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #poll(process: Process): Promise<void> {
    const { now } = this.clock;
    const unseenMs = now - process.gaveAt;
    process.gaveAt = now;
    if (process.header === this.#header) return;
    process.header = this.#header;
    const before = process.works;
    const work = {
      kind: 'truechain',
      id: this.#header.slice(0, 16),
      headerHash: decodeHex(this.#header, 32, 'header'),
      dataset: { hash: new Uint8Array(32) } as unknown as TrueHashDataset,
      fruitTarget: 1n,
      blockTarget: 1n,
      receivedAt: NOON_MS + now,
    } as const;
    process.source.onWork(work, { newHeader: true, newDataset: false, unseenMs });
    while (process.works === before) await settled();
    await settled();
  }

  #lease() {
    const start = this.#leased;
    this.#leased += LEASE_SIZE;
    const nonce1s = new Uint8Array(LEASE_SIZE * NONCE1_BYTES);
    for (let i = 0; i < LEASE_SIZE; i += 1)
      nonce1s.set([0x80 | ((start + i) >> 16), (start + i) >> 8, start + i], i * NONCE1_BYTES);
    return { lease: { space: 'truechain', start, size: LEASE_SIZE }, nonce1s };
  }

  #loose(startWeight: bigint) {
    const { fixed = false } = this.options;
    return { startWeight, minWeight: MIN_WEIGHT, maxWeight: MAX_WEIGHT, fixed, shareIntervalMs: 10_000 };
  }

  #portOptions(index: number, start: bigint): TruePortOptions {
    const { strict, fixed = false } = this.options;
    return {
      ...this.#loose(strict ? start : (this.#starts[0] ?? start)),
      name: `port${index}`,
      host: '127.0.0.1',
      port: 0,
      dialect: 'truestratum',
      nonce1Bytes: NONCE1_BYTES,
      strictPrefix: strict,
      fixedWeight: fixed,
      weightOfDifficulty: (text) => BigInt(Math.trunc(Number(text))),
    };
  }
}
