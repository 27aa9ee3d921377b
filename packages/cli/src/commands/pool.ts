import { untilStopped } from '../exit.ts';
import { serviceProblem } from '../log/service-problem.ts';
import { endedWithin, type Fault, faultEvent, untilFault } from '../service/faults.ts';
import { PoolService } from '../service/pool-service.ts';
import { Heir } from '../upgrade/heir.ts';

/** Longest end after a fault. Shares in flight may take ten seconds of it; then come found blocks and the journal. */
const END_MS = 30_000;

/** `adit pool`: runs until SIGINT, SIGTERM or `adit stop`, or until another process has taken over. */
export async function runPool(configFile: string): Promise<void> {
  const service = await PoolService.open({ configFile }, { heir: Heir.ofProcess() });
  // From here on a signal leads to an orderly end, even while the pool is still starting.
  const stopped = untilStopped();
  process.on('SIGHUP', () => {
    try {
      service.reload();
    } catch (error) {
      service.tell(serviceProblem('reload_refused', error));
    }
  });
  const fault = untilFault();
  const first = await Promise.race([service.start(), fault]);
  if (first !== undefined) return endAfter(first, service);
  const bySignal = stopped.then((signal) => ({ cause: 'signal', detail: signal }) as const);
  const end = await Promise.race([bySignal, service.ended, fault]);
  if ('source' in end) return endAfter(end, service);
  service.tell({ kind: 'ending', ...end });
  await service.stop();
  service.tell({ kind: 'ended' });
}

/**
 * Ends after a fault that nothing caught: logs one line, stops in good order within `END_MS`, and exits with status 1.
 */
async function endAfter(fault: Fault, service: PoolService): Promise<never> {
  service.tell(faultEvent(fault));
  if (!(await endedWithin(() => service.stop(), END_MS)))
    service.tell(serviceProblem('not_finished', `not within ${END_MS / 1000} s`));
  process.exit(1);
}
