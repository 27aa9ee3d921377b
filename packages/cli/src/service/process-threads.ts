import { Worker } from 'node:worker_threads';

/**
 * The threads of this process, all rooms together. Node waits for each of them before it lets the process end, and a
 * thread in a call of the system that does not return (a disk that hangs) never ends.
 */
export class ProcessThreads {
  /** As many as run. */
  readonly #threads = new Set<Worker>();

  /** Knows the threads that start from now on. */
  constructor() {
    process.on('worker', (worker: Worker) => {
      this.#threads.add(worker);
      worker.once('exit', () => this.#threads.delete(worker));
    });
  }

  /** Ends all threads, and waits for that. @returns how many still run after `ms` */
  async end(ms: number): Promise<number> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    await Promise.race([Promise.all([...this.#threads].map((thread) => thread.terminate())), over.promise]);
    clearTimeout(timer);
    return this.#threads.size;
  }
}

/** A thread that knows nothing of this program: it must not load a file while a disk hangs. */
const KILL_LATER = `
  const { workerData } = require('node:worker_threads');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), workerData);
`;

/**
 * Kills this process after `ms` unless it has ended: from a thread, because the main thread itself may hang in a call of
 * the system (a file to be removed, the last lines of the log).
 */
export function killAfter(ms: number): void {
  new Worker(KILL_LATER, { eval: true, workerData: ms, execArgv: [] }).unref();
}
