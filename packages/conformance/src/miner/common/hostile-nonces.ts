import { fail, type Judgement } from '../../report/finding.ts';
import type { MinerCheck } from '../check.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import { survives } from '../probe/survives.ts';
import { HOSTILE } from './attack.ts';

/** A check whose answer to mining.subscribe makes no sense. */
function badNonce1(
  id: string,
  title: string,
  sent: string,
  nonce1: (probe: MinerProbe) => unknown,
): MinerCheck {
  return {
    ...HOSTILE,
    id,
    title,
    sent,
    run: async (probe): Promise<Judgement> => {
      const { dialect } = probe;
      const answer = JSON.stringify(dialect.oddSubscribeResult(nonce1(probe)));
      const session = await probe.freshSession({ subscribeAnswer: `,"result":${answer},"error":null` });
      if ((await session.asked('mining.subscribe')) === undefined) return fail('no mining.subscribe came');
      // The reference TrueHash miner ignores the extranonce, and its shares are right all the same.
      if (await session.connection.until(() => session.authorized, probe.limits.quietMs)) session.sendJob();
      await session.connection.until(() => session.submissions.length > 0, probe.limits.quietMs);
      // A miner that stays without logging in would wait for ever. A miner that has logged in may do so too.
      if (dialect.needsNonce1 || !session.authorized) session.spoiled = true;
      if (dialect.needsNonce1 && session.submissions.length > 0)
        return fail('it sent a share with a nonce1 that cannot be');
      return await survives(probe, session, 0);
    },
  };
}

export const longNonce1: MinerCheck = badNonce1(
  'nonce1-too-long',
  'a miner does not use a nonce1 that leaves no room',
  'an answer to mining.subscribe with a nonce1 of 32 bytes (TrueStratum: 8)',
  ({ dialect }) => 'ab'.repeat(dialect.fullNonce1Bytes),
);

export const oddNonce1: MinerCheck = badNonce1(
  'nonce1-odd-digits',
  'a miner does not use a nonce1 with an odd number of digits',
  'an answer to mining.subscribe with a nonce1 of five digits',
  () => 'abcde',
);

export const textNonce1: MinerCheck = badNonce1(
  'nonce1-not-hex',
  'a miner does not use a nonce1 that is not hex',
  'an answer to mining.subscribe with the nonce1 "probe!"',
  () => 'probe!',
);

export const noNonce1: MinerCheck = badNonce1(
  'nonce1-missing',
  'a miner does not mine after an answer to mining.subscribe without a nonce1',
  'an answer to mining.subscribe with a result of one member',
  () => undefined,
);
