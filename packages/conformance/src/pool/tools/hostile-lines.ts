import { concatBytes } from '@adit/primitives';
import { shown } from '@adit/wire';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { isAccepted } from '../probe/replies.ts';
import { stillTalks } from './messages.ts';
import { ifServes } from './still-serves.ts';

/** One line that an honest miner does not send. */
export interface HostileLine {
  /** How the report names it. */
  readonly what: string;
  /** The line without its line end. */
  readonly line: string | Uint8Array;
  /**
   * JSON text of the id that the line certainly has: the pool must answer it. Left out where a pool may say that the line
   * has none.
   */
  readonly id?: string;
  /** Set where an answer with `true` and no error is wrong. */
  readonly mustFail?: true;
}

/** Opens the connection on which a hostile line is sent. */
export type OpenConnection = (probe: PoolProbe) => Promise<PoolConnection>;

const loggedIn: OpenConnection = async (probe) => {
  const session = await probe.login();
  await session.job();
  return session.connection;
};

export const fresh: OpenConnection = async (probe) => await probe.open();

/**
 * Sends hostile lines one after the other. An error is right, and so is an orderly end of the connection. Wrong are
 * silence where the id could be read, a connection that is neither answered nor closed, a success, and a pool that does
 * not serve afterwards.
 * @param each opens a new connection for each line
 */
export async function sayHostile(
  probe: PoolProbe,
  lines: readonly HostileLine[],
  { open = loggedIn, each = false }: { open?: OpenConnection; each?: boolean } = {},
): Promise<Judgement> {
  let connection = await open(probe);
  let closed = 0;
  for (const line of lines) {
    if (connection.closed !== undefined || (each && connection.received.length > 0))
      connection = await open(probe);
    const wrong = await sayOne(probe, connection, line);
    if (wrong !== undefined) return fail(`${line.what}: ${wrong}`);
    if (each) connection.close();
    else if (connection.closed !== undefined) closed += 1;
    if (connection.closed !== undefined && !(await probe.serves()))
      return fail(`${line.what}: the pool no longer serves`);
  }
  const ends = closed === 0 ? 'no connection closed' : `${closed} connections closed`;
  return await ifServes(probe, pass(`${lines.length} lines answered or ignored, ${ends}`));
}

/** @returns what is wrong */
async function sayOne(
  probe: PoolProbe,
  connection: PoolConnection,
  { line, id, mustFail }: HostileLine,
): Promise<string | undefined> {
  const from = connection.received.length;
  const bytes = typeof line === 'string' ? Buffer.from(line) : line;
  connection.bytes(concatBytes(bytes, Uint8Array.of(0x0a)), Buffer.from(bytes.subarray(0, 400)).toString());
  const talks = await stillTalks(probe, connection);
  if (!talks && connection.closed === undefined)
    return 'the connection is neither answered any more nor closed';
  if (id === undefined) return undefined;
  const answer = await connection.next(
    ({ message }) => message.kind === 'response' && (message.id === id || message.id === 'null'),
    { from },
  );
  if (answer === undefined) return connection.closed === undefined ? 'no answer' : undefined;
  const won = answer.message.kind === 'response' && isAccepted(answer.message);
  return won && mustFail === true ? `answered by ${shown(answer.text)}` : undefined;
}
