import { untilStopped } from '../exit.ts';
import { endedWithin, type Fault, faultLine, untilFault } from '../service/faults.ts';
import { PoolService } from '../service/pool-service.ts';
import { Heir } from '../upgrade/heir.ts';
import { checkPool } from './check-pool.ts';

/** Longest end after a fault. Shares in flight may take ten seconds of it; then come found blocks and the journal. */
const END_MS = 30_000;

/** `adit pool`: runs until SIGINT, SIGTERM or `adit stop`, or until another process has taken over. */
export async function runPool(options: { config: string; check?: boolean }): Promise<void> {
  if (options.check === true) return checkPool(options.config);
  const service = await PoolService.open({ configFile: options.config }, { heir: Heir.ofProcess() });
  // From here on a signal leads to an orderly end, even while the pool is still starting.
  const stopped = untilStopped();
  process.on('SIGHUP', () => {
    try {
      service.reload();
    } catch (error) {
      service.logger.error(error, 'SIGHUP: the configuration was not read again');
    }
  });
  const fault = untilFault();
  const first = await Promise.race([service.start(), fault]);
  if (first !== undefined) return endAfter(first, service);
  const reason = await Promise.race([stopped, service.ended, fault]);
  if (typeof reason !== 'string') return endAfter(reason, service);
  service.logger.info(`${reason}: accepting no more, finishing what is in flight`);
  await service.stop();
  service.logger.info('stopped');
}

/**
 * Ends after a fault that nothing caught: logs one line, stops in good order within `END_MS`, and exits with status 1.
 */
async function endAfter(fault: Fault, service: PoolService): Promise<never> {
  const { fields, text } = faultLine(fault);
  service.logger.error(fields, text);
  if (!(await endedWithin(() => service.stop(), END_MS)))
    service.logger.error('not everything could be finished');
  process.exit(1);
}
