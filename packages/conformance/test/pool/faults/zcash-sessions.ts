import type { ZcashSubmission } from '@adit/stratum';
import { isMethod, isReply, type Json, onMethod, rewrite, withParam } from '../../support/fault.ts';
import { TEST_LIMITS } from '../../support/options.ts';
import type { FaultCases } from './fault-case.ts';
import { pays } from './zcash-submissions.ts';

const ALWAYS_THE_SAME = Uint8Array.of(1, 2, 3, 4);
/** Slow enough for a busy machine to answer in between. */
const JOBS = { rig: { jobEveryMs: 600 }, probe: { limits: limits() } };

/** The next block comes long after the probe has checked whether a block made a share stale. */
const SLOW_JOBS = { rig: { jobEveryMs: 1_500 }, probe: { limits: { ...limits(), jobMs: 20_000 } } };

function limits() {
  return { ...TEST_LIMITS, jobMs: 4_000, staleMs: 100 };
}

function errorCode(message: Json): unknown {
  return (message['error'] as unknown[] | null | undefined)?.[0];
}

export const ZCASH_SESSION_FAULTS: FaultCases = {
  'zcash-suggest-target': {
    does: 'says nothing to a suggested target',
    ...onMethod('mining.suggest_target', () => undefined),
  },
  'zcash-suggest-abuse': {
    does: 'follows every suggestion',
    ...onMethod('mining.suggest_target', (message, connection) => {
      const params = message['params'] as unknown[];
      connection.say(JSON.stringify({ id: null, method: 'mining.set_target', params }));
      return message;
    }),
  },
  'zcash-other-requests': {
    does: 'says nothing to methods that it does not know',
    ...onMethod('mining.multi_version', () => undefined),
  },
  'zcash-resume': {
    does: 'gives a session back without its jobs',
    ...onMethod('mining.subscribe', (message, { memory }) => {
      memory.set('resumed', typeof (message['params'] as unknown[])[1] === 'string');
      return message;
    }),
    verdict: (keep, _submission, { memory }) =>
      memory.get('resumed') === true ? { accepted: false, reason: 'job_not_found' } : keep,
  },
  'zcash-resume-authorize': {
    does: 'takes shares of anybody',
    ...rewrite(
      (message) => isReply(message) && errorCode(message) === 24,
      ({ id }) => ({ id, result: true, error: null }),
    ),
  },
  'zcash-resume-unknown': {
    does: 'says yes to any session id',
    incoming: (line, connection) => {
      if (line.includes('mining.subscribe')) {
        const params = (JSON.parse(line) as Json)['params'] as unknown[];
        connection.memory.set('asked', params[1]);
      }
      return line;
    },
    outgoing: (line, connection) => {
      const message = JSON.parse(line) as Json;
      const asked = connection.memory.get('asked');
      if (!Array.isArray(message['result']) || typeof asked !== 'string') return line;
      return JSON.stringify({ ...message, result: [asked, message['result'][1]] });
    },
  },
  'zcash-resume-duplicate': { does: 'forgets what was paid', ...pays('duplicate_share') },
  'zcash-resume-live': { does: 'gives one nonce1 to two connections', nonce1: () => ALWAYS_THE_SAME },
  'zcash-resume-by-nonce1': { does: 'gives one nonce1 again', nonce1: () => ALWAYS_THE_SAME },
  'zcash-session-id-guess': {
    does: 'counts its sessions',
    sessionId: (n) => n.toString(16).padStart(32, '0'),
  },
  'zcash-job-refresh': { does: 'sends one job and no more', ...JOBS, pool: { jobEveryMs: 0 } },
  'zcash-old-job': {
    does: 'forgets a job as soon as there is another',
    ...SLOW_JOBS,
    outgoing: (line, connection) => {
      const message = JSON.parse(line) as Json;
      if (message['method'] === 'mining.notify') {
        connection.memory.set('newest', Number.parseInt(String((message['params'] as unknown[])[0]), 16));
      }
      return line;
    },
    verdict: (keep, submission, connection) => {
      const old = (submission as ZcashSubmission).jobSequence !== connection.memory.get('newest');
      return old ? { accepted: false, reason: 'stale_job' } : keep;
    },
  },
  'zcash-stale-job': { does: 'pays stale shares', ...JOBS, ...pays('stale_job') },
  'zcash-clean-on-block': {
    does: 'never says that a job is clean',
    ...JOBS,
    ...rewrite(isMethod('mining.notify'), (message) => withParam(message, 7, false)),
  },
  'zcash-extranonce-change': {
    does: 'says nothing to mining.extranonce.subscribe',
    ...onMethod('mining.extranonce.subscribe', () => undefined),
  },
};
