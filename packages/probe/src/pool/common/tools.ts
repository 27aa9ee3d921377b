import { cannotTell, fail, Judged, type Judgement, pass } from '../../report/finding.ts';
import type { Peer, Received, Reply } from '../peer.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, codeOf, isAccepted, isRefused, judgeRefusal, told } from '../replies.ts';
import type { Seat, SeenJob, Submission } from '../seat.ts';

/** A message as it stood on the wire. */
export type Raw = Readonly<Record<string, unknown>>;

/** The object that a line holds; undefined where it holds none. */
export function rawOf({ text }: Received): Raw | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
  } catch {
    return undefined;
  }
}

/** A request in one line. @param id JSON text, @param params JSON text */
export function requestText(id: string, method: string, params: string): string {
  return `{"id":${id},"method":${JSON.stringify(method)},"params":${params}}`;
}

/** `mining.authorize` of the worker that the probe was given. @param id JSON text */
export function authorizeText(probe: PoolProbe, id: string): string {
  const { worker, password } = probe.options;
  return requestText(id, 'mining.authorize', JSON.stringify([worker, password]));
}

/** Answers that came from a place on. */
export function responsesFrom(peer: Peer, place: number): readonly Received[] {
  return peer.received.slice(place).filter(({ message }) => message.kind === 'response');
}

/**
 * Asks something harmless and waits for the answer. Pools read line by line: what they answer at once to the lines
 * before has come by then.
 */
export async function stillTalks(probe: PoolProbe, peer: Peer): Promise<boolean> {
  const { worker, password } = probe.options;
  return (await peer.request('mining.authorize', [worker, password])) !== undefined;
}

/** A second worker of the same account. */
export function secondWorker(probe: PoolProbe): string {
  const [account = 'probe'] = probe.options.worker.split('.');
  return `${account}.probe2`;
}

/** The code of an unknown job: the TrueStratum document's example has -1. */
export function jobCodes(probe: PoolProbe): readonly number[] {
  return probe.options.dialect === 'zcash' ? [CODE.job] : [-1, CODE.job];
}

/** Whether the pool refused for the job, and a new block was the reason: then nothing can be held against it. */
export async function isStale(
  probe: PoolProbe,
  seat: Seat,
  job: SeenJob,
  reply: Reply | undefined,
): Promise<boolean> {
  if (!isRefused(reply) || !jobCodes(probe).includes(codeOf(reply) ?? Number.NaN)) return false;
  // The answer may overtake the job.
  return await seat.peer.until(
    () => seat.jobs().some(({ clean, place }) => clean && place > job.place),
    probe.options.limits.quietMs,
  );
}

/** Blocks that may come in the way of one share. */
const TRIES = 3;

/**
 * Submits a share, and another where a new block has made it stale on the way.
 * @param change what goes out in its place
 */
export async function submitFresh(
  probe: PoolProbe,
  seat: Seat,
  change: (share: Submission) => Submission = (share) => share,
): Promise<Reply | undefined> {
  for (let tries = 1; ; tries += 1) {
    const job = await seat.job();
    const reply = await seat.submit(change(await seat.good(job)));
    if (tries === TRIES || !(await isStale(probe, seat, job, reply))) return reply;
  }
}

/** A share, or where none is to be had in time what looks like one. */
export async function shareOrNot(seat: Seat, job?: SeenJob): Promise<Submission> {
  return (await seat.good(job).catch(orNothing)) ?? (await seat.wrong(job));
}

/** A share that takes too long is done without. */
export function orNothing(error: unknown): undefined {
  if (!(error instanceof Judged)) throw error;
}

/**
 * Submits, where it must be refused for who submits, a share: a pool must not take even that. Where none is to be had in
 * time, something like it: then a refusal for another reason proves nothing.
 * @param seat whose share it is
 */
export async function judgeOutsider(
  probe: PoolProbe,
  seat: Seat,
  codes: readonly number[],
  submit: (share: Submission) => Promise<Reply | undefined>,
): Promise<Judgement> {
  const job = await seat.job();
  const right = await seat.good(job).catch(orNothing);
  const reply = await submit(right ?? (await seat.wrong(job)));
  const other = isRefused(reply) && !codes.includes(codeOf(reply) ?? Number.NaN);
  if (other && (right === undefined || (await isStale(probe, seat, job, reply)))) {
    return cannotTell(
      `${right === undefined ? 'no right share' : 'a new block came in between'}: ${told(reply)}`,
    );
  }
  return judgeRefusal(reply, codes, right === undefined ? 'a wrong share' : 'a right share');
}

/**
 * A miner with a share in hand, or where none is to be had in time with something like it.
 * @returns submits it: passes where the pool answers in time, and refuses no right share but for its job
 */
export async function honestMiner(probe: PoolProbe): Promise<() => Promise<Judgement>> {
  const seat = await probe.login();
  const right = await seat.good().catch(orNothing);
  const share = right ?? (await seat.wrong());
  return async () => {
    const began = performance.now();
    const reply = await seat.submit(share);
    const stale = jobCodes(probe).includes(codeOf(reply) ?? Number.NaN);
    const answered = isAccepted(reply) || (isRefused(reply) && (stale || right === undefined));
    const what = `a share of an honest miner meanwhile: ${told(reply)}`;
    if (answered) return pass(`${what} after ${Math.round(performance.now() - began)} ms`);
    if (seat.peer.closed === undefined) return fail(what);
    // Whether a whole address is shut out for the flood of one connection is the pool's own affair.
    return cannotTell(`the pool has closed the connection of the honest miner too: ${seat.peer.closed}`);
  };
}

/** Whether a pool goes on after a flood. It may keep out the address that flooded: then that is all that shows. */
export async function afterFlood(probe: PoolProbe): Promise<Judgement> {
  let peer: Peer;
  try {
    peer = await probe.open();
  } catch (error) {
    if (error instanceof Judged) return fail(`the pool no longer serves: ${error.judgement.came}`);
    throw error;
  }
  const reply = await peer.request('mining.subscribe', probe.subscribeParams());
  if (Array.isArray(reply?.result)) return pass('the pool serves on');
  if (peer.closed !== undefined || peer.received.length > 0) {
    return cannotTell(
      'the pool now refuses connections of this address; whether it serves others does not show',
    );
  }
  return fail('the pool takes connections and does not answer');
}

/** A judgement that fails where the pool no longer serves. */
export async function ifServes(probe: PoolProbe, judgement: Judgement): Promise<Judgement> {
  if (judgement.outcome === 'fail' || (await probe.serves())) return judgement;
  return fail(`the pool no longer serves (${judgement.came})`);
}
