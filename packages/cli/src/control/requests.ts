import { z } from 'zod';

const address = z.string().min(2).max(64).describe('IPv4 address, or an IPv6 address for its /64');

/** Requests of `adit status`, `miners`, `reload`, `upgrade`, `stop` and `bans` to a running pool: one JSON object on a line. */
export const controlRequest = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  z.strictObject({
    command: z.literal('miners'),
    by: z.enum(['account', 'worker']).describe('what is a row'),
    account: z.string().max(512).optional().describe('only this account'),
    limit: z.number().int().min(1).max(1_000).describe('most rows'),
  }),
  z.strictObject({ command: z.literal('reload') }),
  z.strictObject({ command: z.literal('upgrade') }),
  z.strictObject({ command: z.literal('stop') }),
  z.strictObject({ command: z.literal('bans') }),
  z.strictObject({
    command: z.literal('ban'),
    address,
    seconds: z.number().min(1).max(31_622_400).describe('up to a year'),
    reason: z.string().max(200).describe('for the list and the log'),
  }),
  z.strictObject({ command: z.literal('lift'), address }),
]);

export type ControlRequest = z.infer<typeof controlRequest>;
export type MinersRequest = Extract<ControlRequest, { readonly command: 'miners' }>;
export type ControlCommand = ControlRequest['command'];
