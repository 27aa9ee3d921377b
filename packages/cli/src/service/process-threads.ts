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

const TICK_MS = 1_000;
/** A thread that knows nothing of this program: it must not load a file while a disk hangs. */
const KILL_LATER = `
  const { workerData: { ticks, tickMs } } = require('node:worker_threads');
  let passed = 0;
  setInterval(() => {
    passed += 1;
    if (passed >= ticks) process.kill(process.pid, 'SIGKILL');
  }, tickMs);
`;

/**
 * Kills this process after `ms` unless it has ended: from a thread, because the main thread itself may hang in a call of
 * the system (a file to be removed, the last lines of the log). It counts seconds instead of reading a clock: a pause of
 * the whole process (SIGSTOP, a machine that sleeps) counts as one of them, so that the work goes on after it.
 */
export function killAfter(ms: number): void {
  const workerData = { ticks: Math.ceil(ms / TICK_MS), tickMs: TICK_MS };
  new Worker(KILL_LATER, { eval: true, workerData, execArgv: [] }).unref();
}
