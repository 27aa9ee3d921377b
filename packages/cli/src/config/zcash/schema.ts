import { isOperatorText, MAX_OPERATOR_TEXT, ZCASH_CHAINS } from '@adit/chain';
import { z } from 'zod';
import { AT_LEAST_ONE_PORT, CHAIN_KEYS, NETWORK } from '../chain-keys.ts';
import { dialectKey, PORT_KEYS, PORT_PLACE } from '../port-keys.ts';
import { number, whole, zeroOr } from '../values.ts';
import { live, restart, upgrade } from '../when.ts';

export const ZCASH_LABEL = 'the Zcash family';
export const ZCASH_BELONGS = { chain: 'Zcash family', port: 'zcash ports' } as const;
/** Four bytes: some firmware refuses every other length. */
const NONCE1_BYTES = 4;

export const zcashPortSchema = z
  .strictObject({
    ...PORT_PLACE,
    dialect: dialectKey('zcash', ZCASH_LABEL),
    ...PORT_KEYS,
    nonce1_bytes: whole(1, 17)
      .default(NONCE1_BYTES)
      .meta(upgrade('bytes of the nonce that the pool fixes; some firmware works only with 4')),
    for_proxies: z
      .boolean()
      .default(false)
      .meta(upgrade('allow a nonce1 of one or two bytes, which leaves room for few connections')),
    nonce_layout: z
      .enum(['leading', 'trailing'])
      .default('leading')
      .meta(
        restart(
          'where nonce1 stands in the nonce, the same on all ports of a network; real miners expect leading',
        ),
      ),
    grace_ms: whole(0, 30_000)
      .default(0)
      .meta(live('time for which shares of the former tip are still credited after a new one')),
    pay: z
      .enum(['operator', 'solo-block'])
      .default('operator')
      .meta(
        upgrade(
          'whom a found block pays. "operator": the miner_address of the node, and the operator pays the accounts. "solo-block": the miner that finds it, whose account is a transparent address',
        ),
      ),
    block_fee_percent: zeroOr(0.0001, 50)
      .default(0)
      .meta(
        upgrade('with pay = "solo-block": the part of each reward that stays with miner_address, in percent'),
      ),
    job_on_subscribe: z
      .boolean()
      .default(false)
      .meta(live('send target and job before authorisation, for firmware written for old pools')),
    false_on_error: z
      .boolean()
      .default(false)
      .meta(live('send result false instead of null beside an error')),
  })
  .meta({ belongs: ZCASH_BELONGS.port });

export const zcashChainSchema = z
  .strictObject({
    name: CHAIN_KEYS.name,
    network: z.enum(Object.keys(ZCASH_CHAINS)).meta(NETWORK),
    nodes: CHAIN_KEYS.nodes,
    aliases: CHAIN_KEYS.aliases,
    money: CHAIN_KEYS.money,
    confirmations: whole(1, 10_000)
      .optional()
      .meta(upgrade('confirmations until which the pool follows its blocks; default 100')),
    propose_first: z
      .boolean()
      .optional()
      .meta(
        upgrade(
          'let the node check the first template, and the first of each consensus branch, before it is mined; default true',
        ),
      ),
    miner_address: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .meta(
        upgrade(
          'the transparent miner_address of the node; ports with pay = "solo-block" divide what the coinbase pays to it',
        ),
      ),
    refresh_seconds: number(1, 300)
      .default(20)
      .meta(upgrade('least time between two jobs that only bring new transactions for the same tip')),
    coinbase_text: z
      .string()
      .max(MAX_OPERATOR_TEXT)
      .refine(isOperatorText, 'expected printable ASCII: letters, digits, blanks and signs')
      .optional()
      .meta(
        upgrade(
          "the pool's name in the blocks that it finds, if the node allows another text in the coinbase",
        ),
      ),
    ports: z.array(zcashPortSchema).min(1, AT_LEAST_ONE_PORT),
  })
  .meta({ belongs: ZCASH_BELONGS.chain });

export type ZcashChainConfig = z.infer<typeof zcashChainSchema>;
