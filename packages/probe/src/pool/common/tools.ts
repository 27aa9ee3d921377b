import { cannotTell, fail, Judged, type Judgement, pass } from '../../report/finding.ts';
import type { Peer, Received } from '../peer.ts';
import type { PoolProbe } from '../pool-probe.ts';
import { CODE, codeOf, isAccepted, told } from '../replies.ts';
import type { Seat } from '../seat.ts';

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

/** Whether the older jobs have lost their worth since. */
export function hasMovedOn(seat: Seat, place: number): boolean {
  return seat.jobs().some((job) => job.clean && job.place >= place);
}

/**
 * A miner with a share in hand.
 * @returns submits it: passes where the pool answers in time, stale or not
 */
export async function honestMiner(probe: PoolProbe): Promise<() => Promise<Judgement>> {
  const seat = await probe.login();
  const share = await seat.good();
  return async () => {
    const began = performance.now();
    const reply = await seat.submit(share);
    const answered = isAccepted(reply) || jobCodes(probe).includes(codeOf(reply) ?? Number.NaN);
    const after = `after ${Math.round(performance.now() - began)} ms`;
    const end = seat.peer.closed === undefined ? '' : `, connection ${seat.peer.closed}`;
    return (answered ? pass : fail)(`a share of an honest miner meanwhile: ${told(reply)} ${after}${end}`);
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
