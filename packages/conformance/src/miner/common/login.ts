import { DIALECTS } from '@adit/stratum';
import { printable, shown } from '@adit/wire';
import { attack, field, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerCheck } from '../check.ts';

export const authorizeRequest: MinerCheck = {
  id: 'authorize-request',
  title: 'the miner logs its worker in with a name and a password',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.authorize()'), trueStratumDocument(2)],
  sent: 'the answer to mining.subscribe',
  expected: 'a mining.authorize with an id, a worker that is not empty, and a password, both strings',
  run: async (probe) => {
    const session = await probe.session();
    const request = await session.asked('mining.authorize');
    if (request === undefined) return fail('no mining.authorize came');
    const [worker, password, ...rest] = request.params;
    if (request.id === 'null')
      return fail('its id is null, so that an answer would look like a notification');
    if (typeof worker !== 'string' || worker === '') return fail(`its worker is ${shown(worker)}`);
    const none = password === undefined || (password === null && probe.dialect.nullPassword);
    if (!none && typeof password !== 'string') return fail('its password is no string');
    if (rest.length > 0) return fail(`it has ${request.params.length} parameters, not 2`);
    const note = none ? ', without a password' : '';
    return pass(`it came with id ${printable(request.id, 40)} for ${printable(worker, 80)}${note}`);
  },
};

export const waitsForSubscribeReply: MinerCheck = {
  id: 'waits-for-subscribe-reply',
  title: 'the miner waits for the answer to mining.subscribe before it goes on',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('Protocol Flow'), trueStratumDocument(2)],
  sent: 'nothing for a while, then the answer to mining.subscribe',
  expected:
    'mining.subscribe as the first message, nothing else before its answer, and mining.authorize after it',
  run: async (probe) => {
    const session = await probe.freshSession({ hold: ['mining.subscribe'] });
    if ((await session.asked('mining.subscribe')) === undefined) return fail('no mining.subscribe came');
    await session.connection.until(() => session.connection.received.length > 1, probe.limits.quietMs);
    const [first, second] = session.connection.received;
    if (first?.message.kind !== 'request' || first.message.method !== 'mining.subscribe') {
      return fail('the first message is not a mining.subscribe');
    }
    if (second !== undefined) {
      const what = second.message.kind === 'request' ? second.message.method : second.message.kind;
      session.spoiled = true;
      return fail(`${printable(what, 60)} came before the answer`);
    }
    session.release('mining.subscribe');
    await probe.login(session);
    return pass(`it said nothing for ${seconds(probe.limits.quietMs)}, and logged in after the answer`);
  },
};

export const waitsForJob: MinerCheck = {
  id: 'waits-for-job',
  title: 'the miner sends shares only when it has a target and a job',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [
    zip301('Protocol Flow'),
    zip301('mining.set_target()'),
    trueStratumDocument(3),
    trueStratumDocument(4),
  ],
  sent: 'the login, nothing for a while, then a target, nothing for a while, then a job',
  expected: 'no submission before the job, and valid shares after it',
  run: async (probe) => {
    const session = await probe.login(await probe.freshSession({}));
    const sent = () => session.submissions.length > 0;
    await session.connection.until(sent, probe.limits.quietMs);
    session.sendTarget(probe.easyTarget);
    await session.connection.until(sent, probe.limits.quietMs);
    if (session.submissions.length > 0) return fail('a submission came before any job');
    if (!session.open) return fail(`it left: ${session.connection.closed}`);
    await probe.share(session);
    return pass('its first share came after the job, and is valid');
  },
};

export const jobBeforeAuthorizeReply: MinerCheck = {
  id: 'job-before-authorize-reply',
  title: 'a target and a job that come before the answer to mining.authorize are not lost',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [field('pools that send work right after mining.subscribe'), trueStratumDocument(4)],
  sent: 'target and job while mining.authorize still has no answer, then the answer',
  expected: 'valid shares of that job',
  run: async (probe) => {
    const session = await probe.freshSession({ hold: ['mining.authorize'] });
    if ((await session.asked('mining.authorize')) === undefined) return fail('no mining.authorize came');
    const job = session.sendJob();
    await session.connection.quiet(probe.limits.quietMs / 2);
    session.release('mining.authorize');
    await session.shareOf(job);
    return pass('it mines the job');
  },
};

/** Enough for both requests of a login, repeated once or twice, and for the other requests that some miners send. */
const FEW_REQUESTS = 8;

export const silentPool: MinerCheck = {
  id: 'silent-pool',
  title: 'a miner neither floods a silent pool nor gives it up for good',
  group: 'attack',
  dialects: DIALECTS,
  rules: [attack('T20')],
  sent: 'nothing at all after the connection, then the answers that were missing',
  expected: 'a few messages at the most; afterwards valid shares, on this connection or another',
  run: async (probe) => {
    const session = await probe.freshSession({ hold: ['mining.subscribe', 'mining.authorize'] });
    await session.connection.until(
      () => session.connection.received.length > FEW_REQUESTS,
      probe.limits.silentMs,
    );
    const { length } = session.connection.received;
    if (length > FEW_REQUESTS) return fail(`it sent ${length} messages to a silent pool`);
    session.release('mining.subscribe');
    session.release('mining.authorize');
    if (session.open) {
      await probe.share(await probe.login(session));
      return pass(`it waited ${seconds(probe.limits.silentMs)}, and then mined`);
    }
    await probe.comesBack('it left');
    return pass('it left, came back and mined');
  },
};

/** This check runs last, because a refused miner may exit. */
export const refusedWorker: MinerCheck = {
  id: 'refused-worker',
  title: 'a miner whose worker is refused sends no shares',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('mining.authorize()'), trueStratumDocument(2)],
  sent: 'error 24 as the answer to mining.authorize, then a target and a job',
  expected: 'no submission; whether the miner stays, leaves or ends is its own business',
  run: async (probe) => {
    const session = await probe.freshSession({ refuse: true });
    if ((await session.asked('mining.authorize')) === undefined)
      return cannotTell('no mining.authorize came');
    session.spoiled = true;
    session.sendJob();
    await session.connection.until(() => session.submissions.length > 0, probe.limits.quietMs);
    if (session.submissions.length > 0) return fail('it sent a share for a worker that was refused');
    return pass(session.open ? 'it stays and sends nothing' : `no share; ${session.connection.closed}`);
  },
};
