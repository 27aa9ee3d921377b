import { randomInt } from 'node:crypto';
import type { TrueChainNode, ZcashChainParams, ZcashNode } from '@adit/chain';
import { ShareJournal } from '@adit/ledger';
import { VerifierPool } from '@adit/pow/threads';
import { AditError, messageOf } from '@adit/primitives';
import { CandidateStore } from './candidate-store.ts';
import type { OnPoolEvent } from './events.ts';
import { Nonce1Allocator } from './nonce1-allocator.ts';
import { Nonce1Leases } from './nonce1-leases.ts';
import type { TruePortOptions, ZcashPortOptions } from './port-options.ts';
import { TruePort } from './true-port.ts';
import { TrueChainEngine } from './truechain-engine.ts';
import { ZcashEngine } from './zcash-engine.ts';
import { ZcashPort } from './zcash-port.ts';

/** A chain of the Zcash family with its nodes and ports. */
export interface ZcashChainOptions {
  readonly kind: 'zcash';
  readonly name: string;
  readonly params: ZcashChainParams;
  readonly nodes: readonly ZcashNode[];
  readonly ports: readonly ZcashPortOptions[];
  readonly rebroadcastMs?: number;
  readonly confirmations?: number;
  readonly proposeFirst?: boolean;
}

export interface TrueChainOptions {
  readonly kind: 'truechain';
  readonly name: string;
  readonly nodes: readonly TrueChainNode[];
  readonly ports: readonly TruePortOptions[];
  /** Snail number at which the dataset stands still (TIP9); never where left out. */
  readonly tip9?: number;
  readonly pollMs?: number;
}

export interface PoolOptions {
  /** Everything that the pool keeps lies in this folder. */
  readonly dataFolder: string;
  /** Threads that verify proofs. */
  readonly verifierThreads: number;
  /** Shares that may wait for verification. */
  readonly maxQueued?: number;
  readonly chains: readonly (ZcashChainOptions | TrueChainOptions)[];
}

export interface PoolModules {
  readonly onEvent: OnPoolEvent;
  /** Wall clock in milliseconds, for tests. */
  readonly now?: () => number;
}

type Engine = ZcashEngine | TrueChainEngine;
type Port = ZcashPort | TruePort;

const TICK_MS = 250;
const RENEW_MS = 300_000;
/** At 8,000 verifications a second and thread: half a second of work for one. */
const MAX_QUEUED = 4096;
/** Room in the verifier beyond that, for shares whose hash already says that they are blocks. */
const ROOM_FOR_BLOCKS = 64;
/** A share in verification, and the commit behind it, take milliseconds. */
const DRAIN_MS = 10_000;

/** The pool: chains with their engines and ports, around one journal and one verifier. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #onEvent: OnPoolEvent;
  readonly #now: () => number;
  readonly #journal: ShareJournal;
  readonly #leases: Nonce1Leases;
  readonly #verifier: VerifierPool;
  readonly #candidates: CandidateStore;
  readonly #engines: Engine[] = [];
  readonly #ports: Port[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #portNumbers = new Map<string, number>();
  #connections = 0;
  #stopped: Promise<void> | undefined;

  /** @throws AditError `ADIT_DATA_FOLDER` when the data folder cannot be written */
  constructor(options: PoolOptions, modules: PoolModules) {
    this.#options = options;
    this.#onEvent = guarded(modules.onEvent);
    this.#now = modules.now ?? Date.now;
    const { dataFolder } = options;
    const opened: (() => unknown)[] = [];
    try {
      this.#candidates = inFolder(dataFolder, () => new CandidateStore(dataFolder));
      const journal = new ShareJournal(
        { dataFolder },
        { onHealth: (problem) => this.#onEvent({ kind: 'journal', problem }) },
      );
      this.#journal = journal;
      opened.push(() => journal.close());
      const leases = inFolder(dataFolder, () => new Nonce1Leases(dataFolder, journal.instance));
      this.#leases = leases;
      opened.push(() => leases.close());
      const verifier = new VerifierPool(
        {
          threads: options.verifierThreads,
          maxQueued: (options.maxQueued ?? MAX_QUEUED) + ROOM_FOR_BLOCKS,
        },
        { onWorkerLost: (problem) => this.#onEvent({ kind: 'verifier', problem }) },
      );
      this.#verifier = verifier;
      opened.push(() => verifier.close());
      for (const chain of options.chains) this.#addChain(chain);
    } catch (error) {
      // No thread may stay behind.
      for (const close of opened) void close();
      throw error;
    }
  }

  /** The port number in use, by the port's name; known after `start`. */
  get portNumbers(): ReadonlyMap<string, number> {
    return this.#portNumbers;
  }

  get connections(): number {
    return this.#ports.reduce((sum, port) => sum + port.connections, 0);
  }

  /**
   * Opens the journal, listens, and begins to ask the nodes for work.
   * @throws AditError `ADIT_JOURNAL_FAILED`, `ADIT_CANNOT_LISTEN`; the pool has then been stopped
   */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    await this.#journal.opened();
    const onBad = (file: string) => this.#problem('a found block could not be read back', file);
    const unfinished = this.#candidates.unfinished(onBad);
    const names = this.#options.chains.flatMap((chain) => chain.ports.map(({ name }) => name));
    for (const [index, port] of this.#ports.entries())
      this.#portNumbers.set(names[index] ?? '', await port.listen());
    for (const engine of this.#engines)
      engine.start(unfinished.filter((candidate) => candidate.chain === engine.name));
    this.#every(TICK_MS, () => {
      const now = performance.now();
      for (const port of this.#ports) port.tick(now);
    });
    this.#every(RENEW_MS, () => this.#leases.renew(Date.now()));
  }

  /** Accepts no more, answers what is in flight, flushes the journal, closes. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    for (const port of this.#ports) port.stopAccepting();
    const deadline = performance.now() + DRAIN_MS;
    while (this.#ports.some((port) => port.judging > 0) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#engines.map((engine) => engine.stop()));
    await Promise.all(this.#ports.map((port) => port.close('the pool stops')));
    await this.#journal.close();
    await this.#verifier.close();
    this.#leases.close();
  }

  #addChain(chain: ZcashChainOptions | TrueChainOptions): void {
    if (chain.kind === 'zcash') this.#addZcash(chain);
    else this.#addTrueChain(chain);
  }

  #addZcash(chain: ZcashChainOptions): void {
    const ports: ZcashPort[] = [];
    const { kind: _kind, ports: _ports, params, nodes, ...engineOptions } = chain;
    const engine = new ZcashEngine(
      { ...engineOptions, chain: params, firstJobSequence: firstSequence() },
      {
        ...this.#engineModules(),
        nodes,
        onJob: (job, clean) => {
          for (const port of ports) port.broadcast(job, clean);
        },
      },
    );
    const allocators = new Map<number, Nonce1Allocator>();
    for (const options of chain.ports) {
      const nonce1 = this.#allocator(allocators, chain.name, options.nonce1Bytes);
      ports.push(
        new ZcashPort(options, { engine, nonce1, onEvent: this.#onEvent, nextId: () => this.#nextId() }),
      );
    }
    this.#engines.push(engine);
    this.#ports.push(...ports);
  }

  #addTrueChain(chain: TrueChainOptions): void {
    const ports: TruePort[] = [];
    const { kind: _kind, ports: _ports, nodes, ...engineOptions } = chain;
    const engine = new TrueChainEngine(
      { ...engineOptions, firstJobSequence: firstSequence() },
      {
        ...this.#engineModules(),
        nodes,
        onJob: (job, clean) => {
          for (const port of ports) port.broadcast(job, clean);
        },
      },
    );
    const allocators = new Map<number, Nonce1Allocator>();
    for (const options of chain.ports) {
      const modules = { engine, onEvent: this.#onEvent, nextId: () => this.#nextId() };
      const { nonce1Bytes } = options;
      const nonce1 = nonce1Bytes === 0 ? undefined : this.#allocator(allocators, chain.name, nonce1Bytes);
      ports.push(new TruePort(options, nonce1 === undefined ? modules : { ...modules, nonce1 }));
    }
    this.#engines.push(engine);
    this.#ports.push(...ports);
  }

  #engineModules() {
    return {
      journal: this.#journal,
      verifier: this.#verifier,
      maxQueued: this.#options.maxQueued ?? MAX_QUEUED,
      candidates: this.#candidates,
      onEvent: this.#onEvent,
      now: this.#now,
    };
  }

  /** One allocator for all ports of a chain with the same length: they share the values. */
  #allocator(made: Map<number, Nonce1Allocator>, chain: string, length: number): Nonce1Allocator {
    const existing = made.get(length);
    if (existing !== undefined) return existing;
    const lease = (space: string, capacity: number, size: number) =>
      this.#leases.take(space, capacity, size, Date.now());
    const allocator = new Nonce1Allocator({ chain, length }, { lease });
    made.set(length, allocator);
    return allocator;
  }

  #nextId(): number {
    this.#connections += 1;
    return this.#connections;
  }

  /** A full disk or a locked file is a problem, not the end of the process. */
  #every(ms: number, work: () => void): void {
    const guardedWork = () => {
      try {
        work();
      } catch (error) {
        this.#problem('what is done now and then', messageOf(error));
      }
    };
    this.#timers.push(setInterval(guardedWork, ms));
  }

  #problem(what: string, detail: string): void {
    this.#onEvent({ kind: 'problem', what, detail });
  }
}

/** Whoever listens must not be able to stop a share on its way: its faults become process warnings. */
function guarded(onEvent: OnPoolEvent): OnPoolEvent {
  return (event) => {
    try {
      onEvent(event);
    } catch (error) {
      process.emitWarning(
        `the listener failed on the event ${event.kind}: ${messageOf(error)}`,
        'AditWarning',
      );
    }
  };
}

function inFolder<T>(dataFolder: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const reason = `the data folder ${dataFolder} cannot be used: ${messageOf(error)}`;
    throw new AditError('ADIT_DATA_FOLDER', reason, { cause: error });
  }
}

/** Job ids of a restarted pool should not be those of the one before. */
function firstSequence(): number {
  return randomInt(1, 2 ** 31);
}
