import { DIALECTS } from '@adit/stratum';
import { attack } from '../../catalogue/rules.ts';
import { Judged, type Judgement } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { worst } from '../probe/replies.ts';
import { requestText } from '../tools/messages.ts';
import { afterFlood, honestMiner } from '../tools/still-serves.ts';

const WRONG_SHARES = 200;
const LOGINS = 1_000;
const CONNECTS = 1_000;
const CONNECTS_AT_ONCE = 50;
const CONNECT_MS = 5_000;

/** Floods. A pool must still answer an honest miner during each of them. */
export const FLOODS: readonly PoolCheck[] = [
  {
    id: 'flood-wrong-shares',
    title: 'a flood of wrong shares does not keep an honest one waiting',
    group: 'attack',
    dialects: DIALECTS,
    aggressive: true,
    rules: [attack('T12')],
    sent: `${WRONG_SHARES} well-formed wrong submissions from one connection, and a share from another`,
    expected: 'the share is answered in time; the pool serves on',
    run: async (probe) => {
      const submit = await honestMiner(probe);
      const flooder = await probe.login();
      const job = await flooder.job();
      const lines: string[] = [];
      for (let i = 0; i < WRONG_SHARES; i += 1) {
        lines.push(
          requestText(String(50_000 + i), 'mining.submit', JSON.stringify(await flooder.wrong(job))),
        );
      }
      flooder.connection.bytes(`${lines.join('\n')}\n`, `${WRONG_SHARES} wrong submissions`);
      return await heard(probe, submit);
    },
  },
  {
    id: 'flood-logins',
    title: 'a flood of logins does not keep an honest share waiting',
    group: 'attack',
    dialects: DIALECTS,
    aggressive: true,
    rules: [attack('T14')],
    sent: `${LOGINS} times mining.authorize in one packet, and a share from another connection`,
    expected: 'the share is answered in time; the pool serves on',
    run: async (probe) => {
      const submit = await honestMiner(probe);
      const connection = await probe.open();
      await connection.request('mining.subscribe', probe.subscribeParams());
      const lines = Array.from({ length: LOGINS }, (_, i) =>
        requestText(String(50_000 + i), 'mining.authorize', JSON.stringify([`flood.rig${i}`, 'guess'])),
      );
      connection.bytes(`${lines.join('\n')}\n`, `${LOGINS} logins`);
      return await heard(probe, submit);
    },
  },
  {
    id: 'flood-connects',
    title: 'a flood of connections leaves the pool serving',
    group: 'attack',
    dialects: DIALECTS,
    aggressive: true,
    rules: [attack('T17')],
    sent: `${CONNECTS} connections within 5 s, each dropped at once`,
    expected: 'a connection afterwards is served',
    run: async (probe) => {
      const submit = await honestMiner(probe);
      const until = performance.now() + CONNECT_MS;
      for (let i = 0; i < CONNECTS && performance.now() < until; i += CONNECTS_AT_ONCE) {
        await Promise.all(Array.from({ length: CONNECTS_AT_ONCE }, () => visit(probe)));
      }
      return await heard(probe, submit);
    },
  },
];

async function heard(probe: PoolProbe, submit: () => Promise<Judgement>): Promise<Judgement> {
  return worst([await submit(), await afterFlood(probe)]);
}

/** A pool may refuse connections during a flood. */
async function visit(probe: PoolProbe): Promise<void> {
  try {
    (await probe.openNow()).close();
  } catch (error) {
    if (!(error instanceof Judged)) throw error;
  }
}
