import { z } from 'zod';

// Messages between the old and the new process over their channel. The number is raised when a newer version can no
// longer take over from this one. A process with another number is refused, and the pool must be restarted.
export const HANDOVER_VERSION = 1;

/** Environment variable of a process that takes over: the sockets as JSON, in the order of their descriptors. */
export const HANDOVER_VARIABLE = 'ADIT_HANDOVER';
/** 0 to 2 are the standard ones, and 3 is the channel. */
export const FIRST_DESCRIPTOR = 4;

/** A listening socket: the name of its port, and its configured `listen`. */
export const handedSockets = z.array(z.object({ name: z.string(), listen: z.string() })).max(1_024);
export type HandedSockets = z.infer<typeof handedSockets>;

const version = z.number().int();

export const fromHeir = z.discriminatedUnion('kind', [
  /** The new process has work, and waits for the order to listen. */
  z.object({ kind: z.literal('working'), version }),
  z.object({ kind: z.literal('listening') }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type FromHeir = z.infer<typeof fromHeir>;

export const toHeir = z.object({ kind: z.literal('listen') });
export type ToHeir = z.infer<typeof toHeir>;
