import type { Server } from 'node:net';
import { Census, listenerTurns } from '@adit/net';
import type { ChainBase, ChainFamilies, PoolPort } from './chains/chain-family.ts';
import { ChainModuleMaker } from './chains/chain-modules.ts';
import { CHAIN_FAMILIES, type ChainOptions } from './chains/families.ts';
import { RunningChains } from './chains/running-chains.ts';
import type { Ban } from './conduct/ban.ts';
import type { BanList } from './conduct/ban-list.ts';
import { BanWalks } from './conduct/ban-walks.ts';
import { Conduct } from './conduct/conduct.ts';
import { CONDUCT_DEFAULTS } from './conduct/options.ts';
import { drainPorts } from './drain.ts';
import type { OnPoolEvent } from './events.ts';
import { guarded } from './guarded.ts';
import type { MinerEntry } from './miners/miner-entry.ts';
import { POOL_LIMITS, type PoolLimits } from './pool-limits.ts';
import type { PoolModules } from './pool-modules.ts';
import { type DrainOptions, neverBanned, type PoolOptions } from './pool-options.ts';
import { closeParts, openPoolParts, type PoolParts } from './pool-parts.ts';
import { type PoolStatus, whyNotReady } from './pool-status.ts';
import { PoolTasks } from './pool-tasks.ts';
import type { Problem } from './problem.ts';
import { SeedBudget } from './truechain/seed-budget.ts';

/** Longest wait of a stop for verdicts. A verification and the commit after it take milliseconds. */
const FINISH_MS = 10_000;
const LAST_TURNS_MS = 20;

/**
 * The pool: chains with their engines and ports, around one journal and one verifier.
 *
 * @typeParam Chain the options of each family that the pool knows. Default: those of `CHAIN_FAMILIES`
 */
export class Pool<Chain extends ChainBase = ChainOptions> {
  readonly bans: BanList;
  readonly #verifierThreads: number;
  readonly #onEvent: OnPoolEvent;
  readonly #parts: PoolParts;
  readonly #census: Census;
  readonly #turns = listenerTurns();
  readonly #conduct: Conduct;
  readonly #chains: RunningChains<Chain>;
  readonly #ports: readonly PoolPort[];
  readonly #tasks: PoolTasks;
  readonly #portNumbers = new Map<string, number>();
  readonly #startedMs: number;
  #limits: PoolLimits;
  #connections = 0;
  #prepared: Promise<void> | undefined;
  #draining = false;
  readonly #dropping = new BanWalks();
  #stopped: Promise<void> | undefined;

  /** @throws AditError `ADIT_DATA_FOLDER` when the data folder cannot be written; `ADIT_UNLIKE_PORTS` */
  constructor(
    options: PoolOptions<Chain>,
    modules: PoolModules & { readonly families?: ChainFamilies<Chain> },
  ) {
    // `families` is left out only where `Chain` has its default.
    this.#chains = new RunningChains(modules.families ?? (CHAIN_FAMILIES as unknown as ChainFamilies<Chain>));
    this.#limits = options.limits ?? POOL_LIMITS;
    this.#verifierThreads = options.verifierThreads;
    const now = modules.now ?? Date.now;
    this.#startedMs = now();
    const told = guarded(modules.onEvent);
    this.#onEvent = (event) => {
      this.#chains.onEvent(event, performance.now());
      told(event);
    };
    this.#chains.check(options.chains);
    this.#parts = openPoolParts(options, this.#chains.networksOf(options.chains), {
      now,
      onEvent: this.#onEvent,
      onProblem: (problem) => this.#problem(problem),
      onLostNonces: (values) => {
        for (const port of this.#ports) port.renumber(values);
      },
    });
    const { bans } = this.#parts;
    this.bans = bans;
    this.#census = new Census(this.#limits.connections);
    this.#conduct = new Conduct(options.conduct ?? CONDUCT_DEFAULTS, { bans, onEvent: this.#onEvent });
    try {
      this.#chains.open(options.chains, this.#moduleMaker(options, { ...modules, now }));
    } catch (error) {
      // No thread may stay behind.
      closeParts(this.#parts).catch(() => {}); // The caller gets the first error.
      throw error;
    }
    this.#ports = this.#chains.ports;
    this.#tasks = new PoolTasks(options, {
      chains: this.#chains,
      bans,
      conduct: this.#conduct,
      census: this.#census,
      now,
      outageMs: () => this.#limits.outageMs,
      renewLeases: () => this.renewLeases(),
      takeUpBlocks: () => this.takeUpBlocks(),
      onProblem: (problem) => this.#problem(problem),
    });
  }

  /** The port number in use, by the port's name; known after `listen`. */
  get portNumbers(): ReadonlyMap<string, number> {
    return this.#portNumbers;
  }

  get connections(): number {
    return this.#ports.reduce((sum, port) => sum + port.connections, 0);
  }

  /** The raw TCP servers by the names of their ports, for another process that takes the ports over. */
  get servers(): ReadonlyMap<string, Server> {
    return new Map(this.#ports.map((port) => [port.port, port.server]));
  }

  /**
   * Calls `prepare` and `listen`.
   * @throws AditError `ADIT_JOURNAL_FAILED`, `ADIT_DATA_FOLDER`, `ADIT_CANNOT_LISTEN`; the pool has then been stopped
   */
  async start(): Promise<void> {
    await this.prepare();
    await this.listen();
  }

  /**
   * Opens the journal, leases nonce1 values, and begins to ask the nodes for work. Miners cannot connect yet.
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
      // All ports begin in this turn of the event loop, since inherited sockets accept connections from the start.
      await Promise.all(
        this.#ports.map(async (port) => {
          this.#portNumbers.set(port.port, await port.listen(inherited.get(port.port)));
        }),
      );
      this.#tasks.beginPorts();
    });
  }

  /** Waits until every chain has work. @returns false where one has none within `timeoutMs` */
  async whenWorking(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!this.#chains.allHaveWork) {
      if (performance.now() > deadline || this.#stopped !== undefined) return false;
      await pause(20);
    }
    return true;
  }

  /**
   * Applies the settings that may change while miners are connected. Chains and ports are matched by name.
   * @throws AditError `ADIT_UNLIKE_PORTS`; nothing has changed then
   */
  reload(options: PoolOptions<Chain>): void {
    this.#chains.check(options.chains);
    this.#limits = options.limits ?? POOL_LIMITS;
    this.#census.update(this.#limits.connections);
    this.#conduct.update(options.conduct ?? CONDUCT_DEFAULTS);
    this.bans.allow(neverBanned(options));
    this.#chains.reload(options.chains, this.#limits);
  }

  /**
   * To be called when another process has the ports. Takes no more connections, serves the open ones, and asks their
   * miners to connect again. Miners that stay are closed one after the other until the deadline: closed together they
   * would all come to the other process in one second. Resolves when all have left, or at the deadline; `stop` comes next.
   */
  async drain(options: DrainOptions): Promise<void> {
    this.#draining = true;
    this.#chains.drain();
    await drainPorts(this.#ports, options, {
      isEmpty: () => this.connections === 0 && this.#judging === 0,
      isStopped: () => this.#stopped !== undefined,
    });
  }

  /**
   * Bans an address by hand, and closes its connections.
   * @throws AditError `ADIT_BAD_ADDRESS`, `ADIT_BAD_BAN`, `ADIT_ALLOW_LISTED`
   */
  ban(address: string, ms: number, reason: string): Ban {
    const ban = this.bans.add(address, ms, reason);
    this.#onBanned(address, `banned: ${reason}`);
    return ban;
  }

  /** Takes no more lines, waits for verdicts, asks miners to connect again, flushes the journal, and closes. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  get status(): PoolStatus {
    const chains = this.#chains.status(performance.now());
    const { journal: keeper, verifier } = this.#parts;
    const { problem, problemCause: cause, waiting, faults } = keeper;
    const journal = { problem, cause, waiting, faults };
    const notReady = whyNotReady({
      journal,
      chains,
      portsOpen: this.#portNumbers.size === this.#ports.length,
      draining: this.#draining,
      stopping: this.#stopped !== undefined,
    });
    const { queued, oldestMs } = verifier.stats();
    return {
      startedMs: this.#startedMs,
      instance: keeper.instance,
      ready: notReady.length === 0,
      notReady: notReady.map(({ detail }) => detail),
      notReadyCauses: notReady.map(({ cause }) => cause),
      draining: this.#draining,
      ports: this.#ports.map((port) => port.status),
      chains,
      verifier: { queued, oldestMs, threads: this.#verifierThreads },
      journal,
      sessions: this.#ports.reduce((sum, port) => sum + port.kept, 0),
      bans: this.bans.list().length,
      bansUnsaved: this.bans.unsaved,
      bansProblem: this.bans.problem,
      diskFreeBytes: this.#tasks.diskFreeBytes,
    };
  }

  /** The workers on open connections. */
  get miners(): readonly MinerEntry[] {
    const now = performance.now();
    return this.#ports.flatMap(({ members }) => [...members].flatMap((miner) => miner.entries(now)));
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
    const { journal, nonce1 } = this.#parts;
    await journal.opened();
    await this.bans.opened();
    await nonce1.begin();
    this.#chains.start(await this.#parts.unfinished());
    this.#tasks.begin();
  }

  /**
   * Follows the found blocks of processes on this data folder that have ended. The pool does this every minute; to be
   * called when one is known to have ended. Never throws.
   */
  async takeUpBlocks(): Promise<void> {
    const unfinished = await this.#parts.unfinished();
    if (this.#stopped !== undefined) return;
    this.#chains.takeUp(unfinished);
  }

  async #stop(): Promise<void> {
    for (const port of this.#ports) port.stopAccepting();
    // Lines that have come already are still answered.
    await pause(LAST_TURNS_MS);
    const deadline = performance.now() + FINISH_MS;
    while (this.#judging > 0 && performance.now() < deadline) await pause(10);
    this.#tasks.stop();
    await this.#chains.stop();
    for (const port of this.#ports) port.reconnectAll(0)();
    await Promise.all(this.#ports.map((port) => port.close()));
    await closeParts(this.#parts);
  }

  /** Renews the leases of nonce1 values; called every five minutes. Never throws. */
  async renewLeases(): Promise<void> {
    await this.#parts.nonce1.renew();
  }

  #onBanned(address: string, detail: string): void {
    const subject = this.#dropping.begin(address);
    if (subject === undefined) return;
    for (const port of this.#ports) port.dropAll({ cause: 'banned', detail }, subject);
  }

  #moduleMaker(
    options: PoolOptions<Chain>,
    { now, monotonic, shareDigest, accountsOf, payeesOf }: PoolModules & { now(): number },
  ) {
    const { journal, verifier, candidates, nonce1, bans } = this.#parts;
    const port = {
      census: this.#census,
      turns: this.#turns,
      bans,
      conduct: this.#conduct,
      onEvent: this.#onEvent,
      nextId: () => this.#nextId(),
      onBanned: (address: string, detail: string) => this.#onBanned(address, detail),
    };
    const common = {
      dataFolder: options.dataFolder,
      limits: this.#limits,
      journal,
      verifier,
      candidates,
      port,
      seeds: new SeedBudget(),
      now,
      monotonic: monotonic ?? (() => performance.now()),
      ...(shareDigest === undefined ? {} : { shareDigest }),
      ...(accountsOf === undefined ? {} : { accountsOf }),
      ...(payeesOf === undefined ? {} : { payeesOf }),
    };
    return new ChainModuleMaker(common, nonce1);
  }

  #nextId(): number {
    this.#connections += 1;
    return this.#connections;
  }

  #problem(problem: Problem): void {
    this.#onEvent({ kind: 'problem', ...problem });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
