import { AdminServer, PoolMetrics } from '@adit/api';
import { Pool } from '@adit/pool';
import { AditError, messageOf } from '@adit/primitives';
import type { Logger } from 'pino';
import { compareConfigs, withLiveSettings } from '../config/live-settings.ts';
import { loadConfig } from '../config/load.ts';
import { hostAndPort, poolOptions, portName } from '../config/pool-options.ts';
import type { Config } from '../config/schema.ts';
import type { ControlRequest } from '../control/protocol.ts';
import { ControlServer } from '../control/server.ts';
import { EventLog, makeLogger } from '../log.ts';
import { handOver } from '../upgrade/hand-over.ts';
import type { Heir } from '../upgrade/heir.ts';
import { VERSION } from '../version.ts';
import { notifySystemd, systemdSockets } from './systemd.ts';

export interface PoolServiceOptions {
  /** Read again by a reload and by the next process. */
  readonly configFile: string;
}

export interface PoolServiceModules {
  /** This process takes over from another one. */
  readonly heir: Heir | undefined;
}

/** After the new process listens, the admin address must be free again within this time. */
const ADMIN_RETRIES = 20;
const ADMIN_RETRY_MS = 100;

/** A pool with all that is around it: log, metrics, admin address, control socket, and the way to its successor. */
export class PoolService {
  readonly logger: Logger;
  readonly #configFile: string;
  readonly #heir: Heir | undefined;
  readonly #pool: Pool;
  readonly #metrics: PoolMetrics;
  readonly #log: EventLog;
  readonly #control: ControlServer;
  readonly #ended = Promise.withResolvers<string>();
  #config: Config;
  #admin: AdminServer | undefined;
  #upgrading = false;
  #replaced = false;

  /** @throws AditError `ADIT_BAD_CONFIG`, `ADIT_SECRET_FILE`, `ADIT_DATA_FOLDER`, ... */
  constructor({ configFile }: PoolServiceOptions, { heir }: PoolServiceModules) {
    this.#configFile = configFile;
    this.#heir = heir;
    this.#config = loadConfig(configFile);
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

  /** Resolves when the pool should end, with the reason: another process has taken over, or `adit stop`. */
  get ended(): Promise<string> {
    return this.#ended.promise;
  }

  /** @throws AditError; everything has then been closed */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      this.#heir?.failed(messageOf(error));
      await this.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const names = this.#config.chain.flatMap((chain) => chain.ports.map((port) => portName(chain, port)));
    const inherited = this.#heir?.sockets ?? systemdSockets(names);
    await this.#pool.prepare();
    if (this.#heir !== undefined) {
      const readyMs = this.#config.upgrade.ready_seconds * 1000;
      if (!(await this.#pool.whenWorking(readyMs)))
        throw new AditError('ADIT_UPGRADE', `no work from the nodes within ${readyMs / 1000} s`);
      await this.#heir.working();
    }
    await this.#control.listen({ takeOver: this.#heir !== undefined });
    await this.#pool.listen(inherited);
    await this.#startAdmin();
    this.#heir?.listening();
    notifySystemd(['--ready', `--pid=${process.pid}`], (problem) => this.logger.warn(problem));
  }

  /** Finishes what is in flight and closes everything. */
  async stop(): Promise<void> {
    // After an upgrade systemd looks at the new process.
    if (!this.#replaced) notifySystemd(['--stopping'], () => {});
    await this.#control.close({ keepFile: this.#replaced });
    await this.#admin?.close();
    await this.#pool.stop();
    this.#log.close();
  }

  /**
   * Reads the configuration again and applies what is live.
   * @returns keys that count from now on, and those that count from the next process on
   * @throws AditError `ADIT_BAD_CONFIG`, `ADIT_SECRET_FILE`, ...: nothing was changed
   */
  reload(): { applied: readonly string[]; needsUpgrade: readonly string[] } {
    const config = loadConfig(this.#configFile);
    const wanted = poolOptions(config);
    const { live, needsUpgrade } = compareConfigs(this.#config, config);
    this.#pool.reload(wanted);
    this.logger.level = config.log.level;
    // What needs a new process stays different until there is one, and is said again by each reload.
    this.#config = withLiveSettings(this.#config, config);
    this.logger.info({ applied: live, needsUpgrade }, 'the configuration was read again');
    return { applied: live, needsUpgrade };
  }

  #handle(request: ControlRequest): unknown {
    switch (request.command) {
      case 'status':
        return { pid: process.pid, version: VERSION, config: this.#configFile, ...this.#pool.status };
      case 'reload':
        return this.reload();
      case 'upgrade':
        return this.#upgrade();
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

  async #upgrade(): Promise<{ pid: number | undefined }> {
    if (this.#upgrading) throw new AditError('ADIT_UPGRADE', 'an upgrade is under way already');
    this.#upgrading = true;
    try {
      // A fault in the file should be told here, not by a process that ends.
      const { upgrade } = loadConfig(this.#configFile);
      this.logger.info('upgrade: starting the new process');
      const child = await handOver(
        { readyMs: (upgrade.ready_seconds + 30) * 1000 },
        { servers: this.#pool.servers, onWorking: () => this.#stopAdmin() },
      );
      this.#replaced = true;
      child.unref();
      child.channel?.unref();
      this.logger.info(
        { pid: child.pid },
        'upgrade: the new process listens; asking miners to connect again',
      );
      void this.#pool
        .drain({
          reconnectOverMs: upgrade.reconnect_seconds * 1000,
          deadlineMs: upgrade.drain_seconds * 1000,
        })
        .then(() => this.#ended.resolve(`process ${child.pid} has taken over`));
      return { pid: child.pid };
    } catch (error) {
      this.#upgrading = false;
      await this.#startAdmin();
      this.logger.error(`upgrade: ${messageOf(error)}; everything stays as it was`);
      throw error;
    }
  }

  async #stopAdmin(): Promise<void> {
    await this.#admin?.close();
    this.#admin = undefined;
  }

  /** The process before us may need a moment to let the address go. */
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
