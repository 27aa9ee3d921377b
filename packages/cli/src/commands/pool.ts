import { Pool } from '@adit/pool';
import { loadConfig } from '../config/load.ts';
import { poolOptions } from '../config/pool-options.ts';
import { untilStopped } from '../exit.ts';
import { logEvent, makeLogger } from '../log.ts';

/** `adit pool`: runs until SIGINT or SIGTERM, then ends what is in flight. */
export async function runPool(options: { config: string; check?: boolean }): Promise<void> {
  const config = loadConfig(options.config);
  const wanted = poolOptions(config);
  if (options.check === true) {
    const ports = config.chain.reduce((sum, chain) => sum + chain.ports.length, 0);
    process.stdout.write(`${options.config} is right (chains: ${config.chain.length}, ports: ${ports})\n`);
    return;
  }
  // From here on a signal means an orderly end, also while the pool is still starting.
  const stopped = untilStopped();
  const logger = makeLogger(config.log);
  const pool = new Pool(wanted, { onEvent: (event) => logEvent(logger, event) });
  await pool.start();
  const signal = await stopped;
  logger.info(`${signal}: accepting no more, finishing what is in flight`);
  await pool.stop();
  logger.info('stopped');
}
