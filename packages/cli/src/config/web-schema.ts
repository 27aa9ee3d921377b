import { z } from 'zod';
import { address, network } from './values.ts';
import { upgrade } from './when.ts';

/** An address of a page with one part to be replaced: {hash}, {txid} or {address}. */
const pageTemplate = (part: string) =>
  z
    .url({ protocol: /^https$/, error: `expected https://.../{${part}}` })
    .refine((text) => text.includes(`{${part}}`), `expected https://.../{${part}}`);

/** What everybody may look at: `adit web`. */
export const webSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^\P{Cc}+$/u, 'expected no control characters')
    .default('Adit pool')
    .meta(upgrade('name of the pool on its pages')),
  listen: address
    .default('127.0.0.1:4270')
    .meta(
      upgrade(
        'host:port of the public API and the pages; every host except loopback needs allowed_hosts. A change takes a restart of adit web',
      ),
    ),
  allowed_hosts: z
    .array(z.string().min(1))
    .max(64)
    .default([])
    .meta(upgrade('names that the Host header of a request may have, besides loopback')),
  trusted_proxies: z
    .array(network)
    .max(64)
    .default([])
    .meta(upgrade('addresses or networks of reverse proxies, whose X-Forwarded-For names the caller')),
  privacy: z
    .enum(['open', 'unlisted', 'private'])
    .default('unlisted')
    .meta(
      upgrade(
        'open: lists show whole names; unlisted: lists show shortened names, and a page needs the whole name; private: a page needs a key, too',
      ),
    ),
  requests_per_second: z
    .number()
    .min(1)
    .max(1_000_000)
    .default(20)
    .meta(upgrade('requests of one address a second, in the long run; five times as many at once')),
  explorer_block: pageTemplate('hash')
    .optional()
    .meta(upgrade('page of a block at an explorer: https://.../{hash}')),
  explorer_tx: pageTemplate('txid').optional().meta(upgrade('page of a transaction: https://.../{txid}')),
  explorer_address: pageTemplate('address')
    .optional()
    .meta(upgrade('page of an address: https://.../{address}')),
});
