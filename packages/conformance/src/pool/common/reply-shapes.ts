import { DIALECTS } from '@adit/stratum';
import { shown } from '@adit/wire';
import { field, JSON_RPC, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, Judged, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { shareOrNot } from '../tools/fresh-shares.ts';
import { type Raw, rawOf } from '../tools/messages.ts';

/** Checks of the shape of answers and notifications. */
export const REPLY_SHAPES: readonly PoolCheck[] = [
  {
    id: 'reply-keys',
    title: 'every answer has an id, a result and an error',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [JSON_RPC, zip301('Methods'), trueStratumDocument(1), trueStratumDocument(2)],
    sent: 'mining.subscribe, mining.authorize, a submission for an unknown job',
    expected: 'all three keys each time; error null where it succeeded',
    run: async (probe) => {
      const { taken, refused } = await converse(probe);
      for (const reply of [...taken, ...refused]) {
        const missing = ['id', 'result', 'error'].find((key) => !Object.hasOwn(reply, key));
        if (missing !== undefined) return fail(`${missing} is missing in ${shown(reply)}`);
      }
      const odd = taken.find(({ error }) => error !== null);
      return odd === undefined ? pass('all three keys') : fail(`error is not null in ${shown(odd)}`);
    },
  },
  {
    id: 'error-object',
    title: 'an error is an array of code, message and a third member',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [zip301('Error Objects'), trueStratumDocument(5)],
    sent: 'a submission for an unknown job, and one of an unknown worker',
    expected: 'error [integer, string, null or data]',
    run: async (probe) => {
      const { refused } = await converse(probe);
      if (refused.length === 0) return cannotTell('the pool refused nothing');
      const odd = refused.find(({ error }) => !isErrorArray(error));
      return odd === undefined
        ? pass(`such as ${shown(refused[0]?.['error'])}`)
        : fail(`error ${shown(odd['error'])}`);
    },
  },
  {
    id: 'error-result',
    title: 'beside an error the result is empty',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [JSON_RPC, zip301('mining.submit()'), trueStratumDocument(5)],
    sent: 'a submission for an unknown job, and one of an unknown worker',
    expected: 'result null (TrueStratum: null or false)',
    run: async (probe) => {
      const { refused } = await converse(probe);
      if (refused.length === 0) return cannotTell('the pool refused nothing');
      const legal = probe.dialect.failedResults;
      const odd = refused.find(({ result }) => !legal.includes(result));
      return (odd === undefined ? pass : fail)(
        `result ${shown((odd ?? refused[0])?.['result'])} beside the error`,
      );
    },
  },
  {
    id: 'notification-id',
    title: 'notifications have the id null',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [
      zip301('Specification'),
      trueStratumDocument(3),
      trueStratumDocument(4),
      field('some need the key in every message'),
    ],
    sent: 'mining.subscribe and mining.authorize',
    expected: '"id":null in the target and in the job',
    run: async (probe) => {
      const session = await probe.login();
      await session.job();
      const notices = session.connection.received
        .map((received) => rawOf(received))
        .filter((raw) => typeof raw?.['method'] === 'string' && raw['method'].startsWith('mining.'));
      for (const raw of notices) {
        if (raw !== undefined && raw['id'] !== null)
          return fail(`${shown(raw['method'])} has the id ${shown(raw['id'])}`);
      }
      return pass(`id null in ${notices.length} notifications`);
    },
  },
  {
    id: 'lines-json',
    title: 'every line of the pool is one message in JSON',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [zip301('Specification'), JSON_RPC],
    sent: 'a whole session: login, a share, a wrong one, an unknown method',
    expected: 'JSON objects in UTF-8, each ended by LF, no LF inside',
    run: async (probe) => {
      const session = await probe.login();
      await session.submit(await shareOrNot(session));
      await session.submit(await session.wrong());
      await session.connection.request('mining.no_such_method', [], probe.options.limits.quietMs);
      const odd = session.connection.received.find(({ message }) => message.kind === 'fault');
      if (odd === undefined) return pass(`${session.connection.received.length} lines, all of them messages`);
      const why = odd.message.kind === 'fault' ? odd.message.fault : '';
      return fail(`${why}: ${shown(odd.text)}`);
    },
  },
];

/** Sends requests that a pool should accept, and others that it should refuse. @returns the answers */
async function converse(probe: PoolProbe): Promise<{ taken: readonly Raw[]; refused: readonly Raw[] }> {
  const { worker, password } = probe.options;
  const connection = await probe.open();
  const nothing = ['0', '0', '0'];
  const taken = [
    await answer(connection, 'mining.subscribe', probe.subscribeParams()),
    await answer(connection, 'mining.authorize', [worker, password]),
  ];
  const refused = [
    await answer(connection, 'mining.submit', [worker, 'no-such-job', ...nothing]),
    await answer(connection, 'mining.submit', [`${worker}-unknown`, 'no-such-job', ...nothing]),
  ];
  return { taken, refused: refused.filter((raw) => raw['result'] !== true) };
}

/** @throws Judged where no answer comes */
async function answer(connection: PoolConnection, method: string, params: readonly unknown[]): Promise<Raw> {
  const id = connection.ask(method, params);
  const found = await connection.next(({ message }) => message.kind === 'response' && message.id === id);
  const raw = found === undefined ? undefined : rawOf(found);
  if (raw === undefined) throw new Judged(cannotTell(`no answer to ${method} under its id`));
  return raw;
}

function isErrorArray(error: unknown): boolean {
  if (!Array.isArray(error) || error.length !== 3) return false;
  const [code, message] = error as unknown[];
  return Number.isSafeInteger(code) && typeof message === 'string';
}
