import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { messageOf, whyNotPrivate } from '@adit/primitives';

/** A file with a secret, and its state when it was last read; empty: it is to be read even if it looks unchanged. */
export interface SecretQuestion {
  readonly file: string;
  readonly what: 'cookie' | 'password';
  readonly stamp: string;
}

export type SecretAnswer =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'read'; readonly stamp: string; readonly secret: string }
  /** It cannot be used, and why. */
  | { readonly kind: 'fault'; readonly detail: string };

/** Longest secret in a file; real cookies have fewer than 100 bytes. */
const MAX_SECRET_BYTES = 4096;

/** Reads a secret where its file has changed, and waits for the disk. Never throws. */
export function readSecret({ file, what, stamp: known }: SecretQuestion): SecretAnswer {
  try {
    const stats = statSync(file, { bigint: true });
    // The stamp is from before the read: if the file changes in between, the next question sees another stamp.
    const stamp = stampOf(stats);
    if (stamp === known) return { kind: 'unchanged' };
    return { kind: 'read', stamp, secret: secretIn(file, stats, what) };
  } catch (error) {
    return { kind: 'fault', detail: messageOf(error) };
  }
}

function secretIn(file: string, stats: BigIntStats, what: 'cookie' | 'password'): string {
  if (stats.size > MAX_SECRET_BYTES) throw new Error(`it is too large to be a ${what}`);
  // Check only password files: the node decides on the mode of its cookie.
  if (what === 'password' && stats.isFile()) {
    const open = whyNotPrivate(file, { mode: Number(stats.mode), gid: Number(stats.gid) }, process);
    if (open !== undefined) throw new Error(open);
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length === 0 || secret.length > MAX_SECRET_BYTES)
    throw new Error(`it does not contain a ${what}`);
  return secret;
}

function stampOf({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
}
