import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** The commands of a child; each takes one plain argument and returns one plain value. */
export type Commands = Readonly<Record<string, (argument: never) => unknown>>;

interface Request {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

/** Open files that a child asks for, since many systems allow fewer at first. If the system refuses, it takes the hard limit. */
const OPEN_FILES = 65_536;
const MORE_FILES = `ulimit -n ${OPEN_FILES} 2>/dev/null || ulimit -n "$(ulimit -Hn)"`;

/** How many files a child may have open; each connection is one. */
export function openFiles(): number {
  return Number(execFileSync('sh', ['-c', `${MORE_FILES}; ulimit -n`]).toString());
}

/** A program of the benchmark in its own process, with as many open files as the system allows. */
export class BenchChild {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 0;

  /** @param file a path below `folder` @param folder this one, or that of another checkout */
  constructor(file: string, folder = import.meta.dirname) {
    const script = path.join(folder, file);
    const command = `${MORE_FILES}; exec "$0" "$@"`;
    const node = ['--expose-gc', '--conditions=adit-source', script];
    this.#child = spawn('sh', ['-c', command, process.execPath, ...node], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => {
      const { id, result, error } = message as { id: number; result?: unknown; error?: string };
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(`${file}: ${error}`));
    });
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${file} ended (${signal ?? code})`));
      this.#waiting.clear();
    });
  }

  ask<T>(command: string, argument: unknown = null): Promise<T> {
    const waiting = Promise.withResolvers<unknown>();
    this.#next += 1;
    this.#waiting.set(this.#next, waiting);
    this.#child.send({ id: this.#next, command, argument } satisfies Request);
    return waiting.promise as Promise<T>;
  }

  async end(): Promise<void> {
    this.#waiting.clear();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

/** The side of the child. */
export function serve(commands: Commands): void {
  process.on('message', (message) => {
    const { id, command, argument } = message as Request;
    Promise.resolve()
      .then(() => commands[command]?.(argument as never))
      .then(
        (result) => process.send?.({ id, result }),
        (error: unknown) => process.send?.({ id, error: String((error as Error).stack ?? error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}

/** Milliseconds of a clock that all processes of this machine share (common time). */
export function commonNow(): number {
  return performance.timeOrigin + performance.now();
}
