import { z } from 'zod';
import { nodeSchema } from './node-keys.ts';
import { upgrade } from './when.ts';

/** Keys of chains of all families, besides `network` and `ports`. */
export const CHAIN_KEYS = {
  name: z
    .string()
    .regex(/^[a-z0-9_-]{1,32}$/, 'expected 1 to 32 characters of a-z, 0-9, _ and -')
    .meta(upgrade('name of the chain in journal and log; do not change it later')),
  nodes: z.array(nodeSchema).min(1, 'expected at least one node').max(16),
};

export const NETWORK = upgrade('network of the chain, which fixes its parameters');
export const AT_LEAST_ONE_PORT = 'expected at least one port';
