import { setImmediate as nextTurn } from 'node:timers/promises';
import { DIALECTS } from '@adit/stratum';
import { attack, field, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted } from '../probe/replies.ts';
import { authorizeText, requestText, responsesFrom } from '../tools/messages.ts';

const LINES = zip301('Specification');
/** Requests in one packet, half of them submissions. More would look like a miner that has gone wrong. */
const BURST = 40;

/** Checks of lines: a line ends in LF, however its bytes are split into packets. */
export const FRAMING: readonly PoolCheck[] = [
  {
    id: 'one-byte-pieces',
    title: 'a login may come byte by byte',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [LINES, attack('T16')],
    sent: 'mining.subscribe and mining.authorize, each byte in a write of its own',
    expected: 'both are answered',
    run: async (probe) => {
      const connection = await probe.open();
      for (const byte of Buffer.from(loginText(probe, '\n'))) {
        connection.bytes(Uint8Array.of(byte), 'a byte');
        await nextTurn();
      }
      return await loggedIn(connection);
    },
  },
  {
    id: 'one-packet',
    title: 'subscription, authorisation and submission in one packet are all answered',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [LINES, attack('T16')],
    sent: 'mining.subscribe, mining.authorize and mining.submit in one write',
    expected: 'three answers',
    run: async (probe) => {
      const connection = await probe.open();
      const submit = JSON.stringify([probe.options.worker, 'no-such-job', '0', '0', '0']);
      connection.bytes(`${loginText(probe, '\n')}${requestText('"submit"', 'mining.submit', submit)}\n`);
      const login = await loggedIn(connection);
      if (login.outcome !== 'pass') return login;
      const reply = await connection.reply('"submit"');
      return (reply === undefined || isAccepted(reply) ? fail : pass)(
        `${login.came}; mining.submit: ${inWords(reply)}`,
      );
    },
  },
  {
    id: 'line-ends',
    title: 'CR before LF and empty lines between messages do no harm',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [LINES, field('some are written on Windows')],
    sent: 'mining.subscribe and mining.authorize ended by CR LF, with empty lines around them',
    expected: 'both are answered',
    run: async (probe) => {
      const connection = await probe.open();
      connection.bytes(`\n\r\n${loginText(probe, '\r\n\r\n\n')}`);
      return await loggedIn(connection);
    },
  },
  {
    id: 'large-packet',
    title: 'three submissions in one packet do not trip any limit',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T16'), field('a miner may find three shares in one second')],
    sent: 'three wrong submissions of full size in one write (200,9: 8 KB)',
    expected: 'three errors',
    run: async (probe) => {
      const session = await probe.login();
      const ids = ['"first"', '"second"', '"third"'];
      let packet = '';
      for (const id of ids)
        packet += `${requestText(id, 'mining.submit', JSON.stringify(await session.wrong()))}\n`;
      session.connection.bytes(packet);
      for (const id of ids) {
        const reply = await session.connection.reply(id);
        if (reply === undefined)
          return fail(`the submission with id ${id}: no answer${session.connection.ending}`);
        if (isAccepted(reply)) return fail(`the wrong submission with id ${id}: accepted`);
      }
      return pass('three answers');
    },
  },
  {
    id: 'many-requests',
    title: 'forty small requests in one packet are all answered',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T16'), field('the reference TrueHash miner knows answers by their order only')],
    sent: '20 times mining.authorize and 20 submissions for an unknown job, in turn, in one write (4 KB)',
    expected: 'an answer to each; TrueStratum: to the submissions in their order',
    run: async (probe) => {
      const session = await probe.login();
      await session.job();
      const { connection } = session;
      const from = connection.received.length;
      const params = JSON.stringify([session.worker, 'no-such-job', '0', '0', '0']);
      const ids = Array.from({ length: BURST }, (_, i) => String(50_000 + i));
      const lines = ids.map((id, i) =>
        i % 2 === 0 ? authorizeText(probe, id) : requestText(id, 'mining.submit', params),
      );
      connection.bytes(`${lines.join('\n')}\n`, `${BURST} requests`);
      const came = () =>
        responsesFrom(connection, from).flatMap(({ message }) =>
          message.kind === 'response' ? [message.id] : [],
        );
      const all = await connection.until(() => came().length >= BURST, probe.options.limits.answerMs * 2);
      if (!all && connection.closed !== undefined)
        return cannotTell(
          `${came().length} answers, then ${connection.closed}: more than it lets one miner ask, maybe`,
        );
      if (!all) return fail(`${came().length} answers`);
      const submissions = (id: string | undefined) => Number(id) % 2 === 1;
      const inOrder = came().filter(submissions).join() === ids.filter(submissions).join();
      if (probe.dialect.answersInOrder && !inOrder) return fail('submissions answered out of order');
      return new Set(came()).size === BURST ? pass(`${BURST} answers`) : cannotTell('some ids came twice');
    },
  },
];

/** The two lines of a login, with the ids "subscribe" and "authorize". */
function loginText(probe: PoolProbe, lineEnd: string): string {
  const params = JSON.stringify(probe.subscribeParams());
  const subscribe = requestText('"subscribe"', 'mining.subscribe', params);
  return `${subscribe}${lineEnd}${authorizeText(probe, '"authorize"')}${lineEnd}`;
}

async function loggedIn(connection: PoolConnection): Promise<Judgement> {
  const subscribed = await connection.reply('"subscribe"');
  const authorized = await connection.reply('"authorize"');
  const right = Array.isArray(subscribed?.result) && isAccepted(authorized);
  const first = Array.isArray(subscribed?.result) ? 'answered' : inWords(subscribed);
  return (right ? pass : fail)(`mining.subscribe: ${first}; mining.authorize: ${inWords(authorized)}`);
}
