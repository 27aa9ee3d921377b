import { encodeHex, equalBytes } from '@adit/primitives';
import { shown } from '@adit/wire';
import { CODE } from '../../catalogue/codes.ts';
import { attack, zip301 } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, orNothing, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { codeOf, inWords, isAccepted, worst } from '../probe/replies.ts';
import { wishes, withWish } from '../tools/wishes.ts';
import { loginZcash } from './session/login.ts';
import { type ZcashSeenJob, zcashJobs } from './session/seen-jobs.ts';
import { hashesOf, SCALES, workOf } from './session/work.ts';
import { readSubscription, type ZcashSession } from './session/zcash-session.ts';

/** A miner can hash from the answer to mining.subscribe on: it knows its nonce1, and the header from any other connection. */
export const LATE_WISH: PoolCheck = {
  id: 'zcash-late-wish',
  title: 'a wish in a password does not change the target of work that existed when the pool sent the nonce1',
  group: 'attack',
  dialects: ['zcash'],
  rules: [attack('T25'), zip301('mining.set_target()')],
  sent: "on a connection that has subscribed only, a hash of another connection's header under its own nonce1, found before mining.authorize with d=",
  expected:
    'the first job has another header, or the target that it has without a wish: a miner cannot hash first and choose the target afterwards',
  run: lateWish,
};

async function lateWish(probe: PoolProbe): Promise<Judgement> {
  const witness = await loginZcash(probe);
  const { target } = await witness.job();
  const { target: again } = await (await loginZcash(probe)).job();
  if (again !== target) return cannotTell('two connections that wished for nothing have different targets');
  const judgements: Judgement[] = [];
  for (const which of ['easier', 'harder'] as const) {
    for (const difficulty of wishes(hashesOf(target), SCALES, which)) {
      const judgement = await wishAfterHashing(probe, witness, difficulty);
      if (judgement.outcome === 'fail') return judgement;
      judgements.push(judgement);
    }
  }
  return judgements.length === 0 ? cannotTell('no difficulty could be spelled') : worst(judgements);
}

async function wishAfterHashing(
  probe: PoolProbe,
  witness: ZcashSession,
  difficulty: string,
): Promise<Judgement> {
  const connection = await probe.open();
  const subscription = readSubscription(
    await connection.request('mining.subscribe', probe.subscribeParams()),
  );
  if (subscription === undefined) return cannotTell('the second connection was not subscribed');
  const { nonce1 } = subscription;
  const work = await witness.job();
  const { target } = work;
  const above = await witness
    .solve({ least: target + 1n, most: 2n * target }, work, { nonce1 })
    .catch(orNothing);
  const below = await witness.solve({ least: target / 2n, most: target }, work, { nonce1 }).catch(orNothing);
  await probe.authorize(connection, { password: withWish(probe.options.password, difficulty) });
  const jobs = (): readonly ZcashSeenJob[] => zcashJobs(connection.received, nonce1);
  await connection.until(() => jobs().length > 0);
  const [first] = jobs();
  const wish = `d=${difficulty}`;
  if (first === undefined) return cannotTell(`${wish}: no job came`);
  if (!equalBytes(workOf(first), workOf(work))) return pass(`${wish}: another header`);
  if (first.target === target) return pass(`${wish}: the target stayed for that header`);
  const easier = first.target > target;
  const share = easier ? above : below;
  if (share === undefined || (easier ? share.value > first.target : share.value <= first.target))
    return cannotTell(`${wish}: no hash between the two targets was found in time`);
  const reply = await connection.request('mining.submit', share.submission.with(1, first.id));
  const inForce = easier ? isAccepted(reply) : codeOf(reply) === CODE.low;
  const what = `${wish} after hashing, a hash of ${encodeHex(work.headerStart.subarray(36, 44))}.. under job ${shown(first.id)}`;
  if (inForce)
    return fail(`${what}, ${easier ? 'above' : 'below'} the target without a wish: ${inWords(reply)}`);
  return pass(`${what}: ${inWords(reply)}`);
}
