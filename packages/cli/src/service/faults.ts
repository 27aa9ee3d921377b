import { messageOf } from '@adit/primitives';

/** What would end the process without a word to anybody: a promise or a callback whose fault nobody caught. */
export interface Fault {
  /** Where it came up, for the log. */
  readonly kind: 'uncaughtException' | 'unhandledRejection';
  readonly cause: unknown;
}

/**
 * Resolves at the first fault that nobody caught. From the call on none ends the process by itself: those behind the
 * first one are most likely its consequences, and an orderly end must not fail by them.
 */
export function untilFault(): Promise<Fault> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (cause) => resolve({ kind: 'uncaughtException', cause }));
    process.on('unhandledRejection', (cause) => resolve({ kind: 'unhandledRejection', cause }));
  });
}

/** One line for the log, and the place in the code for whoever mends it. */
export function faultLine({ kind, cause }: Fault): { readonly fields: object; readonly text: string } {
  const stack = cause instanceof Error ? cause.stack : undefined;
  return {
    fields: { event: 'fault', kind, stack },
    text: `a fault of this program (${messageOf(cause)}): accepting no more, finishing what is in flight`,
  };
}

/**
 * Waits for an end in good order, but not for ever: after a fault nothing is certain.
 * @returns false where it was not done in time, or failed
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
