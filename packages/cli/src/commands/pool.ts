import { setTimeout as sleep } from 'node:timers/promises';
import { printError, untilStopped } from '../exit.ts';
import { exitStatusOf } from '../exit-status.ts';
import { LedgerBesidePool } from '../ledger/beside-pool.ts';
import { serviceProblem } from '../log/service-problem.ts';
import { endedWithin, type Fault, faultEvent, untilFault } from '../service/faults.ts';
import { PoolService } from '../service/pool-service.ts';
import { killAfter, ProcessThreads } from '../service/process-threads.ts';
import { Heir } from '../upgrade/heir.ts';

/** Longest end after a fault. Shares in flight may take ten seconds of it; then come found blocks and the journal. */
const END_MS = 30_000;
/** Longest end at all. Less than `TimeoutStopSec` of the units in `deploy/`. */
const KILL_MS = 55_000;
/** Longest wait, after a signal, for a start that is under way: an orderly end is simplest after it. */
const START_MS = 10_000;
/** Time for the threads to end when all their work is done. */
const THREADS_MS = 2_000;
/** Longest wait for the lines before the last one: their reader may have stopped reading. */
const LOGGED_MS = 1_000;

/** `adit pool`: runs until SIGINT, SIGTERM or `adit stop`, or until another process has taken over. */
export async function runPool(configFile: string): Promise<void> {
  const threads = new ProcessThreads();
  const service = await PoolService.open({ configFile }, { heir: Heir.ofProcess() });
  let isKillSet = false;
  // From here on a signal leads to an orderly end, even while the pool is still starting.
  const stopped = untilStopped(() => void leave(130));
  const bySignal = stopped.then((signal) => {
    setKill();
    return { cause: 'signal', detail: signal } as const;
  });
  process.on('SIGHUP', () => {
    try {
      service.reload();
    } catch (error) {
      service.tell(serviceProblem('reload_refused', error));
    }
  });
  const fault = untilFault();
  // A disk that hangs may keep the start waiting for ever.
  const tooLong = bySignal.then((ending) => sleep(START_MS, ending, { ref: false }));
  let first: Awaited<typeof fault> | Awaited<typeof tooLong> | undefined;
  try {
    first = (await Promise.race([service.start(), fault, tooLong])) ?? undefined;
  } catch (error) {
    printError(error);
    return leave(exitStatusOf(error));
  }
  if (first !== undefined) {
    if ('source' in first) return endAfter(first);
    service.tell({ kind: 'ending', ...first });
    return endWithin(0);
  }
  const ledger = new LedgerBesidePool(configFile, { onEvent: (event) => service.tell(event) });
  if (LedgerBesidePool.isWanted(service.config)) ledger.start();
  const end = await Promise.race([bySignal, service.ended, fault]);
  if ('source' in end) return endAfter(end);
  service.tell({ kind: 'ending', ...end });
  setKill();
  await Promise.all([service.stop(), ledger.stop()]);
  return leave(0);

  /** Ends after a fault that nothing caught: logs one line, stops in good order within `END_MS`, and exits with 1. */
  async function endAfter(fault: Fault): Promise<never> {
    service.tell(faultEvent(fault));
    setKill();
    return endWithin(1);
  }

  /** Stops in good order within `END_MS`, and exits. */
  async function endWithin(status: number): Promise<never> {
    if (!(await endedWithin(() => service.stop(), END_MS)))
      service.tell(serviceProblem('not_finished', `not within ${END_MS / 1000} s`));
    return leave(status);
  }

  /** The end begins now. */
  function setKill(): void {
    if (!isKillSet) killAfter(KILL_MS);
    isKillSet = true;
  }

  /**
   * Exits, or kills this process where a thread hangs: an exit would wait for that thread as long as the disk hangs.
   */
  async function leave(status: number): Promise<never> {
    const hanging = await threads.end(THREADS_MS);
    if (hanging === 0) {
      if (status === 0) service.tell({ kind: 'ended' });
      process.exit(status);
    }
    const detail = `${hanging} threads still wait, as for a disk that does not answer`;
    // Other threads of this process write the log, and may all wait for the disk; the signal ends them as well.
    await endedWithin(() => service.logged(), LOGGED_MS);
    service.tellLast(serviceProblem('threads_hang', detail));
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  }
}
