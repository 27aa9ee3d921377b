import { AditError, checkBytes } from '@adit/primitives';
import { BLAKE2B_HASH_BUILDS } from '../generated/blake2b-hash.ts';
import { Kernel, lazyModule } from '../wasm/kernel.ts';
import { ChunkedKernel, lazily } from './chunked.ts';

const compiled = lazyModule(BLAKE2B_HASH_BUILDS);

const hasher = lazily(() => {
  const kernel = new Kernel(compiled());
  return {
    chunks: new ChunkedKernel(kernel),
    person: kernel.function('personAddress')(),
    begin: kernel.function('begin'),
    finish: kernel.function('finish'),
  };
});

/**
 * Hashes with BLAKE2b (RFC 7693), without key or salt.
 *
 * @param options `digestBytes` 1 to 64; `personalization` 16 bytes
 * @returns `digestBytes` bytes
 * @throws AditError `ADIT_BAD_BLAKE2B_OPTIONS`, `ADIT_BAD_BYTES` for text
 */
export function blake2b(
  bytes: Uint8Array,
  options: { readonly digestBytes: number; readonly personalization: Uint8Array },
): Uint8Array {
  const { digestBytes, personalization } = options;
  if (!Number.isInteger(digestBytes) || digestBytes < 1 || digestBytes > 64) {
    throw new AditError('ADIT_BAD_BLAKE2B_OPTIONS', `digestBytes must be 1 to 64, not ${digestBytes}`);
  }
  checkBytes(personalization, 'the personalization');
  if (personalization.length !== 16) {
    throw new AditError(
      'ADIT_BAD_BLAKE2B_OPTIONS',
      `the personalization must be 16 bytes, not ${personalization.length}`,
    );
  }
  const { chunks, person, begin, finish } = hasher();
  chunks.kernel.bytes.set(personalization, person);
  begin(digestBytes);
  finish(chunks.feed(bytes));
  return chunks.digest(digestBytes);
}
