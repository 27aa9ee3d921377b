import { messageOf } from '@adit/primitives';

/** An error that nothing caught, from a promise or a callback. By default it would end the process at once. */
export interface Fault {
  /** Where it came from, for the log. */
  readonly kind: 'uncaughtException' | 'unhandledRejection';
  readonly cause: unknown;
}

/**
 * Resolves at the first error that nothing caught. From the call on, no such error ends the process: later ones are
 * most likely consequences of the first, and must not stop an orderly end.
 */
export function untilFault(): Promise<Fault> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (cause) => resolve({ kind: 'uncaughtException', cause }));
    process.on('unhandledRejection', (cause) => resolve({ kind: 'unhandledRejection', cause }));
  });
}

/** One line for the log, and the place in the code for the person who mends it. */
export function faultLine({ kind, cause }: Fault): { readonly fields: object; readonly text: string } {
  const stack = cause instanceof Error ? cause.stack : undefined;
  return {
    fields: { event: 'fault', kind, stack },
    text: `a fault of this program (${messageOf(cause)}): accepting no more, finishing what is in flight`,
  };
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
