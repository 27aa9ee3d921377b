import { AditError } from '@adit/primitives';
import { placeOf, shown } from '@adit/wire';
import { Judged } from '../../report/finding.ts';
import { shownLine } from '../../report/transcript.ts';
import { seconds } from '../../report/words.ts';
import type { PoolDialect } from '../dialect.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isRefused } from '../probe/replies.ts';

/**
 * Makes sure that a pool of the dialect answers, before a hundred checks fail because none does.
 * Other faults in its answers are left to the checks.
 * @param dialects all dialects that the probe knows
 * @returns why the pool does not let the worker in; undefined where it does, or does not say that it does not
 * @throws AditError `ADIT_NO_POOL`, `ADIT_OTHER_DIALECT`, `ADIT_OTHER_CHAIN`
 */
export async function requireDialect(
  probe: PoolProbe,
  dialects: readonly PoolDialect[],
): Promise<string | undefined> {
  const { host, port, limits } = probe.options;
  const where = placeOf(host, port);
  const connection = await probe.open().catch((error: unknown) => {
    if (!(error instanceof Judged)) throw error;
    throw new AditError('ADIT_NO_POOL', `${where}: ${error.judgement.came}`);
  });
  const reply = await connection.request('mining.subscribe', probe.subscribeParams());
  if (reply === undefined) {
    const what = whatIsThere(connection, limits.answerMs);
    if (what !== undefined)
      throw new AditError(
        'ADIT_NO_POOL',
        `${where} is not a Stratum pool, or does not serve the probe: ${what}`,
      );
  }
  let refusal: string | undefined;
  if (reply !== undefined) {
    const other = dialects.find((dialect) => dialect !== probe.dialect && dialect.answersLike(reply));
    if (other !== undefined)
      throw new AditError(
        'ADIT_OTHER_DIALECT',
        `${where} answers mining.subscribe as a pool of the other dialect does: ask it with --dialect ${other.name}`,
      );
    refusal = await refusedLogin(probe, connection);
    if (refusal === undefined) await probe.dialect.requireChain(probe.options, connection);
  }
  probe.reset();
  return refusal;
}

/** Almost every check needs a login. Where it is refused, that is one cause, and no fault in anything else. */
async function refusedLogin(probe: PoolProbe, connection: PoolConnection): Promise<string | undefined> {
  const { worker, password } = probe.options;
  const reply = await connection.request('mining.authorize', [worker, password]);
  if (reply?.result !== false && !isRefused(reply)) return undefined;
  const what = shownLine(inWords(reply), password);
  return `the pool does not let the worker ${shown(worker)} in (${what}): give --worker and --password`;
}

function whatIsThere(connection: PoolConnection, answerMs: number): string | undefined {
  const [first] = connection.received;
  if (first !== undefined) return first.message.kind === 'fault' ? `it says ${shown(first.text)}` : undefined;
  if (connection.closed !== undefined)
    return `it ends the connection at the first request (${connection.closed})`;
  return `it says nothing within ${seconds(answerMs)} of mining.subscribe`;
}
