import type { Server } from 'node:net';
import { PoolMetrics } from '@adit/api';
import { type FileAccess, FolderLock, OWNER_ONLY, readableBy } from '@adit/journal';
import { type Ban, Pool, type PoolModules } from '@adit/pool';
import { AditError, messageOf } from '@adit/primitives';
import type { Logger } from 'pino';
import { accountReaders } from '../check/account-addresses.ts';
import { refuseWrongNodes } from '../check/before-start.ts';
import { payeeReaders } from '../check/block-payees.ts';
import { requireDataFolder } from '../check/data-folder.ts';
import { takenError } from '../check/taken-addresses.ts';
import { changedContents, type FileContents, fileContents } from '../config/file-contents.ts';
import { requireFiles } from '../config/file-faults.ts';
import { compareConfigs, withLiveSettings } from '../config/live-settings.ts';
import { loadConfig } from '../config/load.ts';
import { poolOptions } from '../config/pool-options.ts';
import { checkReload } from '../config/reload-faults.ts';
import type { Config } from '../config/schema.ts';
import { minersResult } from '../control/miners-result.ts';
import type { ControlRequest } from '../control/requests.ts';
import { banResult, liftResult, processResult, type Reloaded, reloadResult } from '../control/results.ts';
import { ControlServer } from '../control/server.ts';
import { statusDocumentOf } from '../control/status-document.ts';
import { EventLog } from '../log/event-log.ts';
import type { LedgerEvent } from '../log/ledger-event.ts';
import { makeLogger } from '../log/logger.ts';
import type { EndingCause, ServiceEvent } from '../log/service-event.ts';
import { serviceProblem } from '../log/service-problem.ts';
import type { Heir } from '../upgrade/heir.ts';
import { whyNoWork } from '../upgrade/no-work.ts';
import { Succession } from '../upgrade/succession.ts';
import { VERSION } from '../version.ts';
import { AdminAddress } from './admin-address.ts';
import { listensOf } from './places.ts';
import { ReservedAddresses } from './reserved-addresses.ts';
import { folderInUse, refuseSecondPool } from './second-pool.ts';
import { notifySystemd, systemdSockets } from './systemd.ts';

export interface PoolServiceOptions {
  /** Read again by each reload, and by the next process. */
  readonly configFile: string;
}

export interface PoolServiceModules {
  /** Defined if this process takes over from another one. */
  readonly heir: Heir | undefined;
}

/** Why the pool should end. */
export interface Ending {
  readonly cause: EndingCause;
  /** For people. */
  readonly detail: string;
}

/** What is known before a start makes anything in the data folder. */
interface Prospect {
  readonly config: Config;
  /** Listening sockets that were handed to this process, by the names of the ports. */
  readonly inherited: ReadonlyMap<string, Server | { readonly fd: number }>;
  readonly reserved: ReservedAddresses;
  /** What reads the accounts of ports whose accounts are addresses. */
  readonly accounts: Pick<PoolModules, 'accountsOf' | 'payeesOf'>;
}

/** Time from the end of a process's channel to the end of its file locks: the system closes its files one by one. */
const LOCKS_GONE_MS = 1_000;
/** Time between two tries to get the lock of the data folder from the process before. */
const LOCK_TRY_MS = 200;

/**
 * A pool and everything around it: log, metrics, admin address, control socket, and the hand-over to the next process.
 */
export class PoolService {
  readonly #logger: Logger;
  readonly #configFile: string;
  readonly #heir: Heir | undefined;
  readonly #inherited: Prospect['inherited'];
  readonly #reserved: ReservedAddresses;
  readonly #pool: Pool;
  readonly #metrics: PoolMetrics;
  readonly #log: EventLog;
  readonly #control: ControlServer;
  readonly #admin: AdminAddress;
  readonly #succession: Succession;
  /** Of the files in the data folder. A reload does not change it. */
  readonly #access: FileAccess;
  #lock: FolderLock | undefined;
  #stopping = false;
  readonly #ended = Promise.withResolvers<Ending>();
  #config: Config;
  /** The files that count now. */
  #contents: FileContents;

  private constructor(
    { configFile, config, inherited, reserved, accounts }: PoolServiceOptions & Prospect,
    { heir }: PoolServiceModules,
  ) {
    this.#configFile = configFile;
    this.#heir = heir;
    this.#config = config;
    this.#contents = fileContents(config);
    this.#inherited = inherited;
    this.#reserved = reserved;
    const wanted = poolOptions(this.#config);
    this.#access = wanted.groupId === undefined ? OWNER_ONLY : readableBy(wanted.groupId);
    this.#logger = makeLogger(this.#config.log);
    this.#log = new EventLog(this.#logger);
    this.#metrics = new PoolMetrics(
      { version: VERSION, dataFolder: config.data },
      { status: () => this.#pool.status },
    );
    this.#pool = new Pool(wanted, {
      ...accounts,
      onEvent: (event) => {
        this.#log.write(event);
        this.#metrics.onEvent(event);
      },
    });
    this.#control = new ControlServer(this.#config.control, { handle: (request) => this.#handle(request) });
    this.#admin = new AdminAddress({
      metrics: this.#metrics,
      status: () => this.#pool.status,
      onEvent: (event) => this.#log.write(event),
    });
    this.#succession = new Succession(
      { configFile },
      {
        pool: this.#pool,
        config: () => this.#config,
        onEvent: (event) => this.#log.write(event),
        giveUp: () => this.#admin.close(),
        onReplaced: () => this.#lock?.close(),
        reclaim: [() => this.#control.reclaim(), () => this.#openAdmin()],
        onLeft: (pid) => this.#ended.resolve({ cause: 'replaced', detail: `process ${pid} has taken over` }),
      },
    );
  }

  /**
   * Reads the configuration and opens the data folder. Before that it checks that no other pool runs there, and that
   * all addresses are free: a refused start must not touch files of a running pool, nor leave files behind.
   * @throws AditError `ADIT_BAD_CONFIG`, `ADIT_CONTROL_IN_USE`, `ADIT_CANNOT_LISTEN`, `ADIT_DATA_FOLDER`, ...
   */
  static async open(options: PoolServiceOptions, modules: PoolServiceModules): Promise<PoolService> {
    let reserved: ReservedAddresses | undefined;
    try {
      const { heir } = modules;
      const config = loadConfig(options.configFile);
      requireFiles(options.configFile, config);
      poolOptions(config);
      if (heir === undefined) await refuseSecondPool(options.configFile, config);
      requireDataFolder(options.configFile, config);
      await refuseWrongNodes(options.configFile, config);
      const ports = listensOf(config);
      const inherited = heir?.takeSockets(ports) ?? systemdSockets([...ports.keys()]);
      reserved = await ReservedAddresses.reserve(
        {
          ports: new Map([...ports].filter(([name]) => !inherited.has(name))),
          admin: heir === undefined && config.admin.enabled ? config.admin.listen : undefined,
        },
        { refusal: (listen, error) => takenError(options.configFile, config, listen, error) },
      );
      const accounts = { ...(await accountReaders(config)), ...(await payeeReaders(config)) };
      return new PoolService({ ...options, config, inherited, reserved, accounts }, modules);
    } catch (error) {
      await reserved?.close();
      await modules.heir?.failed(messageOf(error));
      throw error;
    }
  }

  /** Resolves when the pool should end: another process has taken over, or `adit stop`. */
  get ended(): Promise<Ending> {
    return this.#ended.promise;
  }

  /** @throws AditError; everything has then been closed */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.#heir?.failed(messageOf(error));
      await this.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    // Another pool may have begun since `open` looked.
    if (this.#heir === undefined && !this.#takeLock()) throw folderInUse(this.#configFile, this.#config.data);
    await this.#pool.prepare();
    if (this.#heir !== undefined) {
      const readyMs = this.#config.upgrade.ready_seconds * 1000;
      if (!(await this.#pool.whenWorking(readyMs))) {
        const why = whyNoWork(this.#pool.status.chains);
        throw new AditError('ADIT_UPGRADE', `no work from the nodes within ${readyMs / 1000} s: ${why}`);
      }
      await this.#heir.working();
    }
    // Another pool that began in the same moment is found out before miners are let in; the process before us keeps its
    // control socket until nothing can go wrong here any more.
    if (this.#heir === undefined) await this.#control.listen();
    await this.#reserved.leaveAdmin();
    await this.#openAdmin();
    await this.#pool.listen(new Map([...this.#inherited, ...this.#reserved.servers]));
    this.#reserved.admit(this.#pool.servers);
    if (this.#heir !== undefined) await this.#control.listen({ from: process.ppid });
    // The process before us ends soon, and systemd must look at this one by then.
    await notifySystemd(['--ready', `--pid=${process.pid}`], (problem) =>
      this.#log.write(serviceProblem('systemd_not_told', problem)),
    );
    this.#heir?.listening();
    if (this.#heir !== undefined) void this.#inheritLock();
    void this.#heir?.alone.then(() => this.#takeUpBlocks());
  }

  /** @returns whether no other process has the lock of the data folder */
  #takeLock(waitMs?: number): boolean {
    this.#lock = FolderLock.take(this.#config.data, this.#access, waitMs);
    return this.#lock !== undefined;
  }

  /** The former process releases the lock when it has heard that this one listens. */
  async #inheritLock(): Promise<void> {
    while (!this.#stopping && !this.#takeLock(0))
      await new Promise((resolve) => setTimeout(resolve, LOCK_TRY_MS).unref());
  }

  /** The channel of a killed process may close before its locks are released, so look for its blocks once more. */
  async #takeUpBlocks(): Promise<void> {
    await this.#pool.takeUpBlocks();
    await new Promise((resolve) => setTimeout(resolve, LOCKS_GONE_MS).unref());
    await this.#pool.takeUpBlocks();
  }

  /** Finishes what is in flight and closes everything. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#succession.giveUp();
    // After an upgrade systemd watches the new process.
    if (!this.#succession.isReplaced) void notifySystemd(['--stopping'], () => {});
    await this.#control.close();
    await this.#admin.close();
    await this.#pool.stop();
    await this.#reserved.close();
    this.#lock?.close();
    this.#log.close();
  }

  /**
   * Reads the configuration again and applies the live settings.
   * @returns keys that count from now on, keys that count from the next process on, and keys that count after a stop
   *   and a start
   * @throws AditError `ADIT_BAD_CONFIG`, `ADIT_SECRET_FILE`, ...: nothing was changed
   */
  reload(): Reloaded {
    const config = loadConfig(this.#configFile);
    // Check the whole file, also settings that only the next process will use.
    requireFiles(this.#configFile, config);
    poolOptions(config);
    checkReload(this.#configFile, this.#config, config);
    const { live, needsUpgrade, needsRestart } = compareConfigs(this.#config, config);
    const contents = fileContents(config);
    const changed = changedContents(this.#contents, contents);
    // A key whose file has another name now is in one of these lists already.
    const named = new Set([...live, ...needsUpgrade].map((key) => `${key} (content)`));
    const applied = [...live, ...changed.filter((key) => !named.has(key))];
    this.#contents = contents;
    this.#pool.reload(poolOptions(withLiveSettings(this.#config, config, 'dropped')));
    this.#logger.level = config.log.level;
    // Settings that need a new process stay different until then, so each reload reports them again.
    this.#config = withLiveSettings(this.#config, config, 'kept');
    this.#log.write({ kind: 'reloaded', applied, needsUpgrade, needsRestart });
    return { applied, needsUpgrade, needsRestart };
  }

  /** The configuration that counts now. */
  get config(): Config {
    return this.#config;
  }

  /** Writes an event around the pool into its log. */
  tell(event: ServiceEvent | LedgerEvent): void {
    this.#log.write(event);
  }

  /** Writes the last line of the log before it returns: nothing else of this process may be able to write any more. */
  tellLast(event: ServiceEvent): void {
    new EventLog(makeLogger(this.#config.log, true)).write(event);
  }

  /** Resolves when all lines of the log have been written. It may never do that. */
  logged(): Promise<void> {
    return new Promise((resolve) => this.#logger.flush(() => resolve()));
  }

  #handle(request: ControlRequest): unknown {
    switch (request.command) {
      case 'status':
        return statusDocumentOf(this.#pool.status, {
          adit: VERSION,
          pid: process.pid,
          config: this.#configFile,
        });
      case 'miners':
        return minersResult(this.#pool.miners, request);
      case 'reload':
        return reloadResult(this.reload());
      case 'upgrade':
        return this.#succession.begin().then(processResult);
      case 'stop':
        setImmediate(() => this.#ended.resolve({ cause: 'asked', detail: 'asked to stop' }));
        return processResult(process.pid);
      case 'bans':
        return this.#pool.bans.list().map(banResult);
      case 'ban':
        return banResult(this.#ban(request.address, request.seconds * 1000, request.reason));
      case 'lift':
        return liftResult(this.#lift(request.address));
    }
  }

  #ban(address: string, ms: number, reason: string): Ban {
    const ban = this.#pool.ban(address, ms, reason);
    this.#log.write({ kind: 'banned', ...ban });
    return ban;
  }

  #lift(address: string): boolean {
    const lifted = this.#pool.bans.lift(address);
    if (lifted) this.#log.write({ kind: 'ban_lifted', subject: address });
    return lifted;
  }

  /** The process before this one needs a moment to release the address. */
  #openAdmin(): Promise<void> {
    return this.#admin.open(this.#config.admin, this.#heir !== undefined);
  }
}
