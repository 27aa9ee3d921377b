import { z } from 'zod';
import { chainSchema } from './families.ts';
import { ledgerSchema } from './ledger-schema.ts';
import { PLACE_KEYS } from './pool-places.ts';
import { bansSchema, limitsSchema, outageSchema, sessionsSchema } from './protection-schema.ts';
import { address, number, whole, zeroOr } from './values.ts';
import { webSchema } from './web-schema.ts';
import { live, upgrade } from './when.ts';

/** The configuration file, parsed from TOML. Unknown keys are errors, because they are misspelled ones. */
export const configSchema = z.strictObject({
  data: PLACE_KEYS.data,
  group: z
    .string()
    .regex(/^([a-z_][a-z0-9_-]{0,31}|\d{1,9})$/, 'expected the name or the number of a group')
    .optional()
    .meta(
      upgrade('members of this group may read the data folder; without it only the user of the pool may'),
    ),
  control: PLACE_KEYS.control,
  verifier_threads: whole(1, 256)
    .optional()
    .meta(upgrade('threads that check proofs of work; default: all cores but one')),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error'])
        .default('info')
        .meta(live('least important level that is logged')),
      format: z
        .enum(['auto', 'pretty', 'json'])
        .default('auto')
        .meta(upgrade('auto: pretty for a terminal, JSON lines otherwise')),
    })
    .prefault({}),
  limits: limitsSchema.prefault({}),
  bans: bansSchema.prefault({}),
  sessions: sessionsSchema.prefault({}),
  outage: outageSchema.prefault({}),
  admin: z
    .strictObject({
      enabled: z.boolean().default(true).meta(upgrade('serve /metrics, /health and /ready')),
      listen: address
        .default('127.0.0.1:9333')
        .meta(upgrade('host:port of the admin address; every host except loopback needs allowed_hosts')),
      allowed_hosts: z
        .array(z.string().min(1))
        .max(64)
        .default([])
        .meta(upgrade('names that the Host header of a request may have, besides loopback')),
    })
    .prefault({}),
  upgrade: z
    .strictObject({
      ready_seconds: number(1, 600).default(30).meta(live('time in which the new process must get work')),
      reconnect_seconds: zeroOr(0.1, 3_600)
        .default(30)
        .meta(live('time over which the pool spreads its requests to miners to connect again')),
      drain_seconds: number(1, 7_200)
        .default(300)
        .meta(live('time after which the old process ends, even if miners are left')),
    })
    .prefault({}),
  ledger: ledgerSchema.prefault({}),
  web: webSchema.prefault({}),
  chain: z.array(chainSchema).min(1, 'expected at least one [[chain]]'),
});

export type Config = z.infer<typeof configSchema>;
