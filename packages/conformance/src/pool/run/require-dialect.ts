import { AditError } from '@adit/primitives';
import { placeOf, shown } from '@adit/wire';
import { Judged } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { PoolDialect } from '../dialect.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';

/**
 * Makes sure that a pool of the dialect answers, before a hundred checks fail because none does.
 * Other faults in its answers are left to the checks.
 * @param dialects all dialects that the probe knows
 * @throws AditError `ADIT_NO_POOL`, `ADIT_OTHER_DIALECT`, `ADIT_OTHER_CHAIN`
 */
export async function requireDialect(probe: PoolProbe, dialects: readonly PoolDialect[]): Promise<void> {
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
  if (reply !== undefined) {
    const other = dialects.find((dialect) => dialect !== probe.dialect && dialect.answersLike(reply));
    if (other !== undefined)
      throw new AditError(
        'ADIT_OTHER_DIALECT',
        `${where} answers mining.subscribe as a pool of the other dialect does: ask it with --dialect ${other.name}`,
      );
    await probe.dialect.requireChain(probe.options, connection);
  }
  probe.reset();
}

function whatIsThere(connection: PoolConnection, answerMs: number): string | undefined {
  const [first] = connection.received;
  if (first !== undefined) return first.message.kind === 'fault' ? `it says ${shown(first.text)}` : undefined;
  if (connection.closed !== undefined)
    return `it ends the connection at the first request (${connection.closed})`;
  return `it says nothing within ${seconds(answerMs)} of mining.subscribe`;
}
