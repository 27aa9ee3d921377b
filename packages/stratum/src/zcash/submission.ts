import { concatBytes, encodeHex, startsWithBytes, tryDecodeHex } from '@adit/primitives';
import type { Refusal } from '../server-session.ts';

/** A submission, decoded to bytes. */
export interface ZcashSubmission {
  readonly worker: string;
  readonly jobSequence: number;
  readonly time: number;
  /** 32 bytes in header order. */
  readonly nonce: Uint8Array;
  /** The solution without its prefix. */
  readonly solution: Uint8Array;
  /** The target that was settled for this work and nonce1. If the network's target is easier, that one holds. */
  readonly target: bigint;
}

/** The form of a solution on the wire: a prefix that says how long it is, and the solution. */
export interface SolutionForm {
  readonly solutionPrefix: Uint8Array;
  readonly solutionBytes: number;
}

const NONCE_BYTES = 32;

/**
 * The 32 bytes of a nonce, from the hex digits of nonce2. Some miners send the whole nonce instead; it must then contain
 * the connection's nonce1.
 */
export function wholeNonce(
  nonce2: unknown,
  nonce1: Uint8Array,
  layout: 'leading' | 'trailing',
): { readonly bytes: Uint8Array } | Refusal {
  const length = NONCE_BYTES - nonce1.length;
  const bytes = tryDecodeHex(nonce2);
  const leading = layout !== 'trailing';
  if (bytes?.length === length)
    return { bytes: leading ? concatBytes(nonce1, bytes) : concatBytes(bytes, nonce1) };
  if (bytes?.length === NONCE_BYTES) {
    const own = leading ? startsWithBytes(bytes, nonce1) : startsWithBytes(bytes.subarray(length), nonce1);
    return own ? { bytes } : { reason: 'wrong_nonce1' };
  }
  return { reason: 'bad_nonce', detail: `nonce2 must be ${2 * length} hex digits` };
}

/** The bytes of a solution without its prefix, from the hex digits of both. */
export function bareSolution(
  text: unknown,
  { solutionPrefix: prefix, solutionBytes }: SolutionForm,
): { readonly bytes: Uint8Array } | Refusal {
  const digits = 2 * (prefix.length + solutionBytes);
  const bytes = tryDecodeHex(text);
  if (bytes === undefined) {
    return { reason: 'bad_solution_encoding', detail: `the solution must be ${digits} hex digits` };
  }
  if (bytes.length !== prefix.length + solutionBytes) {
    return {
      reason: 'bad_solution_encoding',
      detail: `the solution must be ${digits} hex digits, these are ${2 * bytes.length}`,
    };
  }
  // With other prefixes, one solution would have many block hashes, each of them a share for free.
  if (!startsWithBytes(bytes, prefix)) {
    return { reason: 'bad_solution_encoding', detail: `the solution must begin with ${encodeHex(prefix)}` };
  }
  return { bytes: bytes.subarray(prefix.length) };
}
