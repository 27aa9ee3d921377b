import { messageOf } from '@adit/primitives';
import type { ServiceEvent } from '../log/service-event.ts';

/** An error that nothing caught, from a promise or a callback. By default it would end the process at once. */
export interface Fault {
  /** Where it came from. */
  readonly source: 'uncaughtException' | 'unhandledRejection';
  readonly cause: unknown;
}

/**
 * Resolves at the first error that nothing caught. From the call on, no such error ends the process: later ones are
 * most likely consequences of the first, and must not stop an orderly end.
 */
export function untilFault(): Promise<Fault> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (cause) => resolve({ source: 'uncaughtException', cause }));
    process.on('unhandledRejection', (cause) => resolve({ source: 'unhandledRejection', cause }));
  });
}

/** The event for the log, with the place in the code for the person who mends it. */
export function faultEvent({ source, cause }: Fault): ServiceEvent {
  const stack = cause instanceof Error ? cause.stack : undefined;
  return { kind: 'fault', source, detail: messageOf(cause), stack };
}

/**
 * Waits for an orderly end, for `ms` at most, because after a fault it may never come.
 * @returns false if it was not done in time, or failed
 */
export async function endedWithin(end: () => Promise<void>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    const done = end().then(
      () => true,
      () => false,
    );
    return await Promise.race([done, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
