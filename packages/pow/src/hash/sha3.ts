import { SHA3_BUILDS } from '../generated/sha3.ts';
import { Kernel, lazyModule } from '../wasm/kernel.ts';
import { ChunkedKernel, lazily } from './chunked.ts';

const compiled = lazyModule(SHA3_BUILDS);

const hasher = lazily(() => {
  const kernel = new Kernel(compiled());
  return {
    chunks: new ChunkedKernel(kernel),
    begin: kernel.function('begin'),
    update: kernel.function('update'),
    finish: kernel.function('finish'),
  };
});

/** FIPS 202 SHA3-256 (not Ethereum's Keccak-256): 32 bytes. */
export function sha3256(bytes: Uint8Array): Uint8Array {
  return sha3(bytes, 32);
}

/** FIPS 202 SHA3-512: 64 bytes. */
export function sha3512(bytes: Uint8Array): Uint8Array {
  return sha3(bytes, 64);
}

function sha3(bytes: Uint8Array, digestBytes: 32 | 64): Uint8Array {
  const { chunks, begin, update, finish } = hasher();
  begin(digestBytes);
  update(chunks.feed(bytes));
  finish();
  return chunks.digest(digestBytes);
}
