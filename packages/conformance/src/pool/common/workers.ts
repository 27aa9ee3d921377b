import { DIALECTS } from '@adit/stratum';
import { shown } from '@adit/wire';
import { CODE } from '../../catalogue/codes.ts';
import { attack, field, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import { inWords, isAccepted, isRefused, judgeAccepted } from '../probe/replies.ts';
import { codesOf } from '../tools/codes.ts';
import { judgeOutsider } from '../tools/fresh-shares.ts';
import { secondWorker, stillTalks } from '../tools/messages.ts';
import { ifServes } from '../tools/still-serves.ts';

const AUTHORIZE = zip301('mining.authorize()');
const SUBMIT = zip301('mining.submit()');
const FARM = 20;

/** Checks of several workers on one connection. */
export const WORKERS: readonly PoolCheck[] = [
  {
    id: 'several-workers',
    title: 'several workers may share a connection',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [AUTHORIZE, field('some authorise a second worker on the connection')],
    sent: 'mining.authorize of a second worker, and a share in its name',
    expected: 'the share is accepted',
    run: async (probe) => {
      const session = await probe.login();
      const worker = secondWorker(probe);
      const reply = await session.connection.request('mining.authorize', [worker, probe.options.password]);
      if (!isAccepted(reply))
        return cannotTell(`the pool does not let ${shown(worker)} in: ${inWords(reply)}`);
      const verdict = await session.submitFresh(
        async (job) => await session.submit((await session.good(job)).with(0, worker)),
      );
      return judgeAccepted(verdict, 'a share of the second worker');
    },
  },
  {
    id: 'unauthorized-worker',
    title: 'a share of a worker that did not log in is refused',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [SUBMIT, zip301('Error Objects')],
    sent: 'a right share in the name of a worker that was not authorised on this connection',
    expected: 'error 24 (TrueStratum: an error)',
    run: async (probe) => {
      const session = await probe.login();
      const worker = secondWorker(probe);
      return await judgeOutsider(probe, {
        connection: session.connection,
        session,
        codes: codesOf(probe, CODE.unauthorized),
        share: async (job) => (await session.good(job)).with(0, worker),
      });
    },
  },
  {
    id: 'authorize-again',
    title: 'a worker may be authorised again',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [AUTHORIZE, field('some repeat it as a sign of life')],
    sent: 'mining.authorize of the same worker, three times more',
    expected: 'true each time',
    run: async (probe) => {
      const { connection, worker } = await probe.login();
      for (let i = 2; i <= 4; i += 1) {
        const reply = await connection.request('mining.authorize', [worker, probe.options.password]);
        if (!isAccepted(reply)) return fail(`time ${i}: ${inWords(reply)}`);
      }
      return pass('true each time');
    },
  },
  {
    id: 'odd-passwords',
    title: 'a password may be missing or of another type',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [trueStratumDocument(2), field('some send none'), attack('T13')],
    sent: 'mining.authorize without a password, with null, a number, an object and the empty text in its place',
    expected: 'true, or an error, each time',
    run: async (probe) => {
      const answers: string[] = [];
      const { connection } = await probe.login();
      for (const rest of [[], [null], [7], [{ a: 1 }], ['']]) {
        const reply = await connection.request('mining.authorize', [probe.options.worker, ...rest]);
        if (!isAccepted(reply) && !isRefused(reply)) {
          return fail(`password ${shown(rest[0])}: ${inWords(reply)}${connection.ending}`);
        }
        answers.push(`${shown(rest[0])}: ${inWords(reply)}`);
      }
      return await ifServes(probe, pass(answers.join('; ')));
    },
  },
  {
    id: 'many-workers',
    title: 'twenty workers of one connection are all answered',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T14'), AUTHORIZE, field('proxies bring a farm on one connection')],
    sent: 'mining.authorize of twenty workers in one packet',
    expected: 'true or an error for each; the connection stays',
    run: async (probe) => {
      const { connection } = await probe.login();
      const [account = 'probe'] = probe.options.worker.split('.');
      const ids = Array.from({ length: FARM }, (_, i) =>
        connection.ask('mining.authorize', [`${account}.probe${i}`, probe.options.password]),
      );
      let taken = 0;
      for (const [i, id] of ids.entries()) {
        const reply = await connection.reply(id);
        if (!isAccepted(reply) && !isRefused(reply)) return fail(`worker ${i + 1}: ${inWords(reply)}`);
        if (isAccepted(reply)) taken += 1;
      }
      return (await stillTalks(probe, connection))
        ? pass(`${taken} of ${FARM} taken`)
        : fail('nothing more after them');
    },
  },
];
