import { AditError } from '@adit/primitives';

/** A fault that a devnet shows on purpose. */
export interface DevnetFault {
  /** The method that it affects. Default: all. */
  method?: string;
  kind: 'error' | 'delay' | 'disconnect' | 'silence' | 'answer';
  /** The devnet carries out the call before the fault. Not for a `delay`, which carries it out afterwards. */
  after?: boolean;
  /** For an `answer`: the result to send instead of the right one. Default null. */
  answer?: string;
  /** For an `error`. Default -32603. */
  code?: number;
  message?: string;
  /** For a `delay`. Default 1000. */
  delayMs?: number;
  /** Number of calls that it affects. Default: all until it is cleared. */
  times?: number;
}

/** More than any test or demo sets at once. */
const MAX_FAULTS = 100;
const KINDS = ['error', 'delay', 'disconnect', 'silence', 'answer'] as const;

/**
 * Validates a fault from outside.
 * @throws AditError `ADIT_BAD_FAULT` naming the field
 */
export function parseFault(value: unknown): DevnetFault {
  if (typeof value !== 'object' || value === null) throw bad('the fault must be an object');
  const { method, kind, code, message, delayMs, times, after, answer } = value as Record<string, unknown>;
  const known = KINDS.find((item) => item === kind);
  if (known === undefined) throw bad(`kind must be one of ${KINDS.join(', ')}`);
  const fault: DevnetFault = { kind: known };
  if (method !== undefined) fault.method = text(method, 'method');
  if (message !== undefined) fault.message = text(message, 'message');
  if (answer !== undefined && answer !== null) fault.answer = text(answer, 'answer');
  if (after !== undefined && typeof after !== 'boolean') throw bad('after must be true or false');
  if (after !== undefined) fault.after = after;
  if (code !== undefined) fault.code = integer(code, 'code', -100_000, 100_000);
  if (delayMs !== undefined) fault.delayMs = integer(delayMs, 'delayMs', 0, 600_000);
  if (times !== undefined) fault.times = integer(times, 'times', 1, 1_000_000);
  return fault;
}

/** The faults in force, oldest first. */
export class FaultList {
  #faults: { fault: DevnetFault; left: number }[] = [];

  add(fault: DevnetFault): void {
    if (this.#faults.length >= MAX_FAULTS)
      throw bad(`there are ${MAX_FAULTS} faults already: clear them first`);
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault for this call, if there is one. It counts as used. */
  take(method: string): DevnetFault | undefined {
    const entry = this.#faults.find(({ fault }) => fault.method === undefined || fault.method === method);
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#faults = this.#faults.filter((other) => other !== entry);
    return entry.fault;
  }
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.length > 200)
    throw bad(`${field} must be a string of at most 200 characters`);
  return value;
}

function integer(value: unknown, field: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw bad(`${field} must be an integer from ${least} to ${most}`);
  }
  return value;
}

function bad(message: string): AditError {
  return new AditError('ADIT_BAD_FAULT', message);
}
