import { availableParallelism } from 'node:os';
import { groupIdOf } from '@adit/journal';
import type { PoolOptions } from '@adit/pool';
import { familyOf } from './families.ts';
import { conductOptions, poolLimits } from './protection.ts';
import type { Config } from './schema.ts';

/**
 * Turns a checked configuration into options of the pool. It reads the secrets of ports.
 * @throws AditError `ADIT_SECRET_FILE`, `ADIT_SECRET_ENV`, `ADIT_TLS_FILES`, `ADIT_UNKNOWN_GROUP`
 */
export function poolOptions(config: Config): PoolOptions {
  return {
    dataFolder: config.data,
    ...(config.group === undefined ? {} : { groupId: groupIdOf(config.group) }),
    // One core is left for the sockets.
    verifierThreads: config.verifier_threads ?? Math.max(1, availableParallelism() - 1),
    limits: poolLimits(config),
    conduct: conductOptions(config),
    neverBan: config.bans.allow,
    banLadderMs: config.bans.ban_seconds.map((length) => Math.round(length * 1000)),
    chains: config.chain.map((chain) => familyOf(chain).options(chain)),
  };
}
