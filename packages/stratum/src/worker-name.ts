/** Longest worker name: the reference TrueHash miner builds a submission in a buffer of 256 bytes, without a check. */
export const MAX_WORKER_NAME = 128;

/** The parts of a worker's name. */
export interface WorkerName {
  /** The name as authorised: `account` or `account.rig`. */
  readonly full: string;
  readonly account: string;
  /** The text behind the first dot; empty without a dot. */
  readonly rig: string;
}

/**
 * Splits a name of 1 to 128 printable ASCII characters at its first dot.
 * @returns undefined for anything else, also for an empty account and for a blank at either end of the account or of
 *   the name: `acc` and `acc ` would be two accounts that look the same
 */
export function parseWorkerName(name: unknown): WorkerName | undefined {
  const parsed = splitName(name);
  return typeof parsed === 'string' ? undefined : parsed;
}

/** Why a worker name is not valid, as a sentence for the miner; undefined if it is valid. */
export function workerNameFault(name: unknown): string | undefined {
  const parsed = splitName(name);
  return typeof parsed === 'string' ? parsed : undefined;
}

/** @returns the name, or the sentence that says what is wrong with it */
function splitName(name: unknown): WorkerName | string {
  if (typeof name !== 'string' || name.length > MAX_WORKER_NAME || !/^[\x20-\x7e]+$/.test(name))
    return `the worker name must be 1 to ${MAX_WORKER_NAME} printable ASCII characters`;
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
