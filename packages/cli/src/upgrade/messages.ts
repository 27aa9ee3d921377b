import { z } from 'zod';

// What the old and the new process say to each other over their channel. The number goes up when a newer version
// could no longer take over from this one; another number is refused, and the pool must be restarted instead.
export const HANDOVER_VERSION = 1;

/** Set for a process that takes over: the sockets as JSON, in the order of their descriptors. */
export const HANDOVER_VARIABLE = 'ADIT_HANDOVER';
/** 0 to 2 are the standard ones, 3 is the channel. */
export const FIRST_DESCRIPTOR = 4;

/** A listening socket: the name of its port, and `listen` as it was configured. */
export const handedSockets = z.array(z.object({ name: z.string(), listen: z.string() })).max(1_024);
export type HandedSockets = z.infer<typeof handedSockets>;

const version = z.number().int();

export const fromHeir = z.discriminatedUnion('kind', [
  /** It has work, and waits for the word to listen. */
  z.object({ kind: z.literal('working'), version }),
  z.object({ kind: z.literal('listening') }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type FromHeir = z.infer<typeof fromHeir>;

export const toHeir = z.object({ kind: z.literal('listen') });
export type ToHeir = z.infer<typeof toHeir>;
