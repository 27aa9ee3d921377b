import type { Judgement } from '../../report/finding.ts';
import { attack } from '../../rules.ts';
import { survives } from '../alive.ts';
import { BOTH, type MinerCheck } from '../check.ts';
import type { MinerSeat } from '../seat.ts';
import type { MinerStage } from '../stage.ts';

export const SURVIVES =
  'no wrong share meanwhile; the miner goes on, or leaves and comes back, and mines a good job';

/** Something hostile that is said in the middle of mining. */
export function hostile(
  id: string,
  title: string,
  sent: string,
  act: (seat: MinerSeat, stage: MinerStage) => void | Promise<void>,
  changes: Partial<MinerCheck> = {},
): MinerCheck {
  return {
    id,
    title,
    group: 'attack',
    dialects: BOTH,
    rules: [attack('T20')],
    sent,
    expected: SURVIVES,
    run: async (stage): Promise<Judgement> => {
      const seat = await stage.seat();
      await stage.share(seat);
      const from = seat.submissions.length;
      await act(seat, stage);
      await seat.link.until(() => seat.faults(from).length > 0, stage.limits.quietMs / 2);
      return await survives(stage, seat, from);
    },
    ...changes,
  };
}
