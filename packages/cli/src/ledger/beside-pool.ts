import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Config } from '../config/schema.ts';
import type { LedgerEvent } from '../log/ledger-event.ts';
import { HANDOVER_VARIABLE } from '../upgrade/messages.ts';
import { ledgerChains } from './ledger-chains.ts';

/** Pause before a ledger that ended is started again; each further one doubles it. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A ledger that ran for this long begins with the first pause again. */
const HEALTHY_MS = 60_000;
/** Time for the transaction under way. What is not kept by then is done again by the next ledger. */
const STOP_MS = 10_000;
/** Variables that are meant for the pool alone. */
const NOT_HANDED_ON = [HANDOVER_VARIABLE, 'LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES', 'NOTIFY_SOCKET'];

export interface BesidePoolModules {
  readonly onEvent: (event: LedgerEvent) => void;
  /** For tests: starts the process. */
  readonly start?: (environment: NodeJS.ProcessEnv) => ChildProcess;
}

/**
 * The ledger as a process beside the pool. Nothing that happens to it touches a miner. It is started again when it ends; until then
 * shares wait in the journals.
 */
export class LedgerBesidePool {
  readonly #configFile: string;
  readonly #modules: BesidePoolModules;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #isStopped = false;

  constructor(configFile: string, modules: BesidePoolModules) {
    this.#configFile = configFile;
    this.#modules = modules;
  }

  /** Whether a configuration wants the ledger beside its pool. */
  static isWanted(config: Config): boolean {
    return ledgerChains(config).length > 0 && config.ledger.run === 'beside';
  }

  start(): void {
    if (this.#isStopped) return;
    const environment = { ...process.env };
    for (const name of NOT_HANDED_ON) delete environment[name];
    const startedAt = performance.now();
    const child = (this.#modules.start ?? ((env) => this.#spawn(env)))(environment);
    this.#child = child;
    child.once('exit', (code, signal) => this.#ended(`${signal ?? `status ${code}`}`, startedAt));
    child.once('error', (error) => this.#ended(error.message, startedAt));
  }

  /** Ends the ledger; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(killer);
  }

  #spawn(env: NodeJS.ProcessEnv): ChildProcess {
    const [script = ''] = process.argv.slice(1);
    return spawn(process.execPath, [...process.execArgv, script, 'ledger', 'run', '-c', this.#configFile], {
      env,
      // The channel carries nothing: its end tells the ledger that the pool is no more.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  #ended(how: string, startedAt: number): void {
    if (this.#child === undefined) return;
    this.#child = undefined;
    if (this.#isStopped) return;
    if (performance.now() - startedAt > HEALTHY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    const detail = `${how}; next start in ${this.#pauseMs / 1000} s`;
    this.#modules.onEvent({
      kind: 'ledger_problem',
      cause: 'ended',
      chain: undefined,
      code: undefined,
      detail,
    });
    this.#timer = setTimeout(() => this.start(), this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }
}
