import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EQUIHASH_SOLVE_BUILDS } from '../../src/generated/equihash-solve.ts';
import { EQUIHASH_VERIFY_BUILDS } from '../../src/generated/equihash-verify.ts';
import { TRUEHASH_BUILDS } from '../../src/generated/truehash.ts';
import { hasSimd, Kernel, lazyModule } from '../../src/wasm/kernel.ts';
import { EPOCH0_DIGESTS } from '../fixtures/known-facts.ts';
import { coded } from '../support/vectors.ts';

const program = fileURLToPath(new URL('../support/print-verdicts.ts', import.meta.url));

/** @returns the verdicts of the default builds in an engine with these flags */
function verdictsUnder(...flags: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=adit-source', ...flags, program],
    {
      encoding: 'utf8',
      timeout: 120_000,
    },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const digests = EPOCH0_DIGESTS.map(({ digest }) => digest);

describe('the build of a kernel', () => {
  it('is the best one for the engine, and both builds give the same verdicts', (context) => {
    assert.deepEqual(verdictsUnder(), { simd: hasSimd(), verdict: 'valid', digests });
    if (process.arch !== 'x64') {
      context.diagnostic('only on x64 does V8 have a flag that takes the vectors away');
      return;
    }
    // V8 needs SSE4.1 for vectors; without it, V8 refuses every module that uses them.
    assert.deepEqual(verdictsUnder('--no-enable-sse4-1'), { simd: false, verdict: 'valid', digests });
  });

  it('is compiled once, into its own module', () => {
    for (const builds of [EQUIHASH_VERIFY_BUILDS, EQUIHASH_SOLVE_BUILDS, TRUEHASH_BUILDS]) {
      assert.notEqual(builds.plain, builds.simd);
      const module = lazyModule(builds);
      assert.notEqual(module('simd'), module('plain'));
      assert.equal(module(), module(hasSimd() ? 'simd' : 'plain'));
    }
  });
});

describe('a kernel', () => {
  it('without a function names the function in its error', () => {
    const kernel = new Kernel(lazyModule(TRUEHASH_BUILDS)());
    assert.throws(() => kernel.function('nothing'), coded('ADIT_BROKEN_KERNEL'));
  });
});
