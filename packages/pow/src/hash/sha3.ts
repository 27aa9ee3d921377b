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

/** @returns SHA3-256 of FIPS 202 (not the Keccak-256 of Ethereum), 32 bytes */
export function sha3256(bytes: Uint8Array): Uint8Array {
  return sha3(bytes, 32);
}

/** @returns SHA3-512 of FIPS 202, 64 bytes */
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
