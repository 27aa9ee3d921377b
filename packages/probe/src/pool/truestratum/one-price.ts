import { blockHalf, fruitHalf } from '@adit/pow';
import { encodeHex, equalBytes, targetFromHex } from '@adit/primitives';
import type { Judgement } from '../../report/finding.ts';
import { attack, field, trueStratumDocument } from '../../rules.ts';
import type { PoolCheck } from '../check.ts';
import { type Offer, PriceBook, type PricedJob } from '../common/price-book.ts';
import { wishes, withWish } from '../common/wishes.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, codeOf, isAccepted, isRefused } from '../replies.ts';
import { loginTrueStratum } from './login.ts';
import type { TrueStratumSeenJob } from './seen-jobs.ts';
import { sameWork } from './share-tools.ts';
import { somewhereIn, type TrueStratumSession, type Wanted } from './truestratum-session.ts';

const WAYS = 'mining.authorize with d=, once more and on another connection';

/** What a hash is worth must be settled before it can be computed. */
export const TRUE_PRICES: readonly PoolCheck[] = [
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

/** A job, who hands in for it, and from whose range the nonces are. */
interface Stall extends PricedJob {
  readonly session: TrueStratumSession;
  readonly job: TrueStratumSeenJob;
  readonly range: Uint8Array;
}

async function onePrice(probe: PoolProbe): Promise<Judgement> {
  const book = new PriceBook<Stall>({ spaceOf, offer, bits: 128 });
  const session = await loginTrueStratum(probe);
  const { worker, password } = probe.options;
  const { quietMs, jobMs } = probe.options.limits;
  for (const which of ['easier', 'harder'] as const) {
    const job = await session.job();
    await book.sample(stallOf(session, job));
    for (const difficulty of wishes(hashesOf(job.target), [1], which)) {
      const wish = withWish(password, difficulty);
      const other = await loginTrueStratum(probe, { password: wish });
      await other.job();
      await other.connection.until(() => sharedWork(session, other) !== undefined, quietMs);
      const shared = sharedWork(session, other);
      if (shared !== undefined) await compare(book, shared);
      await session.connection.request('mining.authorize', [worker, wish]);
      // Some pools send the same header again only after a share.
      await session.submit(await session.good());
      await session.connection.until(() => session.jobs().at(-1)?.target !== job.target, quietMs);
      await look(book, session);
      other.connection.close();
    }
    if (book.failure !== undefined || book.changed) break;
  }
  if (!book.changed) {
    const { target } = await session.job();
    await session.connection.until(() => session.jobs().at(-1)?.target !== target, jobMs);
    await look(book, session);
  }
  return book.judgement(WAYS);
}

/** All that one connection was told. */
async function look(book: PriceBook<Stall>, session: TrueStratumSession): Promise<void> {
  const stalls = session.jobs().map((job) => stallOf(session, job));
  await book.look(stalls);
  const now = toldTarget(session);
  const older = stalls.findLast(({ target }) => now !== undefined && target < now);
  if (now !== undefined && older !== undefined) await book.belated(older, now);
}

/** Whether nonces of the connection with the easier target are taken on the other one too. */
async function compare(book: PriceBook<Stall>, [one, other]: readonly [Stall, Stall]): Promise<void> {
  const [harder, easier] = one.target < other.target ? [one, other] : [other, one];
  await book.compare({ ...harder, range: easier.range }, easier);
}

/** The newest jobs of two connections with one header and different targets. */
function sharedWork(a: TrueStratumSession, b: TrueStratumSession): readonly [Stall, Stall] | undefined {
  for (const job of b.jobs().toReversed()) {
    const same = a.jobs().findLast((one) => sameWork(one, job));
    if (same !== undefined && same.target !== job.target) return [stallOf(a, same), stallOf(b, job)];
  }
  return undefined;
}

function stallOf(session: TrueStratumSession, job: TrueStratumSeenJob): Stall {
  return { id: job.id, target: job.target, session, job, range: session.nonce1 };
}

function spaceOf({ job, range }: Stall): string {
  return `${job.seedHash} ${encodeHex(job.headerHash)} ${encodeHex(range)}`;
}

/** A nonce whose better half lies within the bounds. */
async function offer(stall: Stall, least: bigint, most: bigint): Promise<Omit<Offer, 'space'> | undefined> {
  const { session, job } = stall;
  const nonce = await nonceOf(stall, least, most);
  const digest = (await session.hasher(job)).hash(job.headerHash, nonce);
  const value = better(blockHalf(digest), fruitHalf(digest));
  const reply = await session.submit([session.worker, job.id, nonce.toString()]);
  if (isAccepted(reply)) return { job: stall, value, paid: true };
  if (!isRefused(reply) || session.movedOn(job)) return undefined;
  const own = equalBytes(stall.range, session.nonce1);
  if (own && codeOf(reply) === CODE.low) return { job: stall, value, paid: false };
  // Refused for its target, or for the job, or since the nonce is another connection's: a right one of the same kind tells.
  const right = await nonceOf(stall, 0n, job.target - 1n);
  const control = await session.submit([session.worker, job.id, right.toString()]);
  return isAccepted(control) ? { job: stall, value, paid: false } : undefined;
}

async function nonceOf({ session, job, range }: Stall, least: bigint, most: bigint): Promise<bigint> {
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

/** The newest target of a connection: it may wait for its first job. */
function toldTarget({ connection }: TrueStratumSession): bigint | undefined {
  const told = connection.received.findLast(
    ({ message }) => 'method' in message && message.method === 'mining.set_difficulty',
  );
  const message = told?.message;
  return message !== undefined && 'params' in message ? targetFromHex(message.params[0], 16) : undefined;
}

/** On average; either half may be the share. */
function hashesOf(target: bigint): number {
  return 2 ** 127 / Number(target + 1n);
}
