import type { RejectReason } from './reject.ts';
import {
  type AccountReader,
  type Aliases,
  parseWorkerName,
  type WorkerName,
  withoutAlias,
  withReadAccount,
  workerNameFault,
} from './worker-name.ts';

/** The options of a session that say which names are workers. */
interface LoginOptions {
  readonly aliases?: Aliases;
  readonly readAccount?: AccountReader;
  readonly oneAccount?: boolean;
}

/** A login as it was sent, and the worker that it means; or a sentence for the miner that says why it is none. */
type Login =
  | { readonly sent: WorkerName; readonly worker: WorkerName }
  | { readonly fault: string; readonly reason: RejectReason };

const TOO_LONG = 'the name is too long with the account for its alias';
const OTHER_ACCOUNT =
  'all workers of a connection must have one account: open another connection for this one';

/**
 * Reads the name of a login.
 * @param most characters that it may have
 * @param before the worker that was authorised first; undefined before one was
 */
export function readLogin(
  name: unknown,
  most: number,
  { aliases, readAccount, oneAccount = false }: LoginOptions,
  before: WorkerName | undefined,
): Login {
  const sent = parseWorkerName(name, most);
  const named = sent === undefined ? undefined : withoutAlias(sent, aliases);
  if (sent === undefined || named === undefined)
    return { fault: workerNameFault(name, most) ?? TOO_LONG, reason: 'unauthorized' };
  const read = readAccount === undefined ? { worker: named } : withReadAccount(named, readAccount);
  if ('fault' in read) return { fault: read.fault, reason: 'bad_account' };
  const { worker } = read;
  if (oneAccount && before !== undefined && before.account !== worker.account)
    return { fault: OTHER_ACCOUNT, reason: 'bad_account' };
  return { sent, worker };
}
