/** Longest worker name: the reference TrueHash miner builds a submission in 256 bytes without a check. */
export const MAX_WORKER_NAME = 128;

/** The name of a worker, taken apart. */
export interface WorkerName {
  /** As authorised, `account` or `account.rig`. */
  readonly full: string;
  readonly account: string;
  /** What follows the first dot, empty where there is none. */
  readonly rig: string;
}

/**
 * 1 to 128 printable ASCII characters, split at the first dot; `undefined` for anything else, and where the account
 * is empty or a blank stands at an end of it or of the name: `acc` and `acc ` would be two that look like one.
 */
export function parseWorkerName(name: unknown): WorkerName | undefined {
  const parsed = splitName(name);
  return typeof parsed === 'string' ? undefined : parsed;
}

/** Why a name is none, as a sentence for the miner; undefined where it is one. */
export function workerNameFault(name: unknown): string | undefined {
  const parsed = splitName(name);
  return typeof parsed === 'string' ? parsed : undefined;
}

/** @returns the sentence why not where it is no name */
function splitName(name: unknown): WorkerName | string {
  if (typeof name !== 'string' || name.length > MAX_WORKER_NAME || !/^[\x20-\x7e]+$/.test(name))
    return `the worker name must be 1 to ${MAX_WORKER_NAME} printable ASCII characters`;
  const dot = name.indexOf('.');
  const worker =
    dot === -1
      ? { full: name, account: name, rig: '' }
      : { full: name, account: name.slice(0, dot), rig: name.slice(dot + 1) };
  // Nobody could be paid for it. A name of dots is this too.
  if (worker.account === '') return 'the worker name must begin with an account: account or account.rig';
  if (name !== name.trim() || worker.account.endsWith(' '))
    return 'no blank may stand before or behind an account or a worker name';
  return worker;
}

/** Decides on a worker: `true`, or the sentence for the miner why not. */
export type Authorizer = (worker: WorkerName, password: string) => true | string;

/**
 * The port's rule. Passwords are looked at and forgotten.
 * @param options.allow names or accounts; everyone when left out
 * @param options.password the password of the port; any when left out
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

/** Takes the same time wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1)
    difference |= a.charCodeAt(i) ^ b.charCodeAt(i % Math.max(1, b.length));
  return difference === 0;
}
