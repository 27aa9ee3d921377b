import type { ChildProcess } from 'node:child_process';
import type { Server } from 'node:net';
import { AdminServer, PoolMetrics } from '@adit/api';
import { Pool } from '@adit/pool';
import { AditError, messageOf } from '@adit/primitives';
import type { Logger } from 'pino';
import { refuseWrongNodes } from '../check/before-start.ts';
import { compareConfigs, withLiveSettings } from '../config/live-settings.ts';
import { loadConfig } from '../config/load.ts';
import { poolOptions } from '../config/pool-options.ts';
import { hostAndPort } from '../config/port-options.ts';
import { checkReload } from '../config/reload-faults.ts';
import type { Config } from '../config/schema.ts';
import type { ControlRequest } from '../control/protocol.ts';
import { ControlServer, refuseWhereAnswered } from '../control/server.ts';
import { statusDocumentOf } from '../control/status-document.ts';
import { EventLog, makeLogger } from '../log.ts';
import { againstUpgrade } from '../upgrade/against-upgrade.ts';
import { handOver } from '../upgrade/hand-over.ts';
import type { Heir } from '../upgrade/heir.ts';
import { whyNoWork } from '../upgrade/no-work.ts';
import { checkUpgradable } from '../upgrade/stop-and-start.ts';
import { VERSION } from '../version.ts';
import { listensOf, whereIs } from './places.ts';
import { ReservedAddresses } from './reserved-addresses.ts';
import { notifySystemd, systemdSockets } from './systemd.ts';

export interface PoolServiceOptions {
  /** Read again by each reload, and by the next process. */
  readonly configFile: string;
}

export interface PoolServiceModules {
  /** Defined if this process takes over from another one. */
  readonly heir: Heir | undefined;
}

/** What is known before a start makes anything in the data folder. */
interface Prospect {
  readonly config: Config;
  /** Listening sockets that were handed to this process, by the names of the ports. */
  readonly inherited: ReadonlyMap<string, Server | { readonly fd: number }>;
  readonly reserved: ReservedAddresses;
}

/** Attempts to open the admin address after a hand-over: the old process needs a moment to release it. */
const ADMIN_RETRIES = 20;
const ADMIN_RETRY_MS = 100;
/** Time from the end of a process's channel to the end of its file locks: the system closes its files one by one. */
const LOCKS_GONE_MS = 1_000;
/** Time for the new process in addition to the wait for work: to load, to open its journal, to read a dataset. */
const STARTUP_MS = 30_000;

/**
 * A pool and everything around it: log, metrics, admin address, control socket, and the hand-over to the next process.
 */
export class PoolService {
  readonly logger: Logger;
  readonly #configFile: string;
  readonly #heir: Heir | undefined;
  readonly #inherited: Prospect['inherited'];
  readonly #reserved: ReservedAddresses;
  readonly #pool: Pool;
  readonly #metrics: PoolMetrics;
  readonly #log: EventLog;
  readonly #control: ControlServer;
  readonly #ended = Promise.withResolvers<string>();
  #config: Config;
  #admin: AdminServer | undefined;
  /** Aborts the upgrade under way; undefined if there is none. */
  #upgrade: AbortController | undefined;
  #replaced = false;
  #stopping = false;

  private constructor(
    { configFile, config, inherited, reserved }: PoolServiceOptions & Prospect,
    { heir }: PoolServiceModules,
  ) {
    this.#configFile = configFile;
    this.#heir = heir;
    this.#config = config;
    this.#inherited = inherited;
    this.#reserved = reserved;
    const wanted = poolOptions(this.#config);
    this.logger = makeLogger(this.#config.log);
    this.#log = new EventLog(this.logger);
    this.#metrics = new PoolMetrics({ version: VERSION }, { status: () => this.#pool.status });
    this.#pool = new Pool(wanted, {
      onEvent: (event) => {
        this.#log.write(event);
        this.#metrics.onEvent(event);
      },
    });
    this.#control = new ControlServer(this.#config.control, { handle: (request) => this.#handle(request) });
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
      poolOptions(config);
      if (heir === undefined) await refuseWhereAnswered(config.control);
      await refuseWrongNodes(options.configFile, config);
      const ports = listensOf(config);
      const inherited = heir?.takeSockets(ports) ?? systemdSockets([...ports.keys()]);
      reserved = await ReservedAddresses.reserve({
        ports: new Map([...ports].filter(([name]) => !inherited.has(name))),
        admin: heir === undefined && config.admin.enabled ? config.admin.listen : undefined,
      });
      return new PoolService({ ...options, config, inherited, reserved }, modules);
    } catch (error) {
      await reserved?.close();
      await modules.heir?.failed(messageOf(error));
      throw error;
    }
  }

  /** Resolves when the pool should end, with the reason: another process has taken over, or `adit stop`. */
  get ended(): Promise<string> {
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
    await this.#startAdmin();
    await this.#pool.listen(new Map([...this.#inherited, ...this.#reserved.servers]));
    this.#reserved.admit(this.#pool.servers);
    if (this.#heir !== undefined) await this.#control.listen({ from: process.ppid });
    // The process before us ends soon, and systemd must look at this one by then.
    await notifySystemd(['--ready', `--pid=${process.pid}`], (problem) => this.logger.warn(problem));
    this.#heir?.listening();
    void this.#heir?.alone.then(() => this.#takeUpBlocks());
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
    if (!this.#replaced) this.#upgrade?.abort();
    // After an upgrade systemd watches the new process.
    if (!this.#replaced) void notifySystemd(['--stopping'], () => {});
    await this.#control.close();
    await this.#admin?.close();
    await this.#pool.stop();
    await this.#reserved.close();
    this.#log.close();
  }

  /**
   * Reads the configuration again and applies the live settings.
   * @returns keys that count from now on, keys that count from the next process on, and keys that count after a stop
   *   and a start
   * @throws AditError `ADIT_BAD_CONFIG`, `ADIT_SECRET_FILE`, ...: nothing was changed
   */
  reload(): Record<'applied' | 'needsUpgrade' | 'needsRestart', readonly string[]> {
    const config = loadConfig(this.#configFile);
    // Check the whole file, also settings that only the next process will use.
    poolOptions(config);
    checkReload(this.#configFile, this.#config, config);
    const { live: applied, needsUpgrade, needsRestart } = compareConfigs(this.#config, config);
    this.#pool.reload(poolOptions(withLiveSettings(this.#config, config, 'dropped')));
    this.logger.level = config.log.level;
    // Settings that need a new process stay different until then, so each reload reports them again.
    this.#config = withLiveSettings(this.#config, config, 'kept');
    this.logger.info({ applied, needsUpgrade, needsRestart }, 'the configuration was read again');
    return { applied, needsUpgrade, needsRestart };
  }

  #handle(request: ControlRequest): unknown {
    switch (request.command) {
      case 'status':
        return statusDocumentOf(this.#pool.status, {
          adit: VERSION,
          pid: process.pid,
          config: this.#configFile,
        });
      case 'reload':
        return this.reload();
      case 'upgrade':
        return this.#beReplaced();
      case 'stop':
        setImmediate(() => this.#ended.resolve('asked to stop'));
        return { pid: process.pid };
      case 'bans':
        return this.#pool.bans.list();
      case 'ban':
        return this.#ban(request.address, request.seconds * 1000, request.reason);
      case 'lift':
        return this.#lift(request.address);
    }
  }

  #ban(address: string, ms: number, reason: string) {
    const ban = this.#pool.ban(address, ms, reason);
    this.logger.info({ ...ban }, `${ban.subject} was banned by hand`);
    return ban;
  }

  #lift(address: string) {
    const lifted = this.#pool.bans.lift(address);
    if (lifted) this.#log.write({ kind: 'ban_lifted', subject: address });
    return { lifted };
  }

  async #beReplaced(): Promise<{ pid: number | undefined }> {
    if (this.#upgrade !== undefined) throw new AditError('ADIT_UPGRADE', 'an upgrade is under way already');
    if (process.pid === 1) {
      throw new AditError(
        'ADIT_UPGRADE',
        'this process is the first of its container, which ends with it: start a new container instead',
      );
    }
    // Report a fault in the file here, and not through a new process that fails.
    const config = loadConfig(this.#configFile);
    poolOptions(config);
    const refused = againstUpgrade(this.#config, config);
    if (refused.length > 0)
      throw new AditError('ADIT_UPGRADE', `stop and start the pool instead: ${refused.join('; ')}`);
    this.#checkDataFolder(config);
    checkUpgradable(this.#config, config);
    const attempt = new AbortController();
    this.#upgrade = attempt;
    try {
      const child = await this.#handOver(config, attempt.signal);
      this.#replaced = true;
      this.#leaveTo(child, config);
      return { pid: child.pid };
    } catch (error) {
      this.logger.error(`upgrade: ${messageOf(error)}; everything stays as it was`);
      await this.#standAgain();
      this.#upgrade = undefined;
      throw error;
    }
  }

  /**
   * Two processes with different data folders do not know each other's journals, leases and bans, so they must not
   * share ports.
   */
  #checkDataFolder({ data }: Config): void {
    if (whereIs(data) === whereIs(this.#config.data)) return;
    const reason = `data: the file names ${data} now, and this pool keeps its shares in ${this.#config.data}; an upgrade stays in one folder: stop the pool and start it again`;
    throw new AditError('ADIT_UPGRADE', reason);
  }

  #handOver({ upgrade }: Config, signal: AbortSignal): Promise<ChildProcess> {
    this.logger.info('upgrade: starting the new process');
    const listens = listensOf(this.#config);
    const sockets = [...this.#pool.servers].map(([name, server]) => ({
      name,
      listen: listens.get(name) ?? '',
      server,
    }));
    return handOver(
      { readyMs: upgrade.ready_seconds * 1000 + STARTUP_MS, signal },
      { sockets, onWorking: () => this.#stopAdmin() },
    );
  }

  /** The new process listens. Moves the miners there. */
  #leaveTo(child: ChildProcess, { upgrade }: Config): void {
    child.unref();
    child.channel?.unref();
    child.once('exit', (code, signal) =>
      this.logger.error(
        `the new process ${child.pid} has ended (${signal ?? `status ${code}`}): start the pool again`,
      ),
    );
    this.logger.info({ pid: child.pid }, 'upgrade: the new process listens; asking miners to connect again');
    const { reconnect_seconds: reconnect, drain_seconds: drain } = upgrade;
    void this.#pool
      .drain({ reconnectOverMs: reconnect * 1000, deadlineMs: drain * 1000 })
      .catch((error: unknown) => this.logger.error(`the end of this process: ${messageOf(error)}`))
      .then(() => this.#ended.resolve(`process ${child.pid} has taken over`));
  }

  /** After a failed upgrade: takes back what the new process may have taken over by then. */
  async #standAgain(): Promise<void> {
    if (this.#stopping) return;
    const steps = [() => this.#control.reclaim(), () => this.#startAdmin()];
    for (const step of steps) {
      await step().catch((error: unknown) => this.logger.error(`after the upgrade: ${messageOf(error)}`));
    }
  }

  async #stopAdmin(): Promise<void> {
    await this.#admin?.close();
    this.#admin = undefined;
  }

  /** Retries, because the former process may need a moment to release the address. */
  async #startAdmin(): Promise<void> {
    const { enabled, listen, allowed_hosts: allowedHosts } = this.#config.admin;
    if (!enabled || this.#admin !== undefined) return;
    for (let attempt = 1; ; attempt += 1) {
      const admin = new AdminServer(
        { ...hostAndPort(listen), allowedHosts },
        {
          metrics: this.#metrics,
          status: () => this.#pool.status,
          onProblem: (detail) => this.logger.error(`the admin address: ${detail}`),
        },
      );
      try {
        const port = await admin.start();
        this.#admin = admin;
        this.logger.info(
          { event: 'admin', port },
          `metrics and health on http://${listen.replace(/:\d+$/, '')}:${port}`,
        );
        return;
      } catch (error) {
        if (this.#heir === undefined || attempt >= ADMIN_RETRIES) {
          throw new AditError('ADIT_ADMIN_LISTEN', `admin.listen ${listen}: ${messageOf(error)}`, {
            cause: error,
          });
        }
        await new Promise((resolve) => setTimeout(resolve, ADMIN_RETRY_MS));
      }
    }
  }
}
