import { cannotTell, fail, Judged, type Judgement, orNothing, pass } from '../../report/finding.ts';
import type { PoolConnection, Reply } from '../pool-connection.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { codeOf, isAccepted, isRefused, isTurnedDown, judgeRefused, told } from '../replies.ts';
import { jobCodes } from './codes.ts';

/**
 * A miner with a share in hand, or where none is to be had in time with something like it.
 * @returns submits it: passes where the pool answers in time, and refuses no right share but for its job
 */
export async function honestMiner(probe: PoolProbe): Promise<() => Promise<Judgement>> {
  const session = await probe.login();
  const right = await session.good().catch(orNothing);
  const share = right ?? (await session.wrong());
  return async () => {
    const began = performance.now();
    const reply = await session.submit(share);
    const stale = jobCodes(probe).includes(codeOf(reply) ?? Number.NaN);
    const answered = isAccepted(reply) || (isRefused(reply) && (stale || right === undefined));
    const what = `a share of an honest miner meanwhile: ${told(reply)}`;
    if (answered) return pass(`${what} after ${Math.round(performance.now() - began)} ms`);
    if (session.connection.closed === undefined) return fail(what);
    // Whether a whole address is shut out for the flood of one connection is the pool's own affair.
    return cannotTell(
      `the pool has closed the connection of the honest miner too: ${session.connection.closed}`,
    );
  };
}

/** Whether a pool goes on after a flood. It may keep out the address that flooded: then that is all that shows. */
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

/** A judgement that fails where the pool no longer serves. */
export async function ifServes(probe: PoolProbe, judgement: Judgement): Promise<Judgement> {
  if (judgement.outcome === 'fail' || (await probe.serves())) return judgement;
  return fail(`the pool no longer serves (${judgement.came})`);
}

/** Passes where the pool refused, or ended the connection and serves the next one. @param what was sent, for the sentence */
export async function judgeTurnedDown(
  probe: PoolProbe,
  connection: PoolConnection,
  reply: Reply | undefined,
  what: string,
): Promise<Judgement> {
  if (reply !== undefined || !isTurnedDown(reply, connection)) return judgeRefused(reply, what);
  return await ifServes(probe, pass(`${what}: the connection is ${connection.closed}`));
}

/** The same for a share that has been paid. */
export async function notAgain(
  probe: PoolProbe,
  connection: PoolConnection,
  reply: Reply | undefined,
): Promise<Judgement> {
  return await judgeTurnedDown(probe, connection, reply, 'the second time');
}
