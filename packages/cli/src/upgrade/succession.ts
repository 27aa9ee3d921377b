import type { ChildProcess } from 'node:child_process';
import type { Pool } from '@adit/pool';
import { AditError, messageOf } from '@adit/primitives';
import { loadConfig } from '../config/load.ts';
import { poolOptions } from '../config/pool-options.ts';
import type { Config } from '../config/schema.ts';
import type { ServiceEvent } from '../log/service-event.ts';
import { codeOf, serviceProblem } from '../log/service-problem.ts';
import { listensOf } from '../service/places.ts';
import { againstUpgrade } from './against-upgrade.ts';
import { handOver } from './hand-over.ts';
import { checkPlaces } from './same-places.ts';
import { checkUpgradable } from './stop-and-start.ts';

export interface SuccessionOptions {
  /** What the next process will read. */
  readonly configFile: string;
}

export interface SuccessionModules {
  readonly pool: Pool;
  /** The configuration in force. */
  readonly config: () => Config;
  readonly onEvent: (event: ServiceEvent) => void;
  /** Gives up what only one process can have. */
  readonly giveUp: () => Promise<void>;
  /** The new process listens: what belongs to one process at a time goes to it. */
  readonly onReplaced: () => void;
  /** Takes back, after a failed attempt, what the new process may have taken by then. One step for each thing. */
  readonly reclaim: readonly (() => Promise<void>)[];
  /** The last miner has left, or the time for it is over. */
  readonly onLeft: (successor: number | undefined) => void;
}

/** Time for the new process in addition to the wait for work: to load, to open its journal, to read a dataset. */
const STARTUP_MS = 30_000;

/** How this process is replaced by the program on disk, once. A failed attempt leaves everything as it was. */
export class Succession {
  readonly #configFile: string;
  readonly #modules: SuccessionModules;
  /** Aborts the attempt under way; undefined if there is none. */
  #attempt: AbortController | undefined;
  #isReplaced = false;
  #isGivenUp = false;

  constructor({ configFile }: SuccessionOptions, modules: SuccessionModules) {
    this.#configFile = configFile;
    this.#modules = modules;
  }

  /** Whether another process has taken over. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /** The pool stops: ends an attempt under way, and the new process with it. */
  giveUp(): void {
    this.#isGivenUp = true;
    if (!this.#isReplaced) this.#attempt?.abort();
  }

  /**
   * Starts the new process, and moves the miners there.
   * @returns the number of the new process, which listens now
   * @throws AditError `ADIT_UPGRADE`, `ADIT_BAD_CONFIG`, ...: everything is as it was
   */
  async begin(): Promise<number> {
    if (this.#attempt !== undefined) throw new AditError('ADIT_UPGRADE', 'an upgrade is under way already');
    const config = this.#checked();
    const { onEvent } = this.#modules;
    const attempt = new AbortController();
    this.#attempt = attempt;
    try {
      const child = await this.#handOver(config, attempt.signal);
      const { pid } = child;
      if (pid === undefined) throw new AditError('ADIT_UPGRADE', 'the new process has no number');
      this.#isReplaced = true;
      this.#modules.onReplaced();
      this.#leaveTo(child, config);
      return pid;
    } catch (error) {
      const detail = messageOf(error);
      onEvent({ kind: 'upgrade', step: 'failed', pid: undefined, code: codeOf(error), detail });
      await this.#standAgain();
      this.#attempt = undefined;
      throw error;
    }
  }

  /** Reports a fault in the file here, and not through a new process that fails. */
  #checked(): Config {
    if (process.pid === 1) {
      throw new AditError(
        'ADIT_UPGRADE',
        'this process is the first of its container, which ends with it: start a new container instead',
      );
    }
    const running = this.#modules.config();
    const config = loadConfig(this.#configFile);
    poolOptions(config);
    const refused = againstUpgrade(running, config);
    if (refused.length > 0)
      throw new AditError('ADIT_UPGRADE', `stop and start the pool instead: ${refused.join('; ')}`);
    checkPlaces(this.#configFile, running, config);
    checkUpgradable(running, config);
    return config;
  }

  #handOver({ upgrade }: Config, signal: AbortSignal): Promise<ChildProcess> {
    const { pool, config, onEvent, giveUp } = this.#modules;
    onEvent({ kind: 'upgrade', step: 'begun', pid: undefined, code: undefined, detail: '' });
    const listens = listensOf(config());
    const sockets = [...pool.servers].map(([name, server]) => ({
      name,
      listen: listens.get(name) ?? '',
      server,
    }));
    return handOver(
      { readyMs: upgrade.ready_seconds * 1000 + STARTUP_MS, signal },
      { sockets, onWorking: giveUp },
    );
  }

  #leaveTo(child: ChildProcess, { upgrade }: Config): void {
    const { pool, onEvent, onLeft } = this.#modules;
    const { pid } = child;
    child.unref();
    child.channel?.unref();
    child.once('exit', (status, signal) => {
      const detail = `process ${pid}: ${signal ?? `status ${status}`}`;
      onEvent({ kind: 'upgrade', step: 'ended', pid, code: undefined, detail });
    });
    onEvent({ kind: 'upgrade', step: 'taken_over', pid, code: undefined, detail: '' });
    const { reconnect_seconds: reconnect, drain_seconds: drain } = upgrade;
    void pool
      .drain({ reconnectOverMs: reconnect * 1000, deadlineMs: drain * 1000 })
      .catch((error: unknown) => onEvent(serviceProblem('drain_failed', error)))
      .then(() => onLeft(pid));
  }

  async #standAgain(): Promise<void> {
    if (this.#isGivenUp) return;
    const { reclaim, onEvent } = this.#modules;
    for (const step of reclaim) {
      await step().catch((error: unknown) => onEvent(serviceProblem('not_reclaimed', error)));
    }
  }
}
