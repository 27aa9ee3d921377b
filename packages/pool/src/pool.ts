import { randomInt } from 'node:crypto';
import type { Server } from 'node:net';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { TrueChainNode, ZcashChainParams, ZcashNode } from '@adit/chain';
import {
  makeDataFolder,
  makePrivateFile,
  OWNER_ONLY,
  readableBy,
  ShareJournal,
  type WeightAlarm,
} from '@adit/ledger';
import { banSubjectOf, Census } from '@adit/net';
import { VerifierPool } from '@adit/pow/threads';
import { AditError, messageOf } from '@adit/primitives';
import { type Ban, BanList } from './ban-list.ts';
import { CandidateStore } from './candidate-store.ts';
import { ChainWatch } from './chain-watch.ts';
import { Conduct } from './conduct.ts';
import { CONDUCT_DEFAULTS, type ConductOptions } from './conduct-options.ts';
import { Duplicates } from './duplicates.ts';
import type { OnPoolEvent, PoolEvent } from './events.ts';
import { HeaderPrices } from './header-prices.ts';
import type { LooseTargetOptions } from './loose-target.ts';
import { Nonce1Allocator } from './nonce1-allocator.ts';
import type { Nonce1Lease } from './nonce1-leases.ts';
import { Nonce1Thread } from './nonce1-thread.ts';
import { POOL_LIMITS, type PoolLimits } from './pool-limits.ts';
import type { PoolStatus } from './pool-status.ts';
import type { TruePortOptions, ZcashPortOptions } from './port-options.ts';
import { SeedBudget } from './seed-budget.ts';
import { TICK_MS } from './stratum-port.ts';
import { TruePort } from './true-port.ts';
import { TRUECHAIN, TrueChainEngine } from './truechain-engine.ts';
import { FULL } from './verdicts.ts';
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
  /** New transactions for the same tip go out no more often; default 20 s. */
  readonly refreshMs?: number;
  /** What works say whose coinbase can be varied: printable ASCII, see `isOperatorText`. Default: nothing. */
  readonly coinbaseText?: string;
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
  /** Number of the group whose members may read it; nobody but the user where left out. */
  readonly groupId?: number;
  /** Threads that verify proofs. */
  readonly verifierThreads: number;
  /** Shares that may wait for verification. */
  readonly maxQueued?: number;
  readonly limits?: PoolLimits;
  readonly conduct?: ConductOptions;
  /** Addresses and networks (CIDR) that are never banned. */
  readonly neverBan?: readonly string[];
  /** How long the first, second, ... ban by conduct lasts. */
  readonly banLadderMs?: readonly number[];
  readonly chains: readonly (ZcashChainOptions | TrueChainOptions)[];
}

export interface PoolModules {
  readonly onEvent: OnPoolEvent;
  /** Wall clock in milliseconds, for tests. */
  readonly now?: () => number;
  /** Milliseconds that only grow, for tests: the age of TrueChain's headers. */
  readonly monotonic?: () => number;
  /**
   * For benchmarks that send one share many times: what duplicates and journal know a Zcash share by, made from its
   * block hash. Blocks go to the nodes as they are.
   */
  readonly shareDigest?: (blockHash: Uint8Array) => Uint8Array;
}

type Engine = ZcashEngine | TrueChainEngine;
type Port = ZcashPort | TruePort;
type ChainOptions = ZcashChainOptions | TrueChainOptions;

export interface DrainOptions {
  /** Miners are asked to connect again one after the other, spread over this time. */
  readonly reconnectOverMs: number;
  /** Who is still there then is left to `stop`. */
  readonly deadlineMs: number;
}

const RENEW_MS = 300_000;
/** An upgrade waits for 30 s, and the journal has to be opened as well. */
const LEASE_MS = 15_000;
const SECOND_MS = 1_000;
/** At 8,000 verifications a second and thread: half a second of work for one. */
const MAX_QUEUED = 4096;
/** A thread has two batches of 32 with it, whose places nobody can take over: as many must be left to be shared out. */
const LEAST_QUEUED = 128;
/** Room in the verifier beyond that, for shares whose hash already says that they are blocks. */
const ROOM_FOR_BLOCKS = 64;
/** A share in verification, and the commit behind it, take milliseconds. */
const FINISH_MS = 10_000;
const LAST_TURNS_MS = 20;
/** An outage of a second is a node that restarts: no words about it. */
const TROUBLE_AFTER_MS = 5_000;

/** The pool: chains with their engines and ports, around one journal and one verifier. */
export class Pool {
  readonly bans: BanList;
  readonly #options: PoolOptions;
  readonly #onEvent: OnPoolEvent;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  readonly #shareDigest: PoolModules['shareDigest'];
  readonly #journal: ShareJournal;
  readonly #leases: Nonce1Thread;
  readonly #verifier: VerifierPool;
  readonly #candidates: CandidateStore;
  readonly #census: Census;
  readonly #seeds = new SeedBudget();
  readonly #conduct: Conduct;
  readonly #engines: Engine[] = [];
  readonly #ports: Port[] = [];
  /** By network and length: names of chains do not count. */
  readonly #allocators = new Map<string, Nonce1Allocator>();
  /** The engines of each network: several chains may be of one. */
  readonly #networks = new Map<string, Engine[]>();
  readonly #watches: ChainWatch[] = [];
  /** By network: two chains of one must not credit a share twice. */
  readonly #duplicates = new Map<string, Duplicates>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #portNumbers = new Map<string, number>();
  readonly #startedMs: number;
  #limits: PoolLimits;
  #connections = 0;
  #prepared: Promise<void> | undefined;
  #draining = false;
  /** Subjects whose connections are being closed. */
  readonly #dropping = new Set<string>();
  #stopped: Promise<void> | undefined;

  /** @throws AditError `ADIT_DATA_FOLDER` when the data folder cannot be written; `ADIT_UNLIKE_PORTS` */
  constructor(options: PoolOptions, modules: PoolModules) {
    this.#options = options;
    this.#limits = options.limits ?? POOL_LIMITS;
    this.#now = modules.now ?? Date.now;
    this.#monotonic = modules.monotonic ?? (() => performance.now());
    this.#shareDigest = modules.shareDigest;
    this.#startedMs = this.#now();
    this.#watches = options.chains.map(({ name, kind }) => new ChainWatch(name, kind));
    const told = guarded(modules.onEvent);
    this.#onEvent = (event) => {
      this.#watch(event);
      told(event);
    };
    const { dataFolder } = options;
    const opened: (() => unknown)[] = [];
    try {
      const access = options.groupId === undefined ? OWNER_ONLY : readableBy(options.groupId);
      for (const problem of inFolder(dataFolder, () => makeDataFolder(dataFolder, access))) {
        this.#problem('the data folder', problem);
      }
      // SQLite makes them readable by everybody, and takes the mode of a file that is there.
      for (const name of ['leases.db', 'bans.db'])
        inFolder(dataFolder, () => makePrivateFile(path.join(dataFolder, name), access));
      this.#candidates = inFolder(dataFolder, () => new CandidateStore(dataFolder, access.fileMode));
      const journal = new ShareJournal(
        { dataFolder, access, networks: networksOf(options) },
        {
          onAlarm: (alarm) => this.#problem('one share came with two weights', wordsOf(alarm)),
          onFaults: (faults) => {
            for (const fault of faults) this.#problem('a journal needs somebody', fault);
          },
          onHealth: (problem) => this.#onEvent({ kind: 'journal', problem }),
          onCommit: (shares, ms) => this.#onEvent({ kind: 'committed', shares, ms }),
        },
      );
      this.#journal = journal;
      opened.push(() => journal.close());
      const leases = new Nonce1Thread(
        { dataFolder, owner: journal.instance },
        {
          onLost: (reason) =>
            this.#problem('the thread of the nonce1 leases ended, and is begun again', reason),
        },
      );
      this.#leases = leases;
      opened.push(() => leases.close());
      const { banLadderMs: ladderMs } = options;
      const bans = new BanList(
        { dataFolder, allow: neverBanned(options), ...(ladderMs === undefined ? {} : { ladderMs }) },
        { now: this.#now, onProblem: (detail) => this.#problem('the list of bans', detail) },
      );
      this.bans = bans;
      opened.push(() => bans.close());
      this.#census = new Census(this.#limits.connections);
      this.#conduct = new Conduct(options.conduct ?? CONDUCT_DEFAULTS, { bans, onEvent: this.#onEvent });
      const verifier = new VerifierPool(
        {
          threads: options.verifierThreads,
          maxQueued: Math.max(options.maxQueued ?? MAX_QUEUED, LEAST_QUEUED * options.verifierThreads),
          reservedForUrgent: ROOM_FOR_BLOCKS,
        },
        {
          onWorkerLost: (problem) => this.#onEvent({ kind: 'verifier', problem }),
          onBatch: (batch) => this.#onEvent({ kind: 'verified', ...batch }),
        },
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

  /** The port number in use, by the port's name; known after `listen`. */
  get portNumbers(): ReadonlyMap<string, number> {
    return this.#portNumbers;
  }

  get connections(): number {
    return this.#ports.reduce((sum, port) => sum + port.connections, 0);
  }

  /** The raw TCP servers by the names of their ports, to be handed to another process. */
  get servers(): ReadonlyMap<string, Server> {
    return new Map(this.#ports.map((port) => [port.port, port.server]));
  }

  /**
   * Prepares, and listens.
   * @throws AditError `ADIT_JOURNAL_FAILED`, `ADIT_DATA_FOLDER`, `ADIT_CANNOT_LISTEN`; the pool has then been stopped
   */
  async start(): Promise<void> {
    await this.prepare();
    await this.listen();
  }

  /**
   * Opens the journal, leases nonce1 values, and begins to ask the nodes for work. Nobody can connect yet.
   * @throws AditError `ADIT_JOURNAL_FAILED`, `ADIT_DATA_FOLDER`; the pool has then been stopped
   */
  prepare(): Promise<void> {
    this.#prepared ??= this.#orStop(() => this.#prepare());
    return this.#prepared;
  }

  /**
   * Opens all ports.
   * @param inherited sockets that listen already, by the name of the port
   * @throws AditError `ADIT_CANNOT_LISTEN`, `ADIT_TLS_FILES`; the pool has then been stopped
   */
  listen(inherited: ReadonlyMap<string, Server | { readonly fd: number }> = new Map()): Promise<void> {
    return this.#orStop(async () => {
      // All begin in this turn: a socket that came from another process accepts from the start.
      await Promise.all(
        this.#ports.map(async (port) => {
          this.#portNumbers.set(port.port, await port.listen(inherited.get(port.port)));
        }),
      );
      this.#every(TICK_MS, () => {
        const now = performance.now();
        for (const port of this.#ports) port.tick(now);
      });
    });
  }

  /** Waits until every chain has work. @returns false where one has none in time */
  async whenWorking(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!this.#watches.every(({ hasWork }) => hasWork)) {
      if (performance.now() > deadline || this.#stopped !== undefined) return false;
      await pause(20);
    }
    return true;
  }

  /**
   * Takes what may change while miners are connected. Chains and ports are matched by name.
   * @throws AditError `ADIT_UNLIKE_PORTS`: nothing was changed
   */
  reload(options: PoolOptions): void {
    for (const chain of options.chains) if (chain.kind === 'truechain') looseOptions(chain);
    this.#limits = options.limits ?? POOL_LIMITS;
    this.#census.update(this.#limits.connections);
    this.#conduct.update(options.conduct ?? CONDUCT_DEFAULTS);
    this.bans.allow(neverBanned(options));
    for (const chain of options.chains) {
      for (const port of this.#ports.filter((known) => known.chain === chain.name)) {
        const wanted = chain.ports.find(({ name }) => name === port.port);
        if (wanted === undefined) continue;
        port.update(wanted, this.#limits);
        if (port instanceof ZcashPort && wanted.dialect === 'zcash') port.applyOptions(wanted);
        if (port instanceof TruePort && wanted.dialect === 'truestratum') port.applyOptions(wanted);
      }
      if (chain.kind === 'truechain') this.#setLoose(chain);
      this.#setGrace(chain);
    }
  }

  /**
   * Another process has the ports now: takes no more connections, serves those that are there, and asks them to
   * connect again. Resolves when nobody is left, or at the deadline; `stop` comes next.
   */
  async drain({ reconnectOverMs, deadlineMs }: DrainOptions): Promise<void> {
    this.#draining = true;
    const deadline = performance.now() + deadlineMs;
    for (const port of this.#ports) port.stopListening();
    const ends = this.#ports.map((port) => port.reconnectAll(reconnectOverMs));
    while ((this.connections > 0 || this.#judging > 0) && performance.now() < deadline) {
      if (this.#stopped !== undefined) break;
      await pause(20);
    }
    for (const end of ends) end();
  }

  /** Bans an address by hand, and closes its connections. @throws AditError `ADIT_BAD_ADDRESS`, `ADIT_BAD_BAN`, `ADIT_ALLOW_LISTED` */
  ban(address: string, ms: number, reason: string): Ban {
    const ban = this.bans.add(address, ms, reason);
    this.#onBanned(address, `banned: ${reason}`);
    return ban;
  }

  /** Accepts no more, answers what is in flight, tells miners to connect again, flushes the journal, closes. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  get status(): PoolStatus {
    const chains = this.#watches.map((watch) => watch.status(performance.now()));
    const { problem, waiting, faults } = this.#journal;
    const notReady = [
      ...(problem === undefined ? [] : [`the journal keeps nothing: ${problem}`]),
      ...faults,
      ...chains.flatMap(({ name, workAgeMs, outageMs }) =>
        workAgeMs === undefined
          ? [`${name} has no work yet`]
          : outageMs > TROUBLE_AFTER_MS
            ? [`${name}: no node has given work for ${Math.round(outageMs / 1000)} s`]
            : [],
      ),
      ...(this.#portNumbers.size < this.#ports.length ? ['not all ports are open'] : []),
      ...(this.#draining ? ['another process has taken over'] : []),
      ...(this.#stopped === undefined ? [] : ['the pool stops']),
    ];
    const { queued, oldestMs } = this.#verifier.stats();
    return {
      startedMs: this.#startedMs,
      instance: this.#journal.instance,
      ready: notReady.length === 0,
      notReady,
      draining: this.#draining,
      ports: this.#ports.map((port) => ({
        ...port.status,
        dialect: port instanceof ZcashPort ? ('zcash' as const) : ('truestratum' as const),
      })),
      chains,
      verifier: { queued, oldestMs, threads: this.#options.verifierThreads },
      journal: { problem, waiting, faults },
      sessions: this.#ports.reduce((sum, port) => sum + port.kept, 0),
      bans: this.bans.list().length,
    };
  }

  get #judging(): number {
    return this.#ports.reduce((sum, port) => sum + port.judging, 0);
  }

  async #orStop(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    await this.#journal.opened();
    await Promise.all([...this.#allocators.values()].map((allocator) => allocator.begin(LEASE_MS)));
    const onBad = (file: string) => this.#problem('a found block could not be read back', file);
    const unfinished = this.#candidates.unfinished(onBad);
    for (const engine of this.#engines)
      engine.start(unfinished.filter((candidate) => candidate.chain === engine.name));
    this.#every(RENEW_MS, () => void this.renewLeases());
    this.#every(SECOND_MS, () => {
      this.bans.refresh();
      this.#conduct.tick(performance.now());
      this.#census.tick(performance.now());
      this.#lookAtOutages();
    });
  }

  async #stop(): Promise<void> {
    for (const port of this.#ports) port.stopAccepting();
    // Lines that have come already get their turn.
    await pause(LAST_TURNS_MS);
    const deadline = performance.now() + FINISH_MS;
    while (this.#judging > 0 && performance.now() < deadline) await pause(10);
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#engines.map((engine) => engine.stop()));
    for (const port of this.#ports) port.reconnectAll(0)();
    await Promise.all(this.#ports.map((port) => port.close('the pool stops')));
    await this.#journal.close();
    await this.#verifier.close();
    await this.#leases.close();
    this.bans.close();
  }

  /** Says that the nonce1 values of this process are in use; called every five minutes. Never throws. */
  async renewLeases(): Promise<void> {
    try {
      const lost = await this.#leases.renew(this.#now());
      if (lost.length > 0) await this.#replace(lost);
    } catch (error) {
      if (this.#stopped === undefined) this.#problem('the leases of nonce1 values', messageOf(error));
    }
  }

  async #replace(lost: readonly Nonce1Lease[]): Promise<void> {
    const spaces = new Set(lost.map(({ space }) => space));
    const allocators = [...this.#allocators.values()].filter(({ space }) => spaces.has(space));
    const held = allocators.map((allocator) => allocator.lose(lost));
    for (const space of spaces) {
      const detail = `this one did not renew ${space} in two hours`;
      this.#problem('nonce1 values went to another process', detail);
    }
    // Others are there by then, or who held one has to connect again.
    await Promise.allSettled(allocators.map((allocator) => allocator.begin(LEASE_MS)));
    for (const values of held) for (const port of this.#ports) port.renumber(values);
  }

  #watch(event: PoolEvent): void {
    for (const watch of this.#watches) watch.onEvent(event, performance.now());
  }

  /** Without work miners are told, kept for a time, and then let go to their other pools. */
  #lookAtOutages(): void {
    for (const { name, outageMs, workAgeMs } of this.#watches.map((watch) =>
      watch.status(performance.now()),
    )) {
      const ports = this.#ports.filter((port) => port.chain === name);
      const long = outageMs > TROUBLE_AFTER_MS;
      for (const port of ports)
        port.trouble(
          long ? 'No node gives work at the moment; please stay, it is being looked into' : undefined,
        );
      if (outageMs <= this.#limits.outageMs || workAgeMs === undefined) continue;
      for (const port of ports) if (port.connections > 0) port.dropAll('no node has given work for too long');
    }
  }

  /** Each of its connections may bring the same news: one walk over everybody is enough for a second. */
  #onBanned(address: string, reason: string): void {
    const subject = banSubjectOf(address);
    if (this.#dropping.has(subject)) return;
    this.#dropping.add(subject);
    setTimeout(() => this.#dropping.delete(subject), SECOND_MS).unref();
    for (const port of this.#ports) port.dropAll(reason, subject);
  }

  #addChain(chain: ChainOptions): void {
    if (chain.kind === 'zcash') this.#addZcash(chain);
    else this.#addTrueChain(chain);
    this.#setGrace(chain);
  }

  #setGrace(chain: ChainOptions): void {
    const engine = this.#engines.find(({ name }) => name === chain.name);
    if (engine instanceof ZcashEngine)
      engine.graceMs = Math.max(0, ...chain.ports.map(({ graceMs = 0 }) => graceMs));
  }

  #addZcash(chain: ZcashChainOptions): void {
    const ports: ZcashPort[] = [];
    const { kind: _kind, ports: _ports, params, nodes, ...engineOptions } = chain;
    const shareDigest = this.#shareDigest;
    const engine = new ZcashEngine(
      { ...engineOptions, chain: params, firstJobSequence: firstSequence() },
      {
        ...this.#engineModules(params.name),
        ...(shareDigest === undefined ? {} : { shareDigest }),
        nodes,
        onTip: () => {
          for (const port of ports) port.tip();
        },
        onJob: (job, clean) => {
          for (const port of ports) port.broadcast(job, clean);
        },
      },
    );
    const liveSince = this.#joinNetwork(params.name, engine);
    for (const options of chain.ports) {
      const nonce1 = this.#allocator(params.name, options.nonce1Bytes);
      ports.push(new ZcashPort(options, this.#limits, { ...this.#portModules(), engine, nonce1, liveSince }));
    }
    this.#engines.push(engine);
    this.#ports.push(...ports);
  }

  /** How the one target of a chain moves whose nonces are bound to nobody. What does not fit together is not taken. */
  #setLoose(chain: TrueChainOptions): void {
    const engine = this.#engines.find(({ name }) => name === chain.name);
    const loose = looseOptions(chain);
    if (engine instanceof TrueChainEngine && loose !== undefined) engine.loose?.update(loose);
  }

  #addTrueChain(chain: TrueChainOptions): void {
    const ports: TruePort[] = [];
    const { kind: _kind, ports: _ports, nodes, ...engineOptions } = chain;
    const loose = looseOptions(chain);
    const { dataFolder } = this.#options;
    const what = 'the share target of a header cannot be kept';
    const engine = new TrueChainEngine(
      {
        ...engineOptions,
        firstJobSequence: firstSequence(),
        ...(loose === undefined ? {} : { loose }),
      },
      {
        ...this.#engineModules(TRUECHAIN),
        nodes,
        monotonic: this.#monotonic,
        prices: new HeaderPrices({ dataFolder }, { onProblem: (detail) => this.#problem(what, detail) }),
        onJob: (job, clean) => {
          for (const port of ports) port.broadcast(job, clean);
        },
      },
    );
    const liveSince = this.#joinNetwork(TRUECHAIN, engine);
    for (const options of chain.ports) {
      const modules = { ...this.#portModules(), engine, liveSince, seeds: this.#seeds };
      const { nonce1Bytes } = options;
      const nonce1 = nonce1Bytes === 0 ? undefined : this.#allocator(TRUECHAIN, nonce1Bytes);
      ports.push(
        new TruePort(options, this.#limits, nonce1 === undefined ? modules : { ...modules, nonce1 }),
      );
    }
    this.#engines.push(engine);
    this.#ports.push(...ports);
  }

  #engineModules(network: string) {
    const onFull = (group: string) => this.#problem(FULL, group);
    const duplicates =
      this.#duplicates.get(network) ?? Duplicates.ofNetwork(network, { journal: this.#journal, onFull });
    this.#duplicates.set(network, duplicates);
    return {
      duplicates: duplicates.shared(),
      journal: this.#journal,
      verifier: this.#verifier,
      candidates: this.#candidates,
      onEvent: this.#onEvent,
      now: this.#now,
    };
  }

  #portModules() {
    return {
      census: this.#census,
      bans: this.bans,
      conduct: this.#conduct,
      onEvent: this.#onEvent,
      nextId: () => this.#nextId(),
      onBanned: (address: string, reason: string) => this.#onBanned(address, reason),
    };
  }

  /** @returns when the oldest work of the network was made whose shares still count; see `Nonce1Request` */
  #joinNetwork(network: string, engine: Engine): () => number {
    const engines = this.#networks.get(network) ?? [];
    this.#networks.set(network, engines);
    engines.push(engine);
    return () => Math.min(...engines.map(({ liveSince }) => liveSince));
  }

  /** One allocator for all ports of a network with the same length: they share the values. */
  #allocator(network: string, length: number): Nonce1Allocator {
    const key = `${network}/${length}`;
    const existing = this.#allocators.get(key);
    if (existing !== undefined) return existing;
    const allocator = new Nonce1Allocator(
      { network, length },
      {
        lease: (wanted) => this.#leases.take(wanted, this.#now()),
        onProblem: (reason) => {
          if (this.#stopped === undefined) this.#problem('the leases of nonce1 values', reason);
        },
      },
    );
    this.#allocators.set(key, allocator);
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

/** A ban of a proxy would be a ban of everybody behind it. */
function neverBanned({ neverBan = [], chains }: PoolOptions): readonly string[] {
  return [...neverBan, ...chains.flatMap(({ ports }) => ports.flatMap(({ proxies = [] }) => proxies))];
}

/** Journals of version 1 knew the chains by these names alone. */
function networksOf({ chains }: PoolOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    chains.map((chain) => [chain.name, chain.kind === 'zcash' ? chain.params.name : TRUECHAIN]),
  );
}

function wordsOf({ network, digest, weights }: WeightAlarm): string {
  return `${digest} on ${network}: ${weights.join(' and ')}; the smaller one counts`;
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

/**
 * What the ports of a TrueChain chain say together; undefined where nonces are bound to connections.
 * @throws AditError `ADIT_UNLIKE_PORTS` where a header would have two targets
 */
function looseOptions({ name, ports }: TrueChainOptions): LooseTargetOptions | undefined {
  const wanted = ports.map(
    ({ strictPrefix, startWeight, minWeight, maxWeight, fixedWeight: fixed = false, shareIntervalMs }) =>
      strictPrefix ? undefined : { startWeight, minWeight, maxWeight, fixed, shareIntervalMs },
  );
  const [first] = wanted;
  if (ports.some(({ strictPrefix, nonce1Bytes }) => strictPrefix && nonce1Bytes === 0)) {
    throw new AditError('ADIT_UNLIKE_PORTS', `${name}: a strict prefix of no bytes binds nothing`);
  }
  if (wanted.some((one) => !isDeepStrictEqual(one, first))) {
    throw new AditError(
      'ADIT_UNLIKE_PORTS',
      `${name}: all its ports must have the same strictPrefix, and without it the same weights and share interval`,
    );
  }
  return first;
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
