import { AditError } from '@adit/primitives';
import { shown } from '../printable.ts';
import { Judged } from '../report/finding.ts';
import { placeOf } from '../tap/address.ts';
import type { Peer, Reply } from './peer.ts';
import type { PoolProbe } from './pool-probe.ts';

/** Names an Equihash chain behind the fields of a job, as real pools do: `144_5`. */
const CHAIN = /^(\d{2,3})_(\d{1,2})$/;

/**
 * Whether there is a pool of the dialect at all, before a hundred questions say in a hundred ways that there is none.
 * What is only wrong in its answers is left to the checks.
 * @throws AditError `ADIT_NO_POOL`, `ADIT_OTHER_DIALECT`, `ADIT_OTHER_CHAIN`
 */
export async function requireDialect(probe: PoolProbe): Promise<void> {
  const { host, port, dialect, limits } = probe.options;
  const where = placeOf(host, port);
  const peer = await probe.open().catch((error: unknown) => {
    if (!(error instanceof Judged)) throw error;
    throw new AditError('ADIT_NO_POOL', `${where}: ${error.judgement.came}`);
  });
  const reply = await peer.request('mining.subscribe', probe.subscribeParams());
  if (reply === undefined) {
    const what = whatIsThere(peer, limits.answerMs);
    if (what !== undefined)
      throw new AditError('ADIT_NO_POOL', `${where} is no Stratum pool, or none for us: ${what}`);
  }
  const other = dialect === 'zcash' ? 'truestratum' : 'zcash';
  if (dialectOf(reply) === other) {
    throw new AditError(
      'ADIT_OTHER_DIALECT',
      `${where} answers mining.subscribe as a pool of the other dialect does: ask it with --dialect ${other}`,
    );
  }
  if (dialect === 'zcash' && reply !== undefined) await requireChain(probe, peer);
  probe.reset();
}

/** What an answer to `mining.subscribe` is like; undefined where that is not plain. */
function dialectOf(reply: Reply | undefined): 'zcash' | 'truestratum' | undefined {
  if (!Array.isArray(reply?.result)) return undefined;
  const [first, nonce1, size] = reply.result as unknown[];
  if (typeof nonce1 !== 'string') return undefined;
  if (Array.isArray(first))
    return first.includes('mining.notify') && typeof size === 'number' ? 'truestratum' : undefined;
  return typeof size === 'number' ? undefined : 'zcash';
}

function whatIsThere(peer: Peer, answerMs: number): string | undefined {
  const [first] = peer.received;
  if (first !== undefined) return first.message.kind === 'fault' ? `it says ${shown(first.text)}` : undefined;
  if (peer.closed !== undefined) return `it ends the connection at the first request (${peer.closed})`;
  return `it says nothing within ${answerMs / 1000} s of mining.subscribe`;
}

/** Pools of other chains than 200,9 say in a job which it is. Shares for the wrong one would all be refused. */
async function requireChain(probe: PoolProbe, peer: Peer): Promise<void> {
  const { equihash, worker, password } = probe.options;
  await peer.request('mining.authorize', [worker, password]);
  const job = await peer.notice('mining.notify');
  const named = job?.params.slice(8).find((extra) => typeof extra === 'string' && CHAIN.test(extra));
  const [, n, k] = CHAIN.exec(String(named)) ?? [];
  if (n === undefined || (Number(n) === equihash.n && Number(k) === equihash.k)) return;
  throw new AditError(
    'ADIT_OTHER_CHAIN',
    `the jobs of this pool are for Equihash ${n},${k}, and the probe would solve ${equihash.n},${equihash.k}: say --chain-params ${n},${k}`,
  );
}
