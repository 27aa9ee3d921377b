import { errorCodeOf, type Reply, shown } from '@adit/wire';
import { NO_JOB_CODES } from '../../catalogue/codes.ts';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolConnection } from './pool-connection.ts';

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
  return errorCodeOf(reply?.error);
}

/** Whether the error of a reply has one of these codes. */
export function hasCode(reply: Reply | undefined, codes: readonly number[]): boolean {
  const code = codeOf(reply);
  return code !== undefined && codes.includes(code);
}

/** Whether the pool refused for the job: with 21, or with -1 as the TrueStratum document has it. */
export function isNoJob(reply: Reply | undefined): boolean {
  return isRefused(reply) && hasCode(reply, NO_JOB_CODES);
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
  const right = isRefused(reply) && (codes === undefined || hasCode(reply, codes));
  return (right ? pass : fail)(`${what}: ${inWords(reply)}`);
}

/** Passes where the pool accepted. @param what names what was sent; left out where the check sends one thing only */
export function judgeAccepted(reply: Reply | undefined, what?: string): Judgement {
  return (isAccepted(reply) ? pass : fail)(`${what === undefined ? '' : `${what}: `}${inWords(reply)}`);
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
