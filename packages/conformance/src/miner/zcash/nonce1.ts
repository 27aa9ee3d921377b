import { setExtranonceLine } from '@adit/stratum';
import { attack, field, zip301 } from '../../catalogue/rules.ts';
import { fail, notApplicable, pass } from '../../report/finding.ts';
import type { MinerCheck } from '../check.ts';
import { hostile } from '../common/attack.ts';

/** Lengths in bytes that pools of the field use. */
const LENGTHS = [1, 4, 8, 16] as const;
const SHARES = 3;

export const nonce1Lengths: readonly MinerCheck[] = LENGTHS.map((length) => ({
  id: `zcash-nonce1-${length}`,
  title: `a nonce1 of ${length} ${length === 1 ? 'byte' : 'bytes'} leaves ${32 - length} for nonce2`,
  group: 'conformance',
  dialects: ['zcash'],
  rules: [zip301('Nonce Parts'), field('nonce1 of one to seventeen bytes')],
  sent: `a nonce1 of ${length} bytes, and a job`,
  expected: `${SHARES} valid shares whose nonce2 has ${32 - length} bytes`,
  run: async (probe) => {
    const nonce1 = crypto.getRandomValues(new Uint8Array(length));
    const session = await probe.login(await probe.freshSession({ nonce1 }));
    const job = session.sendJob();
    await session.shareOf(job);
    await session.connection.until(() => session.submissions.length >= SHARES, probe.limits.shareMs);
    session.noFaults();
    return pass(`${session.submissions.length} valid shares`);
  },
}));

export const setExtranonce: MinerCheck = {
  id: 'zcash-set-extranonce',
  title: 'a miner that asked for it takes a new nonce1 with the next job',
  group: 'conformance',
  dialects: ['zcash'],
  rules: [field('mining.extranonce.subscribe and mining.set_extranonce')],
  sent: 'mining.set_extranonce with a nonce1 of another length, and a clean job',
  expected:
    'valid shares under the new nonce1; not asked of a miner that sent no mining.extranonce.subscribe',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    if (!session.requests.some(({ method }) => method === 'mining.extranonce.subscribe')) {
      return notApplicable('it sent no mining.extranonce.subscribe');
    }
    const from = session.submissions.length;
    session.nonce1 = crypto.getRandomValues(new Uint8Array(session.nonce1.length + 1));
    session.connection.send(setExtranonceLine(session.nonce1));
    await probe.share(session);
    await probe.share(session);
    const wrong = session.faults(from);
    if (wrong.length > 0) return fail('shares under the old nonce1 came for the new job');
    return pass('it mines under the new nonce1');
  },
};

export const longExtranonce: MinerCheck = hostile(
  'zcash-extranonce-too-long',
  'a miner does not use a new nonce1 that leaves no room, or is not hex',
  'mining.set_extranonce with 32 bytes, five digits, other letters and a number',
  (session) => {
    for (const wrong of ['ab'.repeat(32), 'abcde', 'probe!', 7])
      session.connection.send(JSON.stringify({ id: null, method: 'mining.set_extranonce', params: [wrong] }));
  },
  { dialects: ['zcash'], rules: [attack('T20'), attack('T19')] },
);
