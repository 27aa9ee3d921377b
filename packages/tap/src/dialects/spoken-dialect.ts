import type { Message } from '@adit/stratum';

/** What the tap, which only listens, needs to know of one way to speak Stratum. */
export interface SpokenDialect {
  /** Whether a message can only be one of this dialect. */
  recognises(message: Message): boolean;
  /**
   * The parameters of a call for people, beginning with a space.
   * @returns undefined for a method that only other dialects have, or that all have alike
   */
  describeParams(method: string, params: readonly unknown[]): string | undefined;
  /**
   * The result of a successful request for people, beginning with a colon.
   * @returns undefined where the dialect has no words of its own for it
   */
  describeResult(method: string, result: readonly unknown[]): string | undefined;
}

/** The result of `mining.subscribe`, where it has a nonce1 in the place that all dialects give it. */
export function subscribeResult(message: Message): readonly unknown[] | undefined {
  if (message.kind !== 'response' || !Array.isArray(message.result)) return undefined;
  const result = message.result as readonly unknown[];
  return typeof result[1] === 'string' ? result : undefined;
}
