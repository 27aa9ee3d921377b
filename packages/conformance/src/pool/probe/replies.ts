import type { Reply } from '@adit/wire';
import { shown } from '@adit/wire';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolConnection } from './pool-connection.ts';

/** The codes of ZIP 301. The TrueStratum document adds -1 for an unknown job. */
export const CODE = {
  other: 20,
  job: 21,
  duplicate: 22,
  low: 23,
  unauthorized: 24,
  unsubscribed: 25,
} as const;

/** Whether the pool accepted. */
export function isAccepted(reply: Reply | undefined): boolean {
  return reply?.result === true && (reply.error === null || reply.error === undefined);
}

/** Whether the pool answered with an error. */
export function isRefused(reply: Reply | undefined): boolean {
  return reply !== undefined && !isAccepted(reply) && reply.error !== null && reply.error !== undefined;
}

/** Whether the pool refused, or ended the connection, which means the same. */
export function isTurnedDown(reply: Reply | undefined, { closed }: Pick<PoolConnection, 'closed'>): boolean {
  return isRefused(reply) || (reply === undefined && closed !== undefined);
}

/** The code of an error in any of the usual shapes. */
export function codeOf(reply: Reply | undefined): number | undefined {
  const error = reply?.error;
  const code: unknown = Array.isArray(error)
    ? error[0]
    : (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}

/** Whether the pool refused for the job: with 21, or with -1 as the TrueStratum document has it. */
export function isNoJob(reply: Reply | undefined): boolean {
  return isRefused(reply) && [CODE.job, -1].includes(codeOf(reply) ?? Number.NaN);
}

/** A reply in a sentence: `accepted`, `refused with 21 "Job not found"`, `no answer`. */
export function inWords(reply: Reply | undefined): string {
  if (reply === undefined) return 'no answer';
  if (isAccepted(reply)) return 'accepted';
  const { error, result } = reply;
  if (error === null || error === undefined) return `answered with result ${shown(result)}`;
  if (Array.isArray(error)) return `refused with ${shown(error[0])} ${shown(error[1])}`;
  return `refused with ${shown(error)}`;
}

/** Passes where the pool refused with one of the codes, or with any where they are undefined. @param what names what was sent */
export function judgeRefusal(
  reply: Reply | undefined,
  codes: readonly number[] | undefined,
  what: string,
): Judgement {
  const right = isRefused(reply) && codes?.includes(codeOf(reply) ?? Number.NaN) !== false;
  return (right ? pass : fail)(`${what}: ${inWords(reply)}`);
}

/** Passes where the pool refused, with any code. */
export function judgeRefused(reply: Reply | undefined, what: string): Judgement {
  return (isRefused(reply) ? pass : fail)(`${what}: ${inWords(reply)}`);
}

/** Joins the worst of several judgements: the failures, or else those that could not be told, and so on. */
export function worst(judgements: readonly Judgement[]): Judgement {
  const order = ['fail', 'cannot_tell', 'pass', 'not_applicable'] as const;
  for (const outcome of order) {
    const of = judgements.filter((judgement) => judgement.outcome === outcome);
    if (of.length > 0) return { outcome, came: of.map(({ came }) => came).join('; ') };
  }
  return fail('nothing was judged');
}
