import { untilStopped } from '../exit.ts';
import { endedWithin, type Fault, faultLine, untilFault } from '../service/faults.ts';
import { PoolService } from '../service/pool-service.ts';
import { Heir } from '../upgrade/heir.ts';
import { checkPool } from './check-pool.ts';

/** Shares in flight have ten seconds, found blocks and the journal as long again, whatever the fault was. */
const END_MS = 30_000;

/** `adit pool`: runs until SIGINT, SIGTERM or `adit stop`, or until another process has taken over. */
export async function runPool(options: { config: string; check?: boolean }): Promise<void> {
  if (options.check === true) return checkPool(options.config);
  const service = await PoolService.open({ configFile: options.config }, { heir: Heir.ofProcess() });
  // From here on a signal means an orderly end, also while the pool is still starting.
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

/** After a fault that nobody caught: one line, an end in good order, status 1; no longer than `END_MS`. */
async function endAfter(fault: Fault, service: PoolService): Promise<never> {
  const { fields, text } = faultLine(fault);
  service.logger.error(fields, text);
  if (!(await endedWithin(() => service.stop(), END_MS)))
    service.logger.error('not everything could be finished');
  process.exit(1);
}
