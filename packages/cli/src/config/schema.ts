import { z } from 'zod';
import { chainSchema } from './families.ts';
import { bansSchema, limitsSchema, outageSchema, sessionsSchema } from './protection-schema.ts';
import { address, file, number, whole, zeroOr } from './values.ts';
import { live, upgrade } from './when.ts';

/** The configuration file, parsed from TOML. Unknown keys are errors, because they are misspelled ones. */
export const configSchema = z.strictObject({
  data: file
    .default('./adit-data')
    .meta(upgrade('the one folder for everything; another one takes a stop and a start, not an upgrade')),
  group: z
    .string()
    .regex(/^([a-z_][a-z0-9_-]{0,31}|\d{1,9})$/, 'expected the name or the number of a group')
    .optional()
    .meta(upgrade('members of this group may read the data folder; nobody but the user where left out')),
  control: file
    .default('control.sock')
    .meta(
      upgrade('UNIX socket for adit status, reload, upgrade, bans; in the data folder where it has no path'),
    ),
  verifier_threads: whole(1, 256)
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
  bans: bansSchema.prefault({}),
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
      ready_seconds: number(1, 600).default(30).meta(live('the new process must have work within this time')),
      reconnect_seconds: zeroOr(0.1, 3_600)
        .default(30)
        .meta(live('miners are asked to connect again, spread over this time')),
      drain_seconds: number(1, 7_200).default(300).meta(live('then the old process ends, whoever is left')),
    })
    .prefault({}),
  chain: z.array(chainSchema).min(1, 'expected at least one [[chain]]'),
});

export type Config = z.infer<typeof configSchema>;
