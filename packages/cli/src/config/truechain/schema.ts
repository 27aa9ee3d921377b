import { z } from 'zod';
import { AT_LEAST_ONE_PORT, CHAIN_KEYS, NETWORK } from '../chain-keys.ts';
import { dialectKey, PORT_KEYS, PORT_PLACE } from '../port-keys.ts';
import { whole } from '../values.ts';
import { restart, upgrade } from '../when.ts';

export const TRUECHAIN_LABEL = 'TrueChain';
export const TRUECHAIN_BELONGS = { chain: 'TrueChain', port: 'truestratum ports' } as const;
export const TRUECHAIN_NETWORK = 'truechain';
const NONCE1_BYTES = 3;

export const truePortSchema = z
  .strictObject({
    ...PORT_PLACE,
    dialect: dialectKey('truestratum', TRUECHAIN_LABEL),
    ...PORT_KEYS,
    nonce1_bytes: whole(0, 3).default(NONCE1_BYTES).meta(upgrade('bytes of the nonce that the pool fixes')),
    strict_prefix: z
      .boolean()
      .default(false)
      .meta(
        restart(
          'refuse nonces that do not begin with the nonce1 of the connection, and give each connection a target of its own; real miners ignore nonce1. The same on all ports; a change needs a stop and a start',
        ),
      ),
  })
  .meta({ belongs: TRUECHAIN_BELONGS.port });

export const trueChainSchema = z
  .strictObject({
    name: CHAIN_KEYS.name,
    network: z.literal(TRUECHAIN_NETWORK).meta(NETWORK),
    nodes: CHAIN_KEYS.nodes,
    aliases: CHAIN_KEYS.aliases,
    money: CHAIN_KEYS.money,
    tip9: whole(0, Number.MAX_SAFE_INTEGER)
      .optional()
      .meta(upgrade('snail number from which the dataset does not change any more')),
    poll_ms: whole(50, 60_000).optional().meta(upgrade('time between two requests to the node for work')),
    ports: z.array(truePortSchema).min(1, AT_LEAST_ONE_PORT),
  })
  .meta({ belongs: TRUECHAIN_BELONGS.chain });

export type TrueChainConfig = z.infer<typeof trueChainSchema>;
export type TruePortConfig = TrueChainConfig['ports'][number];
