import { type ChildProcess, spawn } from 'node:child_process';
import type { Server } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import { type FromHeir, fromHeir, HANDOVER_VARIABLE, HANDOVER_VERSION, type ToHeir } from './messages.ts';

export interface HandOverOptions {
  /** Longest wait until the new process has work, and until it listens. */
  readonly readyMs: number;
}

export interface HandOverModules {
  /** Listening sockets by the name of the port. */
  readonly servers: ReadonlyMap<string, Server>;
  /** The new process is about to listen: what only one of us can have must be given up now. */
  readonly onWorking: () => Promise<void>;
  /** For tests: how the new process is started. Must open a channel and pass the descriptors on from 4. */
  readonly start?: (descriptors: readonly number[], environment: NodeJS.ProcessEnv) => ChildProcess;
}

/** From the word to listen until it does: no node is asked meanwhile. */
const LISTEN_MS = 15_000;

/**
 * Starts the program that is on disk now, and gives it the listening sockets as soon as it has work. Whatever goes
 * wrong ends the new process, and leaves everything here as it is.
 *
 * @returns the process that listens now; this one still listens too
 * @throws AditError `ADIT_UPGRADE`
 */
export async function handOver(options: HandOverOptions, modules: HandOverModules): Promise<ChildProcess> {
  const names = [...modules.servers.keys()];
  const descriptors = names.map((name) => descriptorOf(name, modules.servers.get(name)));
  const environment = { ...process.env, [HANDOVER_VARIABLE]: JSON.stringify(names) };
  const child = (modules.start ?? startSelf)(descriptors, environment);
  const inbox = new Inbox(child);
  try {
    const working = await inbox.next('working', options.readyMs);
    if (working.kind === 'working' && working.version !== HANDOVER_VERSION) {
      throw upgradeError('the new version cannot take over from this one: restart the pool instead');
    }
    await modules.onWorking();
    child.send({ kind: 'listen' } satisfies ToHeir);
    await inbox.next('listening', LISTEN_MS);
    return child;
  } catch (error) {
    child.kill('SIGKILL');
    throw error instanceof AditError ? error : upgradeError(messageOf(error));
  } finally {
    inbox.close();
  }
}

/** The same command line, with the code as it is on disk now. */
function startSelf(descriptors: readonly number[], environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: environment,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...descriptors],
  });
}

/** Node keeps the descriptor of a handle to itself, except here. */
function descriptorOf(name: string, server: Server | undefined): number {
  const handle = (server as { _handle?: { fd?: unknown } } | undefined)?._handle;
  if (typeof handle?.fd === 'number' && handle.fd >= 0) return handle.fd;
  throw upgradeError(`the socket of ${name} cannot be handed over`);
}

/** Messages of the new process, in order; its end counts as one. */
class Inbox {
  readonly #child: ChildProcess;
  readonly #waiting: (FromHeir | AditError)[] = [];
  #taker: (() => void) | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', this.#onMessage);
    child.on('exit', this.#onExit);
    child.on('error', this.#onError);
  }

  async next(kind: FromHeir['kind'], timeoutMs: number): Promise<FromHeir> {
    const message = this.#waiting.shift() ?? (await this.#wait(timeoutMs));
    if (message instanceof AditError) throw message;
    if (message.kind === 'failed') throw upgradeError(`the new process could not start: ${message.message}`);
    if (message.kind === kind) return message;
    throw upgradeError(`the new process said ${message.kind} where ${kind} was expected`);
  }

  close(): void {
    this.#child.off('message', this.#onMessage);
    this.#child.off('exit', this.#onExit);
  }

  #wait(timeoutMs: number): Promise<FromHeir | AditError> {
    return new Promise((resolve) => {
      const late = upgradeError(`the new process was not ready within ${timeoutMs / 1000} s`);
      const timer = setTimeout(() => resolve(late), timeoutMs);
      this.#taker = () => {
        clearTimeout(timer);
        resolve(this.#waiting.shift() ?? late);
      };
    });
  }

  #put(message: FromHeir | AditError): void {
    this.#waiting.push(message);
    this.#taker?.();
    this.#taker = undefined;
  }

  readonly #onMessage = (message: unknown) => {
    const parsed = fromHeir.safeParse(message);
    this.#put(parsed.success ? parsed.data : upgradeError('the new process said something unknown'));
  };

  readonly #onExit = (code: number | null, signal: string | null) => {
    this.#put(upgradeError(`the new process ended (${signal ?? `status ${code}`}): its output says why`));
  };

  readonly #onError = (error: Error) => this.#put(upgradeError(messageOf(error)));
}

function upgradeError(message: string): AditError {
  return new AditError('ADIT_UPGRADE', message);
}
