import { z } from 'zod';
import {
  address,
  certificateFile,
  difficulty,
  keyFile,
  network,
  number,
  secretFile,
  variable,
} from './values.ts';
import { live, upgrade } from './when.ts';

/** The keys that identify a port. */
export const PORT_PLACE = {
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^\P{Cc}+$/u, 'expected no control characters')
    .optional()
    .meta(upgrade('name of the port in log and metrics')),
  listen: address.meta(upgrade('host:port to listen on; port 0 takes a free port')),
};

/** The other keys that ports of all dialects have. */
export const PORT_KEYS = {
  tls_cert: certificateFile
    .optional()
    .meta(live('certificate chain (PEM); read again when it changes. To add or remove TLS takes an upgrade')),
  tls_key: keyFile
    .optional()
    .meta(live('key of the certificate (PEM), which only the user of the pool may read')),
  proxies: z
    .array(network)
    .max(64)
    .optional()
    .meta(
      live(
        'addresses or networks (10.0.0.5, 10.0.0.0/8) of proxies; their connections must begin with a PROXY header (v1 or v2)',
      ),
    ),
  public_address: address
    .optional()
    .meta(
      live(
        'host:port (pool.example.org:3333) that client.reconnect sends to miners; without it they use the address that they know',
      ),
    ),
  start_difficulty: difficulty.meta(
    live(
      'difficulty at which a connection begins. Zcash: 1 is the easiest target of the chain. TrueChain: 2^128 / target',
    ),
  ),
  min_difficulty: difficulty
    .optional()
    .meta(
      live(
        'lowest difficulty, even if a miner asks for less; default: a 32768th of start_difficulty, but at least two hashes a share',
      ),
    ),
  max_difficulty: difficulty.optional().meta(live('highest difficulty, even if a miner asks for more')),
  fixed_difficulty: z
    .boolean()
    .default(false)
    .meta(live('keep start_difficulty for each miner, whatever its rate')),
  share_seconds: number(1, 600).default(10).meta(live('wanted time between two shares of a connection')),
  workers: z
    .array(z.string().min(1))
    .min(1, 'expected at least one; anybody is let in where it is left out')
    .optional()
    .meta(live('the only workers or accounts that may log in; without it any may')),
  accounts: z
    .enum(['name', 'address'])
    .default('name')
    .meta(
      upgrade(
        'what stands before the first dot of a worker\'s name. "address": an address of the network, which is checked at each login, and whose spellings are one account',
      ),
    ),
  password_file: secretFile
    .optional()
    .meta(live('file with the password of the port, which only the user of the pool may read')),
  password_env: variable
    .optional()
    .meta(upgrade('environment variable with the password, instead of password_file')),
};

/**
 * The key `dialect` of a family's ports.
 * @param label name of the family in messages
 */
export function dialectKey<const Dialect extends string>(dialect: Dialect, label: string) {
  return z
    .literal(dialect, {
      error: `expected "${dialect}", the dialect of ${label}`,
    })
    .meta(upgrade('dialect of Stratum that the port speaks'));
}
