/**
 * Longest worker name that a miner may send in TrueStratum: the reference miner builds a submission in a buffer of 256
 * bytes, without a check.
 */
export const MAX_WORKER_NAME = 128;
/**
 * Longest worker name in the Zcash dialect, and longest name with an account in place of its alias. A unified address
 * with three receivers (ZIP 316) has 213 characters; the rig comes behind it.
 */
export const MAX_LONG_WORKER_NAME = 320;

/** The parts of a worker's name. */
export interface WorkerName {
  /** The name as authorised: `account` or `account.rig`. */
  readonly full: string;
  readonly account: string;
  /** The text behind the first dot; empty without a dot. */
  readonly rig: string;
  /** The name as the miner sends it, where it differs: an alias, or another spelling, stands in it for the account. */
  readonly sentAs?: string;
}

/** Accounts by the short names that miners may send for them. */
export type Aliases = ReadonlyMap<string, string>;

/**
 * Splits a name of printable ASCII characters at its first dot.
 * @param most characters that it may have
 * @returns undefined for anything else, also for an empty account and for a blank at either end of the account or of
 *   the name: `acc` and `acc ` would be two accounts that look the same
 */
export function parseWorkerName(name: unknown, most: number = MAX_WORKER_NAME): WorkerName | undefined {
  const parsed = splitName(name, most);
  return typeof parsed === 'string' ? undefined : parsed;
}

/** Why a worker name is not valid, as a sentence for the miner; undefined if it is valid. */
export function workerNameFault(name: unknown, most: number = MAX_WORKER_NAME): string | undefined {
  const parsed = splitName(name, most);
  return typeof parsed === 'string' ? parsed : undefined;
}

/**
 * Puts the account in the place of its alias. A name without an alias stays as it is.
 * @returns undefined if the name is then longer than `MAX_LONG_WORKER_NAME`
 */
export function withoutAlias(sent: WorkerName, aliases: Aliases | undefined): WorkerName | undefined {
  const account = aliases?.get(sent.account);
  if (account === undefined) return sent;
  const worker = parseWorkerName(account + sent.full.slice(sent.account.length), MAX_LONG_WORKER_NAME);
  return worker === undefined ? undefined : { ...worker, sentAs: sent.full };
}

/** What a port takes for an account: its one spelling, or a sentence for the miner that says why it is none. */
export type AccountReading = { readonly account: string } | { readonly fault: string };

/**
 * Reads the account of a login where not every name is one, such as on ports whose accounts are addresses. It is asked
 * once for each login, and never for a share.
 */
export type AccountReader = (account: string) => AccountReading;

/**
 * Puts the one spelling of an account in the place of the one that the miner sent: journal and books must have one
 * account for one payee.
 * @returns the worker, or the sentence that says what is wrong with its account
 */
export function withReadAccount(
  worker: WorkerName,
  read: AccountReader,
): { readonly worker: WorkerName } | { readonly fault: string } {
  const reading = read(worker.account);
  if ('fault' in reading) return reading;
  const { account } = reading;
  if (account === worker.account) return { worker };
  const { full, rig, sentAs = full } = worker;
  return { worker: { full: account + full.slice(worker.account.length), account, rig, sentAs } };
}

/** @returns the name, or the sentence that says what is wrong with it */
function splitName(name: unknown, most: number): WorkerName | string {
  if (typeof name !== 'string' || name.length > most || !/^[\x20-\x7e]+$/.test(name))
    return `the worker name must be 1 to ${most} printable ASCII characters`;
  const dot = name.indexOf('.');
  const worker =
    dot === -1
      ? { full: name, account: name, rig: '' }
      : { full: name, account: name.slice(0, dot), rig: name.slice(dot + 1) };
  // The pool could pay nobody for it. A name that consists of dots ends here too.
  if (worker.account === '') return 'the worker name must begin with an account: account or account.rig';
  if (name !== name.trim() || worker.account.endsWith(' '))
    return 'no blank may stand before or behind an account or a worker name';
  return worker;
}

/** Decides whether a worker may mine: `true`, or a sentence that tells the miner why not. */
export type Authorizer = (worker: WorkerName, password: string) => true | string;

/**
 * Makes the rule of a port. It compares passwords and keeps none.
 * @param options.allow names or accounts that may mine; without it, all may
 * @param options.password the password of the port; without it, any password will do
 */
export function portAuthorizer(options: { allow?: readonly string[]; password?: string } = {}): Authorizer {
  const allowed = options.allow === undefined ? undefined : new Set(options.allow);
  return (worker, password) => {
    if (allowed !== undefined && !allowed.has(worker.full) && !allowed.has(worker.account)) {
      return 'this worker is not on the list of this port';
    }
    if (options.password !== undefined && !sameText(password, options.password)) return 'wrong password';
    return true;
  };
}

/** Takes the same time wherever the texts differ, so that the time does not betray the password. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1)
    difference |= a.charCodeAt(i) ^ b.charCodeAt(i % Math.max(1, b.length));
  return difference === 0;
}
