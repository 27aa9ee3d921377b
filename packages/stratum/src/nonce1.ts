import { AditError, checkBytes } from '@adit/primitives';

/**
 * Checks the part of the nonce that a pool gives a connection.
 * @throws AditError `ADIT_BAD_BYTES` for text; `ADIT_BAD_OPTION` unless it has `least` to `most` bytes
 */
export function checkNonce1(nonce1: Uint8Array, least: number, most: number): void {
  checkBytes(nonce1, 'nonce1');
  if (nonce1.length >= least && nonce1.length <= most) return;
  throw new AditError('ADIT_BAD_OPTION', `nonce1 must have ${least} to ${most} bytes, not ${nonce1.length}`);
}
