import { fail, type Judgement, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import { faultOf } from './job.ts';
import type { MinerProbe } from './miner-probe.ts';
import type { MinerSession } from './miner-session.ts';

/**
 * Judges the miner after something hostile. It must go on with a good job, or come back for one, and must not have sent
 * a wrong share.
 * @param from place of the first submission that counts
 */
export async function survives(probe: MinerProbe, session: MinerSession, from: number): Promise<Judgement> {
  let how = 'it goes on';
  let good = session;
  if (session.open && !session.spoiled) {
    const job = session.sendJob();
    const came = await session.submission(
      ({ verdict }) => verdict.valid && session.isOrFollows(verdict.job, job),
      {
        from,
      },
    );
    if (came === undefined && session.open) {
      const [wrong] = session.faults(from);
      return fail(
        wrong === undefined ? `no share of a good job in ${seconds(probe.limits.shareMs)}` : faultOf(wrong),
      );
    }
  }
  if (!session.open || session.spoiled) {
    const left = session.open
      ? 'it stayed on, and came back when the connection was closed'
      : 'it left, and came back';
    if (session.open) session.close();
    const back = await probe.comesBack('it left');
    const away = back.connection.since - session.connection.closedAt;
    how = `${left} after ${seconds(away)}`;
    good = back;
  }
  const [wrong] = [...session.faults(from), ...(good === session ? [] : good.faults())];
  return wrong === undefined ? pass(how) : fail(faultOf(wrong));
}
