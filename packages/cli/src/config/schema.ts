import { ZCASH_CHAINS } from '@adit/chain';
import { z } from 'zod';

const NETWORKS = [...Object.keys(ZCASH_CHAINS), 'truechain'] as const;

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'expected host:port, for example 0.0.0.0:3333')
  .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) < 65_536, 'the port must be below 65536');

const node = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'expected http://host:port of the node' }),
  user: z.string().optional(),
  /** File that holds the password; the password itself never stands in the configuration. */
  password_file: z.string().optional(),
  cookie_file: z.string().optional(),
  timeout_seconds: z.number().min(1).max(600).optional(),
});

const port = z.strictObject({
  name: z.string().min(1).max(64).optional(),
  listen: address,
  dialect: z.enum(['zcash', 'truestratum']),
  start_difficulty: z.number().positive(),
  min_difficulty: z.number().positive().optional(),
  max_difficulty: z.number().positive().optional(),
  share_seconds: z.number().min(1).max(600).default(10),
  nonce1_bytes: z.number().int().min(0).max(17).optional(),
  /** nonce1 of one or two bytes leaves room for so few connections that only proxies may have it. */
  for_proxies: z.boolean().default(false),
  nonce_layout: z.enum(['leading', 'trailing']).default('leading'),
  job_on_subscribe: z.boolean().default(false),
  false_on_error: z.boolean().default(false),
  strict_prefix: z.boolean().default(false),
  workers: z.array(z.string().min(1)).optional(),
  password_file: z.string().optional(),
  max_connections: z.number().int().min(1).max(1_000_000).optional(),
  max_connections_per_address: z.number().int().min(1).max(1_000_000).optional(),
});

const chain = z.strictObject({
  name: z.string().regex(/^[a-z0-9_-]{1,32}$/, 'expected 1 to 32 characters of a-z, 0-9, _ and -'),
  network: z.enum(NETWORKS),
  nodes: z.array(node).min(1, 'expected at least one node').max(16),
  confirmations: z.number().int().min(1).max(10_000).optional(),
  propose_first: z.boolean().optional(),
  tip9: z.number().int().min(0).optional(),
  poll_ms: z.number().int().min(50).max(60_000).optional(),
  ports: z.array(port).min(1, 'expected at least one port'),
});

/** The configuration file, as it is after parsing TOML. Unknown keys are errors: they are misspelled ones. */
export const configSchema = z.strictObject({
  data: z.string().min(1).default('./adit-data'),
  verifier_threads: z.number().int().min(1).max(256).optional(),
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
      format: z.enum(['auto', 'pretty', 'json']).default('auto'),
    })
    .default({ level: 'info', format: 'auto' }),
  chain: z.array(chain).min(1, 'expected at least one [[chain]]'),
});

export type Config = z.infer<typeof configSchema>;
export type ChainConfig = Config['chain'][number];
export type PortConfig = ChainConfig['ports'][number];
export type NodeConfig = ChainConfig['nodes'][number];
