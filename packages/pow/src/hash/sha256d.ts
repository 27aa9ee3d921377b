import { SHA256D_BUILDS } from '../generated/sha256d.ts';
import { Kernel, lazyModule } from '../wasm/kernel.ts';
import { ChunkedKernel, lazily } from './chunked.ts';

const compiled = lazyModule(SHA256D_BUILDS);

const hasher = lazily(() => {
  const kernel = new Kernel(compiled());
  const constants = new DataView(kernel.bytes.buffer, kernel.function('constantsAddress')(), 256);
  for (const [i, constant] of roundConstants().entries()) constants.setUint32(4 * i, constant, true);
  return {
    chunks: new ChunkedKernel(kernel),
    begin: kernel.function('begin'),
    finishTwice: kernel.function('finishTwice'),
  };
});

/** @returns SHA-256 of the SHA-256, 32 bytes; for a block this is header order, which explorers print reversed */
export function sha256d(bytes: Uint8Array): Uint8Array {
  const { chunks, begin, finishTwice } = hasher();
  begin();
  finishTwice(chunks.feed(bytes));
  return chunks.digest(32);
}

/** The constants of FIPS 180-4: the first 32 bits of the fractions of the cube roots of the first 64 primes. */
function roundConstants(): readonly number[] {
  const constants: number[] = [];
  for (let candidate = 2n; constants.length < 64; candidate += 1n) {
    if (isPrime(candidate)) constants.push(Number(BigInt.asUintN(32, cubeRoot(candidate << 96n))));
  }
  return constants;
}

function isPrime(value: bigint): boolean {
  for (let factor = 2n; factor * factor <= value; factor += 1n) if (value % factor === 0n) return false;
  return true;
}

/** @returns the floor of the cube root of a number below 2^108 */
function cubeRoot(value: bigint): bigint {
  let root = 0n;
  for (let bit = 36n; bit >= 0n; bit -= 1n) {
    const larger = root | (1n << bit);
    if (larger * larger * larger <= value) root = larger;
  }
  return root;
}
