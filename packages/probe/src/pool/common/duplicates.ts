import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import { attack, zip301 } from '../../rules.ts';
import { BOTH, type PoolCheck } from '../check.ts';
import type { Reply } from '../peer.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, codeOf, isAccepted, isRefused, told } from '../replies.ts';
import type { Seat } from '../seat.ts';
import { hasMovedOn, requestText, secondWorker } from './tools.ts';

const RULES = [attack('T04'), zip301('mining.submit()')];

/** Attack T04: one share is paid once. */
export const DUPLICATES: readonly PoolCheck[] = [
  {
    id: 'share-accepted',
    title: 'a right share is accepted',
    group: 'conformance',
    dialects: BOTH,
    rules: [zip301('mining.submit()')],
    sent: 'mining.subscribe, mining.authorize, and a share of the job',
    expected: 'true',
    run: async (probe) => {
      const seat = await probe.login();
      const share = await seat.good();
      const place = seat.peer.received.length;
      const reply = await seat.submit(share);
      if (isAccepted(reply)) return pass('accepted');
      const late = hasMovedOn(seat, place) || codeOf(reply) === CODE.job;
      return (late && isRefused(reply) && hasMovedOn(seat, 1) ? cannotTell : fail)(told(reply));
    },
  },
  {
    id: 'share-twice',
    title: 'a share is refused the second time, as a duplicate',
    group: 'attack',
    dialects: BOTH,
    rules: [...RULES, zip301('Error Objects')],
    sent: 'an accepted share again',
    expected: 'error 22',
    run: async (probe) => {
      const seat = await probe.login();
      const share = await seat.accepted();
      const place = seat.peer.received.length;
      const reply = await seat.submit(share);
      if (codeOf(reply) === CODE.duplicate && isRefused(reply)) return pass(told(reply));
      if (isRefused(reply) && hasMovedOn(seat, place - 1))
        return cannotTell(`a clean job came in between: ${told(reply)}`);
      return fail(told(reply));
    },
  },
  {
    id: 'share-twice-at-once',
    title: 'a share that comes twice in one packet is paid once',
    group: 'attack',
    dialects: BOTH,
    rules: RULES,
    sent: 'one share four times in one write',
    expected: 'true for one of them, errors for the others',
    run: async (probe) => {
      const seat = await probe.login();
      const params = JSON.stringify(await seat.good());
      const ids = ['"a"', '"b"', '"c"', '"d"'];
      seat.peer.bytes(ids.map((id) => `${requestText(id, 'mining.submit', params)}\n`).join(''));
      const replies: (Reply | undefined)[] = [];
      for (const id of ids) replies.push(await seat.peer.reply(id));
      const paid = replies.filter(isAccepted).length;
      const texts = replies.map(told).join('; ');
      if (paid > 1 || replies.includes(undefined)) return fail(texts);
      return (paid === 1 ? pass : cannotTell)(texts);
    },
  },
  {
    id: 'share-other-worker',
    title: 'a share is not paid again to another worker of the connection',
    group: 'attack',
    dialects: BOTH,
    rules: RULES,
    sent: 'an accepted share again, in the name of a second worker that is authorised',
    expected: 'an error',
    run: async (probe) => {
      const seat = await probe.login();
      const worker = secondWorker(probe);
      const login = await seat.peer.request('mining.authorize', [worker, probe.options.password]);
      if (!isAccepted(login)) return cannotTell(`the pool does not let a second worker in: ${told(login)}`);
      const share = await seat.accepted();
      return notAgain(await seat.submit(share.with(0, worker)), seat);
    },
  },
  {
    id: 'share-other-connection',
    title: 'a share is not paid again on another connection',
    group: 'attack',
    dialects: BOTH,
    rules: RULES,
    sent: 'an accepted share again, by the same worker on a second connection',
    expected: 'an error',
    run: async (probe) => {
      const other = await probe.login();
      await other.job();
      const share = await (await probe.login()).accepted();
      return notAgain(await other.submit(share), other);
    },
  },
  {
    id: 'share-after-reconnect',
    title: 'a share is not paid again after a reconnect',
    group: 'attack',
    dialects: BOTH,
    rules: RULES,
    sent: 'an accepted share again, on a new connection after the first was closed',
    expected: 'an error',
    run: async (probe) => await afterReconnect(probe),
  },
];

async function afterReconnect(probe: PoolProbe): Promise<Judgement> {
  const first = await probe.login();
  const share = await first.accepted();
  first.peer.close();
  const second = await probe.login();
  await second.job();
  return notAgain(await second.submit(share), second);
}

function notAgain(reply: Reply | undefined, { peer }: Seat): Judgement {
  const end = peer.closed === undefined ? '' : `, ${peer.closed}`;
  if (isAccepted(reply)) return fail('accepted a second time');
  return (reply === undefined && peer.closed === undefined ? fail : pass)(`${told(reply)}${end}`);
}
