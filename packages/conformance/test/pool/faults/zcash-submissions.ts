import { encodeHex, uint32LE } from '@adit/primitives';
import type { Verdict, ZcashSubmission } from '@adit/stratum';
import { type Json, onMethod } from '../../support/fault.ts';
import { TEST_LIMITS } from '../../support/options.ts';
import type { FaultCase, FaultCases } from './fault-case.ts';

const PAID: Verdict = { accepted: true, weight: 1n };

/** Pays submissions that the pool refused for one of these reasons. */
export function pays(...reasons: string[]): Pick<FaultCase, 'verdict'> {
  return { verdict: (keep) => (!keep.accepted && reasons.includes(keep.reason) ? PAID : keep) };
}

/** Rewrites one parameter of mining.submit. */
function rewriteParam(index: number, change: (value: string) => string): Pick<FaultCase, 'incoming'> {
  return onMethod('mining.submit', (message) => ({
    ...message,
    params: (message['params'] as unknown[]).map((value, i) => (i === index ? change(String(value)) : value)),
  }));
}

function params(message: Json): readonly string[] {
  return (message['params'] as unknown[]).map(String);
}

const ALWAYS_THE_SAME = Uint8Array.of(1, 2, 3, 4);

/** Pays once for what has the same key, and takes everything else for a duplicate. */
function paysOncePer(keyOf: (submission: ZcashSubmission) => string): Pick<FaultCase, 'verdict'> {
  return {
    verdict: (keep, submission, { shared }) => {
      const key = keyOf(submission as ZcashSubmission);
      if (keep.accepted && shared.has(key)) return { accepted: false, reason: 'duplicate_share' };
      if (keep.accepted) shared.set(key, true);
      return keep;
    },
  };
}

export const ZCASH_SUBMISSION_FAULTS: FaultCases = {
  'zcash-two-solutions': {
    does: 'knows a share by its job and its nonce',
    ...paysOncePer(({ jobSequence, nonce }) => `${jobSequence} ${encodeHex(nonce)}`),
  },
  'zcash-nonce-other-job': {
    does: 'knows a share by its nonce alone',
    rig: { jobEveryMs: 600 },
    probe: { limits: { ...TEST_LIMITS, jobMs: 20_000 } },
    ...paysOncePer(({ nonce }) => encodeHex(nonce)),
  },
  'zcash-time-rolled': {
    does: 'hashes the header with the time of the job',
    outgoing: (line, { shared }) => {
      const { method, params } = JSON.parse(line) as Json;
      const [id, , , , , time] = method === 'mining.notify' ? (params as unknown[]).map(String) : [];
      if (id !== undefined) shared.set(`time of ${Number.parseInt(id, 16)}`, time);
      return line;
    },
    verdict: (keep, submission, { shared }) => {
      const { jobSequence, time } = submission as ZcashSubmission;
      const moved = shared.get(`time of ${jobSequence}`) !== encodeHex(uint32LE(time));
      return moved ? { accepted: false, reason: 'low_difficulty' } : keep;
    },
  },
  'zcash-above-target': { does: 'pays shares above the target', ...pays('low_difficulty') },
  'zcash-target-exact': { does: 'is generous about the target', ...pays('low_difficulty') },
  'zcash-one-spelling': {
    does: 'pays for capitals as well',
    verdict: (keep) =>
      !keep.accepted && keep.reason === 'duplicate_share' ? { accepted: true, weight: 1n } : keep,
  },
  'zcash-nonce2-length': {
    does: 'makes nonce2 as long as it should be',
    ...rewriteParam(3, (nonce2) => nonce2.slice(0, 56).padEnd(56, '0')),
  },
  'zcash-foreign-nonce1': {
    does: 'takes a whole nonce as it is',
    ...onMethod('mining.submit', (message, connection) => {
      if (params(message)[3]?.length !== 64) return message;
      connection.say(JSON.stringify({ id: message['id'], result: true, error: null }));
      return undefined;
    }),
  },
  'zcash-stolen-share': {
    does: 'gives all connections one nonce1, and looks for duplicates on each by itself',
    nonce1: () => ALWAYS_THE_SAME,
    ...pays('duplicate_share'),
  },
  'zcash-time-ahead': { does: 'takes any time', ...pays('bad_time') },
  'zcash-time-behind': { does: 'takes any time', ...pays('bad_time') },
  'zcash-time-spelling': {
    does: 'reads the time as far as it goes',
    ...rewriteParam(2, (time) => time.slice(0, 8)),
  },
  'zcash-time-replay': {
    does: 'looks at the proof no closer than at its length',
    ...pays('low_difficulty', 'invalid_solution'),
  },
  'zcash-forged-repeats': { does: 'does not ask for distinct indices', ...pays('invalid_solution') },
  'zcash-forged-zero': { does: 'does not ask for distinct indices', ...pays('invalid_solution') },
  'zcash-forged-order': { does: 'does not look at the order of indices', ...pays('invalid_solution') },
  'zcash-forged-index': { does: 'looks at the hash alone', ...pays('invalid_solution') },
  'zcash-forged-nonce': { does: 'looks at the hash alone', ...pays('invalid_solution') },
  'zcash-forged-prefix': {
    does: 'checks the solution without its prefix and the hash with it',
    ...rewriteParam(4, (solution) => `24${solution.slice(2)}`),
    ...pays('low_difficulty', 'duplicate_share'),
  },
  'zcash-forged-length': {
    does: 'says nothing to a solution of another length',
    ...onMethod('mining.submit', (message) => (params(message)[4]?.length === 74 ? message : undefined)),
  },
};
