import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import {
  type FromHeir,
  fromHeir,
  HANDOVER_VARIABLE,
  HANDOVER_VERSION,
  type HandedSockets,
  type ToHeir,
} from './messages.ts';

export interface HandOverOptions {
  /** Longest wait until the new process has work, in milliseconds. */
  readonly readyMs: number;
  /** Ends the attempt and the new process. */
  readonly signal?: AbortSignal;
}

export interface HandOverModules {
  /** Listening sockets, each with the name of its port and its configured address. */
  readonly sockets: readonly { readonly name: string; readonly listen: string; readonly server: Server }[];
  /** The new process is about to listen: give up what only one process can have. */
  readonly onWorking: () => Promise<void>;
  /** For tests: starts the new process. It must open a channel, and pass the descriptors on from number 4. */
  readonly start?: (descriptors: readonly number[], environment: NodeJS.ProcessEnv) => ChildProcess;
}

/** Limit for the new process to listen, once it has been told to. It asks no node in that time. */
const LISTEN_MS = 15_000;
/** A killed process ends at once, unless the system is in trouble. */
const KILLED_MS = 5_000;

/**
 * Starts the program that is on disk now, and hands it the listening sockets. It listens once it has work. If anything
 * fails, the new process is ended, and this one goes on as before.
 *
 * @returns the new process, which listens now; this one still listens too
 * @throws AditError `ADIT_UPGRADE`
 */
export async function handOver(options: HandOverOptions, modules: HandOverModules): Promise<ChildProcess> {
  const { sockets, start = startSelf } = modules;
  const handed: HandedSockets = sockets.map(({ name, listen }) => ({ name, listen }));
  const child = start(
    sockets.map(({ name, server }) => descriptorOf(name, server)),
    { ...process.env, [HANDOVER_VARIABLE]: JSON.stringify(handed) },
  );
  const inbox = new Inbox(child, options.signal);
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
    await ended(child);
    throw error instanceof AditError ? error : upgradeError(messageOf(error));
  } finally {
    inbox.close();
  }
}

/** Waits for the end of the process: only then are its addresses and files free. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit', { signal: AbortSignal.timeout(KILLED_MS) });
  child.kill('SIGKILL');
  await exit.catch(() => {});
}

/** Runs the same command line, with the code that is on disk now. */
function startSelf(descriptors: readonly number[], environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: environment,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...descriptors],
  });
}

/** The descriptor of a server. Node offers no public way to get it. */
function descriptorOf(name: string, server: Server): number {
  const handle = (server as { _handle?: { fd?: unknown } | null })._handle;
  if (typeof handle?.fd === 'number' && handle.fd >= 0) return handle.fd;
  throw upgradeError(`the socket of ${name} cannot be handed over`);
}

/** Messages of the new process, in order. Its end is queued too. */
class Inbox {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: (FromHeir | AditError)[] = [];
  #taker: (() => void) | undefined;

  constructor(child: ChildProcess, signal: AbortSignal | undefined) {
    this.#child = child;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
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
    this.#signal?.removeEventListener('abort', this.#onAbort);
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

  readonly #onAbort = () => this.#put(upgradeError('given up: the pool was asked to stop'));

  readonly #onExit = (code: number | null, signal: string | null) => {
    this.#put(upgradeError(`the new process ended (${signal ?? `status ${code}`}): its output says why`));
  };

  readonly #onError = (error: Error) => this.#put(upgradeError(messageOf(error)));
}

function upgradeError(message: string): AditError {
  return new AditError('ADIT_UPGRADE', message);
}
