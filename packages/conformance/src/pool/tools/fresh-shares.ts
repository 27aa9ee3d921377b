import type { Reply } from '@adit/wire';
import { cannotTell, type Judgement, orNothing, pass } from '../../report/finding.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import type { PoolSession, SeenJob, Submission } from '../probe/pool-session.ts';
import { hasCode, inWords, isAccepted, isRefused, judgeRefusal } from '../probe/replies.ts';
import { judgeTurnedDown } from './still-serves.ts';

/** A share, or a submission that looks like one where no share is found in time. @throws Judged `cannot_tell` */
export async function shareOrNot(session: PoolSession, job?: SeenJob): Promise<Submission> {
  return (await session.good(job).catch(orNothing)) ?? (await session.wrong(job));
}

/** The answer to a share, which may be missing; undefined where no share was found in time. */
export async function inTime(
  submitted: Promise<Reply | undefined>,
): Promise<{ readonly reply: Reply | undefined } | undefined> {
  return await submitted.then((reply) => ({ reply })).catch(orNothing);
}

export interface Outsider {
  /** The connection that submits and must not be paid. */
  readonly connection: PoolConnection;
  /** The session of a worker that has the job. */
  readonly session: PoolSession;
  readonly codes: readonly number[] | undefined;
  /** A share that is right but for the connection that submits it. */
  readonly share: (job: SeenJob) => Promise<Submission>;
}

/**
 * Submits a share on a connection that may not submit it: the pool must refuse it. Where no share is found in time, it
 * submits something that looks like one, and a refusal for another reason then proves nothing.
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
  const other = isRefused(reply) && codes !== undefined && !hasCode(reply, codes);
  if (other && (right === undefined || (await session.isStale(job, reply)))) {
    return cannotTell(
      `${right === undefined ? 'no right share' : 'a new block came in between'}: ${inWords(reply)}`,
    );
  }
  return judgeRefusal(reply, codes, what);
}

/**
 * Submits a right share after a refusal. A pool that takes nothing at all would have refused for any reason.
 * @param session the one that was refused; where it is closed, a new one submits the right share
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
  if (share === undefined) return pass(`${judgement.came}; no right share was found in time to compare`);
  const { reply } = share;
  if (isAccepted(reply)) return judgement;
  return cannotTell(
    `${judgement.came}; but the pool does not accept a right share either: ${inWords(reply)}`,
  );
}
