import { isIP } from 'node:net';
import { isOperatorText, MAX_OPERATOR_TEXT, ZCASH_CHAINS } from '@adit/chain';
import { z } from 'zod';
import { bansSchema, limitsSchema, outageSchema, sessionsSchema } from './protection-schema.ts';
import { live, restart, upgrade } from './when.ts';

const NETWORKS = [...Object.keys(ZCASH_CHAINS), 'truechain'] as const;

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'expected host:port, for example 0.0.0.0:3333')
  .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) < 65_536, 'the port must be below 65536');

/** An address, or a network as address/bits. */
export const network = z.string().refine((text) => {
  const [host = '', bits, ...more] = text.split('/');
  const version = isIP(host);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}, 'expected an address or a network, for example 10.0.0.5 or 10.0.0.0/8');

const difficulty = z.number().positive();
const file = z.string().min(1);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable');

const node = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'expected http://host:port of the node' })
    .meta(upgrade('JSON-RPC address of the node')),
  user: z.string().optional().meta(upgrade('user of the node')),
  password_file: file
    .optional()
    .meta(upgrade('file with its password, readable by you alone; read again when it has changed')),
  password_env: variable.optional().meta(upgrade('or the environment variable that holds it')),
  cookie_file: file
    .optional()
    .meta(upgrade('cookie file of the node; read again when it has changed, and when the node hangs up')),
  timeout_seconds: z
    .number()
    .min(1)
    .max(600)
    .optional()
    .meta(
      upgrade('longest wait for an answer, templates included; where left out 10, and 45 for a template'),
    ),
});

const port = z.strictObject({
  name: z.string().min(1).max(64).optional().meta(upgrade('names the port in log and metrics')),
  listen: address.meta(upgrade('host:port; port 0 takes a free one')),
  dialect: z.enum(['zcash', 'truestratum']).meta(upgrade('how the port speaks')),
  tls_cert: file
    .optional()
    .meta(live('certificate chain (PEM); read again when it changes. To begin or end TLS takes an upgrade')),
  tls_key: file.optional().meta(live('its key (PEM), readable by you alone')),
  proxies: z
    .array(network)
    .max(64)
    .optional()
    .meta(
      live(
        'addresses or networks (10.0.0.5, 10.0.0.0/8) of proxies, which must begin with a PROXY header (v1 or v2)',
      ),
    ),
  public_address: address
    .optional()
    .meta(
      live(
        'host:port (pool.example.org:3333) that miners are told to connect to by client.reconnect; the address they know where left out',
      ),
    ),
  start_difficulty: difficulty.meta(
    live('where a connection begins. Zcash: 1 is the easiest target of the chain. TrueChain: 2^128 / target'),
  ),
  min_difficulty: difficulty
    .optional()
    .meta(
      live(
        'lowest difficulty, also of what miners ask for; a 32768th of start_difficulty where left out, but at least two hashes a share',
      ),
    ),
  max_difficulty: difficulty.optional().meta(live('highest difficulty, also of what miners ask for')),
  fixed_difficulty: z.boolean().default(false).meta(live('start_difficulty stays, whatever the miner does')),
  share_seconds: z
    .number()
    .min(1)
    .max(600)
    .default(10)
    .meta(live('wanted time between two shares of a connection')),
  grace_ms: z
    .number()
    .int()
    .min(0)
    .max(30_000)
    .default(0)
    .meta(live('shares of the former tip are credited for so long after the new one')),
  nonce1_bytes: z
    .number()
    .int()
    .min(0)
    .max(17)
    .optional()
    .meta(
      upgrade(
        'bytes of the nonce that the pool fixes: Zcash 1 to 17 (default 4, some firmware takes nothing else), TrueStratum 0 to 3 (default 3)',
      ),
    ),
  for_proxies: z
    .boolean()
    .default(false)
    .meta(upgrade('allows nonce1 of one or two bytes, which leave room for so few connections')),
  nonce_layout: z
    .enum(['leading', 'trailing'])
    .default('leading')
    .meta(
      restart('where nonce1 stands in the nonce, on all ports of a network; real miners work with leading'),
    ),
  job_on_subscribe: z
    .boolean()
    .default(false)
    .meta(live('target and job before authorisation, for firmware written for old pools')),
  false_on_error: z.boolean().default(false).meta(live('result false instead of null beside an error')),
  strict_prefix: z
    .boolean()
    .default(false)
    .meta(
      restart(
        'TrueStratum: refuse nonces without the own nonce1, and give each connection a target of its own; real miners ignore it. The same on all ports; changes by stop and start only',
      ),
    ),
  workers: z
    .array(z.string().min(1))
    .optional()
    .meta(live('the only workers or accounts that are let in; any where left out')),
  password_file: file.optional().meta(live('file with the password of the port, readable by you alone')),
  password_env: variable.optional().meta(upgrade('or the environment variable that holds it')),
});

const chain = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9_-]{1,32}$/, 'expected 1 to 32 characters of a-z, 0-9, _ and -')
    .meta(upgrade('names the chain in journal and log; do not change it later')),
  network: z.enum(NETWORKS).meta(upgrade('parameters of the chain')),
  nodes: z.array(node).min(1, 'expected at least one node').max(16),
  confirmations: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta(upgrade('blocks are followed until then; default 100')),
  propose_first: z
    .boolean()
    .optional()
    .meta(upgrade('let the node check a template before it is mined; default true')),
  refresh_seconds: z
    .number()
    .min(1)
    .max(300)
    .default(20)
    .meta(upgrade('Zcash: new transactions for the same tip go out no more often')),
  coinbase_text: z
    .string()
    .max(MAX_OPERATOR_TEXT)
    .refine(isOperatorText, 'expected printable ASCII: letters, digits, blanks and signs')
    .optional()
    .meta(
      upgrade("Zcash: the pool's name in the blocks it finds, where the node lets the coinbase be varied"),
    ),
  tip9: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta(upgrade('TrueChain: snail number at which the dataset stands still')),
  poll_ms: z
    .number()
    .int()
    .min(50)
    .max(60_000)
    .optional()
    .meta(upgrade('TrueChain: how often the node is asked for work')),
  ports: z.array(port).min(1, 'expected at least one port'),
});

/** The configuration file, as it is after parsing TOML. Unknown keys are errors: they are misspelled ones. */
export const configSchema = z.strictObject({
  data: z
    .string()
    .min(1)
    .default('./adit-data')
    .meta(upgrade('the one folder for everything; another one takes a stop and a start, not an upgrade')),
  group: z
    .string()
    .regex(/^([a-z_][a-z0-9_-]{0,31}|\d{1,9})$/, 'expected the name or the number of a group')
    .optional()
    .meta(upgrade('members of this group may read the data folder; nobody but the user where left out')),
  control: z
    .string()
    .min(1)
    .default('control.sock')
    .meta(
      upgrade('UNIX socket for adit status, reload, upgrade, bans; in the data folder where it has no path'),
    ),
  verifier_threads: z
    .number()
    .int()
    .min(1)
    .max(256)
    .optional()
    .meta(upgrade('threads for proofs of work; default all cores but one')),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error'])
        .default('info')
        .meta(live('least important line that is written')),
      format: z
        .enum(['auto', 'pretty', 'json'])
        .default('auto')
        .meta(upgrade('auto: pretty for a terminal, JSON lines otherwise')),
    })
    .prefault({}),
  limits: limitsSchema.prefault({}),
  bans: bansSchema(network).prefault({}),
  sessions: sessionsSchema.prefault({}),
  outage: outageSchema.prefault({}),
  admin: z
    .strictObject({
      enabled: z.boolean().default(true).meta(upgrade('serve /metrics, /health and /ready')),
      listen: address
        .default('127.0.0.1:9333')
        .meta(upgrade('where; anything but loopback needs allowed_hosts')),
      allowed_hosts: z
        .array(z.string().min(1))
        .max(64)
        .default([])
        .meta(upgrade('names that the Host header may have, besides loopback')),
    })
    .prefault({}),
  upgrade: z
    .strictObject({
      ready_seconds: z
        .number()
        .min(1)
        .max(600)
        .default(30)
        .meta(live('the new process must have work within this time')),
      reconnect_seconds: z
        .number()
        .min(0)
        .max(3600)
        .default(30)
        .meta(live('miners are asked to connect again, spread over this time')),
      drain_seconds: z
        .number()
        .min(1)
        .max(7200)
        .default(300)
        .meta(live('then the old process ends, whoever is left')),
    })
    .prefault({}),
  chain: z.array(chain).min(1, 'expected at least one [[chain]]'),
});

export type Config = z.infer<typeof configSchema>;
export type ChainConfig = Config['chain'][number];
export type PortConfig = ChainConfig['ports'][number];
export type NodeConfig = ChainConfig['nodes'][number];
