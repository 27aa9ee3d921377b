import { z } from 'zod';

// Requests of `adit status`, `reload`, `upgrade`, `stop` and `bans` to a running pool, and its answers. Each is one
// JSON object on a line.

const address = z.string().min(2).max(64);

export const controlRequest = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  z.strictObject({ command: z.literal('reload') }),
  z.strictObject({ command: z.literal('upgrade') }),
  z.strictObject({ command: z.literal('stop') }),
  z.strictObject({ command: z.literal('bans') }),
  z.strictObject({
    command: z.literal('ban'),
    address,
    seconds: z.number().min(1).max(31_622_400),
    reason: z.string().max(200),
  }),
  z.strictObject({ command: z.literal('lift'), address }),
]);

export type ControlRequest = z.infer<typeof controlRequest>;

export const controlAnswer = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

export type ControlAnswer = z.infer<typeof controlAnswer>;

const keys = z.array(z.string());
const ban = z.object({
  subject: z.string(),
  reason: z.string(),
  sinceMs: z.number(),
  untilMs: z.number(),
  times: z.number(),
});

/** The result of each command except `status`, which has a document of its own. */
export const RESULTS = {
  reload: z.object({ applied: keys, needsUpgrade: keys, needsRestart: keys }),
  process: z.object({ pid: z.number().int() }),
  ban,
  bans: z.array(ban),
  lift: z.object({ lifted: z.boolean() }),
} as const;

export type BanAnswer = z.infer<typeof ban>;

/** Longest line in either direction: a status with hundreds of ports and nodes, or a list of 16,384 bans. */
export const CONTROL_LINE_LIMIT = 8 * 1024 * 1024;
/** The kernel takes 108 bytes, of which the last is zero. */
export const LONGEST_SOCKET_PATH = 107;
