import { cannotTell, fail, pass } from '../../report/finding.ts';
import { attack, field, trueDocument, zip301 } from '../../rules.ts';
import { printable, shown } from '../../wire/printable.ts';
import { BOTH, type MinerCheck } from '../check.ts';
import { seconds } from '../seat.ts';

export const authorizeRequest: MinerCheck = {
  id: 'authorize-request',
  title: 'the miner logs its worker in with a name and a password',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('mining.authorize()'), trueDocument(2)],
  sent: 'the answer to mining.subscribe',
  expected: 'a mining.authorize with an id, a worker that is not empty, and a password, both strings',
  run: async (stage) => {
    const seat = await stage.seat();
    const request = await seat.asked('mining.authorize');
    if (request === undefined) return fail('no mining.authorize came');
    const [worker, password, ...rest] = request.params;
    if (request.id === 'null')
      return fail('its id is null, so that no answer can be told from a notification');
    if (typeof worker !== 'string' || worker === '') return fail(`its worker is ${shown(worker)}`);
    const none = password === undefined || (password === null && stage.dialect.nullPassword);
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
  dialects: BOTH,
  rules: [zip301('Protocol Flow'), trueDocument(2)],
  sent: 'nothing for a while, then the answer to mining.subscribe',
  expected:
    'mining.subscribe as the first message, nothing else before its answer, and mining.authorize after it',
  run: async (stage) => {
    const seat = await stage.fresh({ hold: ['mining.subscribe'] });
    if ((await seat.asked('mining.subscribe')) === undefined) return fail('no mining.subscribe came');
    await seat.link.until(() => seat.link.received.length > 1, stage.limits.quietMs);
    const [first, second] = seat.link.received;
    if (first?.message.kind !== 'request' || first.message.method !== 'mining.subscribe') {
      return fail('the first message is not a mining.subscribe');
    }
    if (second !== undefined) {
      const what = second.message.kind === 'request' ? second.message.method : second.message.kind;
      seat.spoiled = true;
      return fail(`${printable(what, 60)} came before the answer`);
    }
    seat.release('mining.subscribe');
    await stage.login(seat);
    return pass(`it said nothing for ${seconds(stage.limits.quietMs)}, and logged in after the answer`);
  },
};

export const waitsForJob: MinerCheck = {
  id: 'waits-for-job',
  title: 'the miner sends shares only when it has a target and a job',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('Protocol Flow'), zip301('mining.set_target()'), trueDocument(3), trueDocument(4)],
  sent: 'the login, nothing for a while, then a target, nothing for a while, then a job',
  expected: 'no submission before the job, and valid shares after it',
  run: async (stage) => {
    const seat = await stage.login(await stage.fresh({}));
    const sent = () => seat.submissions.length > 0;
    await seat.link.until(sent, stage.limits.quietMs);
    seat.sendTarget(stage.easyTarget);
    await seat.link.until(sent, stage.limits.quietMs);
    if (seat.submissions.length > 0) return fail('a submission came before any job');
    if (!seat.open) return fail(`it left: ${seat.link.closed}`);
    await stage.share(seat);
    return pass('its first share came after the job, and is valid');
  },
};

export const jobBeforeAuthorizeReply: MinerCheck = {
  id: 'job-before-authorize-reply',
  title: 'a target and a job that come before the answer to mining.authorize are not lost',
  group: 'conformance',
  dialects: BOTH,
  rules: [field('pools that send work right after mining.subscribe'), trueDocument(4)],
  sent: 'target and job while mining.authorize still has no answer, then the answer',
  expected: 'valid shares of that job',
  run: async (stage) => {
    const seat = await stage.fresh({ hold: ['mining.authorize'] });
    if ((await seat.asked('mining.authorize')) === undefined) return fail('no mining.authorize came');
    const job = seat.sendJob();
    await seat.link.quiet(stage.limits.quietMs / 2);
    seat.release('mining.authorize');
    await seat.shareOf(job);
    return pass('it mines the job');
  },
};

/** Both requests of a login, repeated once or twice, and what some miners ask besides. */
const A_FEW = 8;

export const silentPool: MinerCheck = {
  id: 'silent-pool',
  title: 'a pool that says nothing is neither flooded nor given up for good',
  group: 'attack',
  dialects: BOTH,
  rules: [attack('T20')],
  sent: 'nothing at all after the connection, then the answers that were missing',
  expected: 'a few messages at the most; afterwards valid shares, on this connection or another',
  run: async (stage) => {
    const seat = await stage.fresh({ hold: ['mining.subscribe', 'mining.authorize'] });
    await seat.link.until(() => seat.link.received.length > A_FEW, stage.limits.silentMs);
    const { length } = seat.link.received;
    if (length > A_FEW) return fail(`it sent ${length} messages to a pool that answers none`);
    seat.release('mining.subscribe');
    seat.release('mining.authorize');
    if (seat.open) {
      await stage.share(await stage.login(seat));
      return pass(`it waited ${seconds(stage.limits.silentMs)}, and then mined`);
    }
    const back = await stage.back();
    if (back === undefined)
      return fail(`it left and did not come back within ${seconds(stage.limits.returnMs)}`);
    await stage.share(back);
    return pass('it left, came back and mined');
  },
};

/** Last of all: a miner that is refused may well end. */
export const refusedWorker: MinerCheck = {
  id: 'refused-worker',
  title: 'a miner whose worker is refused sends no shares',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('mining.authorize()'), trueDocument(2)],
  sent: 'error 24 as the answer to mining.authorize, then a target and a job',
  expected: 'no submission; whether the miner stays, leaves or ends is its own business',
  run: async (stage) => {
    const seat = await stage.fresh({ refuse: true });
    if ((await seat.asked('mining.authorize')) === undefined) return cannotTell('no mining.authorize came');
    seat.spoiled = true;
    seat.sendJob();
    await seat.link.until(() => seat.submissions.length > 0, stage.limits.quietMs);
    if (seat.submissions.length > 0) return fail('it sent a share for a worker that was refused');
    return pass(seat.open ? 'it stays and sends nothing' : `no share; ${seat.link.closed}`);
  },
};
