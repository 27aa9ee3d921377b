import { DIALECTS } from '@adit/stratum';
import type { Reply } from '@adit/wire';
import { CODE } from '../../catalogue/codes.ts';
import { attack, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted, judgeAccepted, judgeRefusal } from '../probe/replies.ts';
import { codesOf } from '../tools/codes.ts';
import { requestText, secondWorker } from '../tools/messages.ts';
import { notAgain } from '../tools/still-serves.ts';

const RULES = [attack('T04'), zip301('mining.submit()')];

/** Checks of attack T04: a pool pays a share once. */
export const DUPLICATES: readonly PoolCheck[] = [
  {
    id: 'share-accepted',
    title: 'a right share is accepted',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [zip301('mining.submit()'), trueStratumDocument(5)],
    sent: 'mining.subscribe, mining.authorize, and a share of the job',
    expected: 'true',
    run: async (probe) => {
      const session = await probe.login();
      const reply = await session.submitFresh();
      return judgeAccepted(reply);
    },
  },
  {
    id: 'share-twice',
    title: 'a share is refused the second time, as a duplicate',
    group: 'attack',
    dialects: DIALECTS,
    rules: [...RULES, zip301('Error Objects')],
    sent: 'an accepted share again',
    expected: 'error 22 (TrueStratum: an error)',
    run: async (probe) => {
      const session = await probe.login();
      const job = await session.job();
      const share = await session.good(job);
      const first = await session.submit(share);
      if (!isAccepted(first))
        return cannotTell(`the share was not accepted the first time: ${inWords(first)}`);
      const reply = await session.submit(share);
      if (await session.isStale(job, reply))
        return cannotTell(`a new block came in between: ${inWords(reply)}`);
      return judgeRefusal(reply, codesOf(probe, CODE.duplicate), 'the second time');
    },
  },
  {
    id: 'share-twice-at-once',
    title: 'a share that comes twice in one packet is paid once',
    group: 'attack',
    dialects: DIALECTS,
    rules: RULES,
    sent: 'one share four times in one write',
    expected: 'true for one of them, errors for the others',
    run: async (probe) => {
      const session = await probe.login();
      const params = JSON.stringify(await session.good());
      const ids = ['"a"', '"b"', '"c"', '"d"'];
      session.connection.bytes(ids.map((id) => `${requestText(id, 'mining.submit', params)}\n`).join(''));
      const replies: (Reply | undefined)[] = [];
      for (const id of ids) replies.push(await session.connection.reply(id));
      const paid = replies.filter(isAccepted).length;
      const texts = replies.map(inWords).join('; ');
      if (paid > 1 || replies.includes(undefined)) return fail(texts);
      return (paid === 1 ? pass : cannotTell)(texts);
    },
  },
  {
    id: 'share-other-worker',
    title: 'a share is not paid again to another worker of the connection',
    group: 'attack',
    dialects: DIALECTS,
    rules: RULES,
    sent: 'an accepted share again, in the name of a second worker that is authorised',
    expected: 'an error',
    run: async (probe) => {
      const session = await probe.login();
      const worker = secondWorker(probe);
      const login = await session.connection.request('mining.authorize', [worker, probe.options.password]);
      if (!isAccepted(login))
        return cannotTell(`the pool does not let a second worker in: ${inWords(login)}`);
      const share = await session.accepted();
      return await notAgain(probe, session.connection, await session.submit(share.with(0, worker)));
    },
  },
  {
    id: 'share-other-connection',
    title: 'a share is not paid again on another connection',
    group: 'attack',
    dialects: DIALECTS,
    rules: RULES,
    sent: 'an accepted share again, by the same worker on a second connection',
    expected: 'an error',
    run: async (probe) => {
      const other = await probe.login();
      await other.job();
      const share = await (await probe.login()).accepted();
      return await notAgain(probe, other.connection, await other.submit(share));
    },
  },
  {
    id: 'share-after-reconnect',
    title: 'a share is not paid again after a reconnect',
    group: 'attack',
    dialects: DIALECTS,
    rules: RULES,
    sent: 'an accepted share again, on a new connection after the first was closed',
    expected: 'an error',
    run: async (probe) => await afterReconnect(probe),
  },
];

async function afterReconnect(probe: PoolProbe): Promise<Judgement> {
  const first = await probe.login();
  const share = await first.accepted();
  first.connection.close();
  const second = await probe.login();
  await second.job();
  return await notAgain(probe, second.connection, await second.submit(share));
}
