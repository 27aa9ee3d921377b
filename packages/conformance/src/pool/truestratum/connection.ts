import { encodeHex } from '@adit/primitives';
import { attack, field, trueStratumDocument } from '../../catalogue/rules.ts';
import { fail, notApplicable } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import { judgeAccepted } from '../probe/replies.ts';
import { judgeRanges } from '../tools/ranges.ts';
import { loginTrueStratum } from './session/login.ts';
import type { TrueStratumSession } from './session/truestratum-session.ts';

const SESSIONS = 16;
const VERSION = 'client.get_version';

/** Checks of what the pool gives to a connection and asks of it. */
export const TRUESTRATUM_CONNECTION: readonly PoolCheck[] = [
  {
    id: 'true-extranonce-ranges',
    title: 'no two connections search the same nonces',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [trueStratumDocument(1), attack('T18')],
    sent: `${SESSIONS} connections, open at the same time`,
    expected: 'no extranonce is the beginning of another one',
    run: async (probe) => {
      const sessions: TrueStratumSession[] = [];
      while (sessions.length < SESSIONS) sessions.push(await loginTrueStratum(probe));
      return judgeRanges(sessions.map(({ nonce1 }) => encodeHex(nonce1)));
    },
  },
  {
    id: 'true-get-version',
    title: 'client.get_version comes with an id, and its answer does no harm',
    group: 'conformance',
    dialects: ['truestratum'],
    rules: [field('they answer client.get_version under its id'), trueStratumDocument(1)],
    sent: 'the answer to client.get_version, if it comes',
    expected: 'an id to answer under; shares are accepted after the answer',
    run: async (probe) => {
      const { quietMs } = probe.options.limits;
      const session = await loginTrueStratum(probe);
      const request = await session.connection.notice(VERSION, quietMs);
      if (request === undefined) return notApplicable(`the pool did not send ${VERSION}`);
      if (request.kind !== 'request' || request.id === 'null') return fail(`${VERSION} came without an id`);
      session.connection.send(
        `{"id":${request.id},"error":null,"result":${JSON.stringify(probe.options.agent)}}`,
      );
      const reply = await session.submitFresh();
      return judgeAccepted(reply, `${VERSION} under id ${request.id}; then a share`);
    },
  },
];
