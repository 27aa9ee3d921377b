import { cannotTell, type Judgement, orNothing, pass } from '../../report/finding.ts';
import type { PoolConnection, Reply } from '../pool-connection.ts';
import type { PoolProbe } from '../pool-probe.ts';
import type { PoolSession, SeenJob, Submission } from '../pool-session.ts';
import { codeOf, isAccepted, isRefused, judgeRefusal, told } from '../replies.ts';
import { judgeTurnedDown } from './still-serves.ts';

/** A share, or where none is to be had in time what looks like one. */
export async function shareOrNot(session: PoolSession, job?: SeenJob): Promise<Submission> {
  return (await session.good(job).catch(orNothing)) ?? (await session.wrong(job));
}

/** What became of a share, which may be no answer; undefined where none was to be had in time. */
export async function inTime(
  submitted: Promise<Reply | undefined>,
): Promise<{ readonly reply: Reply | undefined } | undefined> {
  return await submitted.then((reply) => ({ reply })).catch(orNothing);
}

export interface Outsider {
  /** Who submits, and must not be paid. */
  readonly connection: PoolConnection;
  /** A worker whose job it is. */
  readonly session: PoolSession;
  readonly codes: readonly number[] | undefined;
  /** A share that is right but for who submits it. */
  readonly share: (job: SeenJob) => Promise<Submission>;
}

/**
 * Submits, where it must be refused for who submits, a share: a pool must not take even that. Where none is to be had in
 * time, something like it: then a refusal for another reason proves nothing.
 */
export async function judgeOutsider(
  probe: PoolProbe,
  { connection, session, codes, share }: Outsider,
): Promise<Judgement> {
  const job = await session.job();
  const right = await share(job).catch(orNothing);
  const reply = await connection.request('mining.submit', right ?? (await session.wrong(job)));
  const what = right === undefined ? 'a wrong share' : 'a right share';
  if (reply === undefined) return await judgeTurnedDown(probe, connection, reply, what);
  const other = isRefused(reply) && codes?.includes(codeOf(reply) ?? Number.NaN) === false;
  if (other && (right === undefined || (await session.isStale(job, reply)))) {
    return cannotTell(
      `${right === undefined ? 'no right share' : 'a new block came in between'}: ${told(reply)}`,
    );
  }
  return judgeRefusal(reply, codes, what);
}

/**
 * What was refused may have been refused for any reason, by a pool that takes nothing at all. So a right share follows.
 * @param session where the refusals came; where it is closed a new login stands in
 */
export async function withControl(
  probe: PoolProbe,
  session: PoolSession,
  judgement: Judgement,
): Promise<Judgement> {
  if (judgement.outcome !== 'pass') return judgement;
  const closed = session.connection.closed !== undefined;
  if (closed) await probe.serves();
  const witness = closed ? await probe.login() : session;
  const share = await inTime(witness.submitFresh());
  if (share === undefined) return pass(`${judgement.came}; no right share was to be had in time to compare`);
  const { reply } = share;
  if (isAccepted(reply)) return judgement;
  return cannotTell(`${judgement.came}; but a right share is not taken either: ${told(reply)}`);
}
