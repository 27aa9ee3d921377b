import { fail, type Judgement, pass } from '../report/finding.ts';
import { faultOf, type MinerSeat, seconds } from './seat.ts';
import type { MinerStage } from './stage.ts';

/**
 * What became of the miner after something hostile: it must go on with a good job or come back for one, and no wrong
 * share may have come meanwhile.
 * @param from place of the first submission that counts
 */
export async function survives(stage: MinerStage, seat: MinerSeat, from: number): Promise<Judgement> {
  let how = 'it goes on';
  let good = seat;
  if (seat.open && !seat.spoiled) {
    const job = seat.sendJob();
    const came = await seat.submission(({ verdict }) => verdict.valid && seat.isOrFollows(verdict.job, job), {
      from,
    });
    if (came === undefined && seat.open) {
      const [wrong] = seat.faults(from);
      return fail(
        wrong === undefined ? `no share of a good job in ${seconds(stage.limits.shareMs)}` : faultOf(wrong),
      );
    }
  }
  if (!seat.open || seat.spoiled) {
    const left = seat.open
      ? 'it stayed on, and came back when the connection was closed'
      : 'it left, and came back';
    if (seat.open) seat.close();
    const back = await stage.back();
    if (back === undefined)
      return fail(`it left, and did not come back within ${seconds(stage.limits.returnMs)}`);
    await stage.share(back);
    const away = back.link.since - seat.link.closedAt;
    how = `${left} after ${seconds(away)}`;
    good = back;
  }
  const [wrong] = [...seat.faults(from), ...(good === seat ? [] : good.faults())];
  return wrong === undefined ? pass(how) : fail(faultOf(wrong));
}
