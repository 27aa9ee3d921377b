import { blockHalf, fruitHalf } from '@adit/pow';
import { encodeHex, equalBytes } from '@adit/primitives';
import { CODE } from '../../catalogue/codes.ts';
import { attack, field, trueStratumDocument } from '../../catalogue/rules.ts';
import type { Judgement } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { codeOf, isAccepted, isRefused } from '../probe/replies.ts';
import { type Offer, PriceBook, type PricedJob } from '../tools/price-book.ts';
import { targetsIn } from '../tools/targets.ts';
import { wishes, withWish } from '../tools/wishes.ts';
import { loginTrueStratum } from './session/login.ts';
import type { TrueStratumSeenJob } from './session/seen-jobs.ts';
import { sameWork } from './session/share-tools.ts';
import { somewhereIn, type TrueStratumSession } from './session/truestratum-session.ts';
import type { Wanted } from './session/wanted.ts';

const WAYS = 'mining.authorize with d=, once more and on another connection';

/** Checks that the value of a hash is settled before a miner can compute it. */
export const TRUESTRATUM_PRICES: readonly PoolCheck[] = [
  {
    id: 'true-one-price',
    title: 'a header has one target for each nonce, under all job ids and on all connections',
    group: 'attack',
    dialects: ['truestratum'],
    awaitsJobs: true,
    rules: [attack('T25'), trueStratumDocument(3), field('their nonces are bound to no connection')],
    sent: `wishes for other targets (${WAYS}); then nonces between two targets of one header, under the ids of both`,
    expected:
      'another target comes with another header, or for nonces that no other connection may hand in: no nonce is refused under one job id and one like it paid under another',
    run: onePrice,
  },
];

/** A job, the session that submits shares of it, and the nonce1 of the range that their nonces come from. */
interface RangedJob extends PricedJob {
  readonly session: TrueStratumSession;
  readonly job: TrueStratumSeenJob;
  readonly range: Uint8Array;
}

async function onePrice(probe: PoolProbe): Promise<Judgement> {
  const book = new PriceBook<RangedJob>({ spaceOf, offer, bits: 128 });
  const session = await loginTrueStratum(probe);
  const { worker, password } = probe.options;
  const { quietMs, jobMs } = probe.options.limits;
  for (const which of ['easier', 'harder'] as const) {
    const job = await session.job();
    await book.sample(rangedJobOf(session, job));
    for (const difficulty of wishes(hashesOf(job.target), [1], which)) {
      const wish = withWish(password, difficulty);
      const other = await loginTrueStratum(probe, { password: wish });
      await other.job();
      await other.connection.until(() => sharedWork(session, other) !== undefined, quietMs);
      const shared = sharedWork(session, other);
      if (shared !== undefined) await compare(book, shared);
      await session.connection.request('mining.authorize', [worker, wish]);
      // Some pools repeat the header only after a share.
      await session.submit(await session.good());
      await session.connection.until(() => session.jobs().at(-1)?.target !== job.target, quietMs);
      await look(probe, book, session);
      other.connection.close();
    }
    if (book.failure !== undefined || book.changed) break;
  }
  if (!book.changed) {
    const { target } = await session.job();
    await session.connection.until(() => session.jobs().at(-1)?.target !== target, jobMs);
    await look(probe, book, session);
  }
  return book.judgement(WAYS);
}

/** Compares everything that the pool told one connection. */
async function look(
  probe: PoolProbe,
  book: PriceBook<RangedJob>,
  session: TrueStratumSession,
): Promise<void> {
  const jobs = session.jobs().map((job) => rangedJobOf(session, job));
  await book.look(jobs, targetsIn(probe.dialect, session.connection.received).at(-1));
}

/** Finds out whether the pool accepts nonces from the range of the easier target on the other connection too. */
async function compare(
  book: PriceBook<RangedJob>,
  [one, other]: readonly [RangedJob, RangedJob],
): Promise<void> {
  const [harder, easier] = one.target < other.target ? [one, other] : [other, one];
  await book.compare({ ...harder, range: easier.range }, easier);
}

/** @returns the newest jobs of the two connections where they have one header and different targets */
function sharedWork(
  a: TrueStratumSession,
  b: TrueStratumSession,
): readonly [RangedJob, RangedJob] | undefined {
  for (const job of b.jobs().toReversed()) {
    const same = a.jobs().findLast((one) => sameWork(one, job));
    if (same !== undefined && same.target !== job.target) return [rangedJobOf(a, same), rangedJobOf(b, job)];
  }
  return undefined;
}

function rangedJobOf(session: TrueStratumSession, job: TrueStratumSeenJob): RangedJob {
  return { id: job.id, target: job.target, session, job, range: session.nonce1 };
}

function spaceOf({ job, range }: RangedJob): string {
  return `${job.seedHash} ${encodeHex(job.headerHash)} ${encodeHex(range)}`;
}

/** Finds a nonce whose better half lies within the bounds, and submits it. */
async function offer(
  ranged: RangedJob,
  least: bigint,
  most: bigint,
): Promise<Omit<Offer, 'space'> | undefined> {
  const { session, job } = ranged;
  const nonce = await nonceOf(ranged, least, most);
  const digest = (await session.hasher(job)).hash(job.headerHash, nonce);
  const value = better(blockHalf(digest), fruitHalf(digest));
  const reply = await session.submit([session.worker, job.id, nonce.toString()]);
  if (isAccepted(reply)) return { job: ranged, value, paid: true };
  if (!isRefused(reply) || session.movedOn(job)) return undefined;
  const own = equalBytes(ranged.range, session.nonce1);
  if (own && codeOf(reply) === CODE.low) return { job: ranged, value, paid: false };
  // The pool may have refused for the target, the job, or the range of the nonce. A right share of the same kind shows which.
  const right = await nonceOf(ranged, 0n, job.target - 1n);
  const control = await session.submit([session.worker, job.id, right.toString()]);
  return isAccepted(control) ? { job: ranged, value, paid: false } : undefined;
}

async function nonceOf({ session, job, range }: RangedJob, least: bigint, most: bigint): Promise<bigint> {
  const wanted: Wanted = ({ block, fruit }) => {
    const value = better(block, fruit);
    return value >= least && value <= most;
  };
  const own = equalBytes(range, session.nonce1);
  return await session.solve(wanted, job, own ? undefined : somewhereIn(range));
}

function better(block: bigint, fruit: bigint): bigint {
  return block < fruit ? block : fruit;
}

/** The average number of hashes for a share, of which either half may meet the target. */
function hashesOf(target: bigint): number {
  return 2 ** 127 / Number(target + 1n);
}
