import { fail, type Judgement } from '../../report/finding.ts';
import { attack } from '../../rules.ts';
import { survives } from '../alive.ts';
import { BOTH, type MinerCheck } from '../check.ts';
import type { MinerStage } from '../stage.ts';
import { SURVIVES } from './attack.ts';

/** An answer to mining.subscribe with which no pool can mean anything. */
function badNonce1(
  id: string,
  title: string,
  sent: string,
  nonce1: (stage: MinerStage) => unknown,
): MinerCheck {
  return {
    id,
    title,
    group: 'attack',
    dialects: BOTH,
    rules: [attack('T20')],
    sent,
    expected: SURVIVES,
    run: async (stage): Promise<Judgement> => {
      const { dialect } = stage;
      const answer = JSON.stringify(dialect.oddSubscribeResult(nonce1(stage)));
      const seat = await stage.fresh({ subscribeAnswer: `,"result":${answer},"error":null` });
      if ((await seat.asked('mining.subscribe')) === undefined) return fail('no mining.subscribe came');
      // The reference TrueHash miner takes no notice of the extranonce: its shares are right all the same.
      if (await seat.link.until(() => seat.authorized, stage.limits.quietMs)) seat.sendJob();
      await seat.link.until(() => seat.submissions.length > 0, stage.limits.quietMs);
      // A miner that stays on without logging in would wait for ever, and so may one that has logged in.
      if (dialect.needsNonce1 || !seat.authorized) seat.spoiled = true;
      if (dialect.needsNonce1 && seat.submissions.length > 0)
        return fail('it sent a share with a nonce1 that cannot be');
      return await survives(stage, seat, 0);
    },
  };
}

export const longNonce1: MinerCheck = badNonce1(
  'nonce1-too-long',
  'a nonce1 that leaves no room is not mined with',
  'an answer to mining.subscribe with a nonce1 of 32 bytes (TrueStratum: 8)',
  ({ dialect }) => 'ab'.repeat(dialect.fullNonce1Bytes),
);

export const oddNonce1: MinerCheck = badNonce1(
  'nonce1-odd-digits',
  'a nonce1 with an odd number of digits is not mined with',
  'an answer to mining.subscribe with a nonce1 of five digits',
  () => 'abcde',
);

export const textNonce1: MinerCheck = badNonce1(
  'nonce1-not-hex',
  'a nonce1 that is not hex is not mined with',
  'an answer to mining.subscribe with the nonce1 "probe!"',
  () => 'probe!',
);

export const noNonce1: MinerCheck = badNonce1(
  'nonce1-missing',
  'an answer to mining.subscribe without a nonce1 is not mined with',
  'an answer to mining.subscribe with a result of one member',
  () => undefined,
);
