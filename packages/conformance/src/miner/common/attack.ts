import { DIALECTS } from '@adit/stratum';
import { attack } from '../../catalogue/rules.ts';
import type { Judgement } from '../../report/finding.ts';
import type { MinerCheck } from '../check.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import type { MinerSession } from '../probe/miner-session.ts';
import { survives } from '../probe/survives.ts';

/** What every check of this kind has in common: it belongs to the attacks, and the miner must survive. */
export const HOSTILE = {
  group: 'attack',
  dialects: DIALECTS,
  rules: [attack('T20')],
  expected: 'no wrong share comes; the miner goes on, or leaves and comes back, and mines a good job',
} as const satisfies Partial<MinerCheck>;

/** A check that sends something hostile to a miner that mines. */
export function hostile(
  id: string,
  title: string,
  sent: string,
  act: (session: MinerSession, probe: MinerProbe) => void | Promise<void>,
  changes: Partial<MinerCheck> = {},
): MinerCheck {
  return {
    ...HOSTILE,
    id,
    title,
    sent,
    run: async (probe): Promise<Judgement> => {
      const session = await probe.session();
      await probe.share(session);
      const from = session.submissions.length;
      await act(session, probe);
      await session.connection.until(() => session.faults(from).length > 0, probe.limits.quietMs / 2);
      return await survives(probe, session, from);
    },
    ...changes,
  };
}
