import { parseWorkerName } from '@adit/stratum';
import { z } from 'zod';
import { nodeSchema } from './node-keys.ts';
import { live, upgrade } from './when.ts';

/** Fields of firmware for a worker have 32 characters and more. */
const MAX_ALIAS = 32;
/** Leaves 64 of the 320 characters of a name for the rig. */
const MAX_ACCOUNT = 256;
/** More than any pool has customers; each costs 300 bytes. */
const MAX_ALIASES = 10_000;

/** A name that can stand before the dot of a worker's name. */
function accountName(most: number, what: string) {
  const rule = `expected ${what} of 1 to ${most} printable ASCII characters, without a dot`;
  return z.string().refine((name) => parseWorkerName(name, most) !== undefined && !name.includes('.'), rule);
}

/** Keys of chains of all families, besides `network` and `ports`. */
export const CHAIN_KEYS = {
  name: z
    .string()
    .regex(/^[a-z0-9_-]{1,32}$/, 'expected 1 to 32 characters of a-z, 0-9, _ and -')
    .meta(upgrade('name of the chain in journal and log; do not change it later')),
  nodes: z.array(nodeSchema).min(1, 'expected at least one node').max(16),
  aliases: z
    .record(
      accountName(MAX_ALIAS, 'an alias'),
      accountName(MAX_ACCOUNT, 'an account'),
      // Zod says of a key only that it is invalid.
      {
        error: ({ code }) =>
          code === 'invalid_key'
            ? `expected an alias of 1 to ${MAX_ALIAS} printable ASCII characters, without a dot, and without a blank at an end`
            : undefined,
      },
    )
    .refine((aliases) => Object.keys(aliases).length <= MAX_ALIASES, `expected at most ${MAX_ALIASES}`)
    .optional()
    .meta(
      live(
        'short names for long accounts, for firmware with short fields: what miners send for an account, and the account that the journal gets',
      ),
    ),
};

export const NETWORK = upgrade('network of the chain, which fixes its parameters');
export const AT_LEAST_ONE_PORT = 'expected at least one port';
