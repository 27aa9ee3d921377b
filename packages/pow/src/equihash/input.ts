import { AditError, checkBytes } from '@adit/primitives';

// Apart from the verifier, so that a bundle with the solver alone does not hold the verifier's kernel.

/** Bytes of the longest input. Chains hash a header of 140 bytes; the published vectors are shorter than this. */
export const MAX_EQUIHASH_INPUT = 1024;

/** @throws AditError `ADIT_EQUIHASH_INPUT_TOO_LONG`, `ADIT_BAD_BYTES` */
export function checkInput(input: Uint8Array): void {
  checkBytes(input, 'the input');
  if (input.length <= MAX_EQUIHASH_INPUT) return;
  throw new AditError(
    'ADIT_EQUIHASH_INPUT_TOO_LONG',
    `an Equihash input is at most ${MAX_EQUIHASH_INPUT} bytes, not ${input.length}`,
  );
}
