import type { Ban } from '@adit/pool';
import { z } from 'zod';
import type { ControlCommand } from './requests.ts';
import { statusDocument } from './status-document.ts';

const count = z.number().int().min(0);
const keys = z.array(z.string());

const reloaded = z.object({
  applied: keys.describe(
    'keys that count from now on; `(content)` follows a key whose file has another content than before',
  ),
  needsUpgrade: keys.describe('keys that count from the next process on: `adit upgrade`'),
  needsRestart: keys.describe('keys that count after a stop and a start'),
});

const ban = z.object({
  subject: z.string().describe('an IPv4 address, or the /64 of an IPv6 address'),
  reason: z.string().describe('a sentence for people'),
  sinceMs: z.number().describe('begin, in milliseconds since 1970'),
  untilMs: z.number().describe('end, in milliseconds since 1970'),
  times: count.describe('number of its bans, this one included'),
});

const miners = z.object({
  total: count.describe('accounts or workers that are connected'),
  rate: z.number().describe('solutions or hashes a second of all of them'),
  miners: z
    .array(
      z.object({
        name: z.string().describe('account or worker'),
        workers: count.describe('its workers'),
        connections: count.describe('its open connections'),
        ports: z.array(z.string()).describe('ports that it uses'),
        addresses: z.array(z.string()).describe('some of the addresses that it comes from'),
        moreAddresses: count.describe('further addresses'),
        accepted: count.describe('shares that were accepted on the open connections'),
        refused: count.describe('submissions that were refused on them'),
        weight: z.string().describe('expected solutions or hashes of the accepted shares, as decimal text'),
        rate: z.number().describe('the same a second: an average that fades over ten minutes'),
        sinceMs: z.number().describe('time since the first of its connections was made'),
        lastShareMs: z
          .number()
          .nullable()
          .describe('time since its last accepted share; null before the first'),
      }),
    )
    .describe('those with the highest rate first'),
});

const lifted = z.object({ lifted: z.boolean().describe('false where the address was not banned') });

/** `upgrade`: the new process. `stop`: the one that ends. */
const processNumber = z.object({
  pid: count.describe('of `upgrade` the new process, of `stop` the one that ends'),
});

/**
 * The result of each command, as it stands in an answer and as `--json` prints it. New fields do not change the version
 * of the answers; every other change does.
 */
export const RESULTS = {
  status: statusDocument,
  miners,
  reload: reloaded,
  upgrade: processNumber,
  stop: processNumber,
  bans: z.array(ban),
  ban,
  lift: lifted,
} as const satisfies { readonly [Command in ControlCommand]: z.ZodType };

/** What `reload` changed, and what it could not change. */
export type Reloaded = {
  readonly [Name in keyof z.infer<typeof reloaded>]: readonly string[];
};

export type MinersResult = z.infer<typeof miners>;
export type BanResult = z.infer<typeof ban>;

// Results are copied field by field from inner values, so that nothing internal is sent by accident.

export function reloadResult({ applied, needsUpgrade, needsRestart }: Reloaded): z.infer<typeof reloaded> {
  return { applied: [...applied], needsUpgrade: [...needsUpgrade], needsRestart: [...needsRestart] };
}

export function processResult(pid: number): z.infer<typeof processNumber> {
  return { pid };
}

export function banResult({ subject, reason, sinceMs, untilMs, times }: Ban): BanResult {
  return { subject, reason, sinceMs, untilMs, times };
}

export function liftResult(wasBanned: boolean): z.infer<typeof lifted> {
  return { lifted: wasBanned };
}
