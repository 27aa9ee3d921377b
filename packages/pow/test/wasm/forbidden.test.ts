import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { coded } from '../support/vectors.ts';

test('where compiling is forbidden, as by a Content-Security-Policy, the error has a code and says what the page needs', async () => {
  // The engine's own refusal: V8 lets an embedder forbid WebAssembly in a context, which is what browsers do.
  const context = createContext({}, { codeGeneration: { strings: true, wasm: false } });
  const { WebAssembly: real } = globalThis as unknown as { readonly WebAssembly: object };
  // The kernels take the namespace when their module is loaded.
  Object.assign(globalThis, { WebAssembly: runInContext('WebAssembly', context) });
  try {
    const { EquihashVerifier } = await import('../../src/index.ts');
    assert.throws(() => new EquihashVerifier({ n: 48, k: 5, personalization: 'ZcashPoW' }), {
      ...coded('ADIT_NO_WEBASSEMBLY'),
      message: /Content-Security-Policy needs script-src 'wasm-unsafe-eval'/,
    });
  } finally {
    Object.assign(globalThis, { WebAssembly: real });
  }
});
