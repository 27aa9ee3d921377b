import type { Reply } from '@adit/wire';
import { cannotTell, fail, Judged, type Judgement, orNothing, pass } from '../../report/finding.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { hasCode, inWords, isAccepted, isRefused, isTurnedDown, judgeRefused } from '../probe/replies.ts';
import { jobCodes } from './codes.ts';

/**
 * Logs an honest miner in and gets a share for it, or a wrong submission where no share is found in time.
 * @returns submits it. It passes where the pool answers in time, and refuses a right share only for its job
 */
export async function honestMiner(probe: PoolProbe): Promise<() => Promise<Judgement>> {
  const session = await probe.login();
  const right = await session.good().catch(orNothing);
  const share = right ?? (await session.wrong());
  return async () => {
    const began = performance.now();
    const reply = await session.submit(share);
    const stale = hasCode(reply, jobCodes(probe));
    const answered = isAccepted(reply) || (isRefused(reply) && (stale || right === undefined));
    const what = `a share of an honest miner at the same time: ${inWords(reply)}`;
    if (answered) return pass(`${what} after ${Math.round(performance.now() - began)} ms`);
    if (session.connection.closed === undefined) return fail(what);
    // A pool may shut out a whole address for the flood of one connection.
    return cannotTell(
      `the pool has closed the connection of the honest miner too: ${session.connection.closed}`,
    );
  };
}

/** Judges whether a pool serves on after a flood. It may shut the probe's address out; then the probe cannot tell. */
export async function afterFlood(probe: PoolProbe): Promise<Judgement> {
  let connection: PoolConnection;
  try {
    connection = await probe.open();
  } catch (error) {
    if (error instanceof Judged) return fail(`the pool no longer serves: ${error.judgement.came}`);
    throw error;
  }
  const reply = await connection.request('mining.subscribe', probe.subscribeParams());
  if (Array.isArray(reply?.result)) return pass('the pool serves on');
  if (connection.closed !== undefined || connection.received.length > 0) {
    return cannotTell(
      'the pool now refuses connections of this address; whether it serves others does not show',
    );
  }
  return fail('the pool takes connections and does not answer');
}

/** The judgement, or a failure where the pool no longer serves. */
export async function ifServes(probe: PoolProbe, judgement: Judgement): Promise<Judgement> {
  if (judgement.outcome === 'fail' || (await probe.serves())) return judgement;
  return fail(`the pool no longer serves (${judgement.came})`);
}

/** Passes where the pool refused, or ended the connection and serves the next one. @param what names what was sent */
export async function judgeTurnedDown(
  probe: PoolProbe,
  connection: PoolConnection,
  reply: Reply | undefined,
  what: string,
): Promise<Judgement> {
  if (reply !== undefined || !isTurnedDown(reply, connection)) return judgeRefused(reply, what);
  return await ifServes(probe, pass(`${what}: the connection is ${connection.closed}`));
}

/** The same for a share that the pool has paid already. */
export async function notAgain(
  probe: PoolProbe,
  connection: PoolConnection,
  reply: Reply | undefined,
): Promise<Judgement> {
  return await judgeTurnedDown(probe, connection, reply, 'the second time');
}
