/** Longest worker name: the reference TrueHash miner builds a submission in 256 bytes without a check. */
export const MAX_WORKER_NAME = 128;

export interface WorkerName {
  /** As authorised, `account` or `account.rig`. */
  readonly full: string;
  readonly account: string;
  /** What follows the first dot, empty where there is none. */
  readonly rig: string;
}

/** 1 to 128 printable ASCII characters, split at the first dot; `undefined` for anything else. */
export function parseWorkerName(name: unknown): WorkerName | undefined {
  if (typeof name !== 'string' || name.length > MAX_WORKER_NAME || !/^[\x20-\x7e]+$/.test(name))
    return undefined;
  const dot = name.indexOf('.');
  return dot === -1
    ? { full: name, account: name, rig: '' }
    : { full: name, account: name.slice(0, dot), rig: name.slice(dot + 1) };
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
