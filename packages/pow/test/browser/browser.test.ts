import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { EquihashSolver } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { DOCUMENT_SHARE, EPOCH0_DIGESTS } from '../fixtures/known-facts.ts';
import { SMALL } from '../support/small-solutions.ts';
import { type Chromium, unpackChromium } from './chromium.ts';
import { type SourceServer, serveSources } from './source-server.ts';

/** The input of the page, and the results that it must return. */
const FACTS = {
  header: DOCUMENT_SHARE.header,
  solution: DOCUMENT_SHARE.solution,
  digests: EPOCH0_DIGESTS.map(({ headerHash, nonce }) => ({ headerHash, nonce: nonce.toString() })),
};

/** Runs in the page, so it cannot use the names of this file. */
async function workInPage({ header, solution, digests }: typeof FACTS) {
  const pow = await import('@adit/pow');
  const { decodeHex, encodeHex } = await import('@adit/primitives');
  const params = { n: 200, k: 9, personalization: 'ZcashPoW' };
  const real = decodeHex(header);
  const forged = real.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
  const prefixed = decodeHex(solution);
  const stripped = pow.stripSolutionPrefix(prefixed, pow.equihashSizes(params)) ?? new Uint8Array();
  const builds = ['simd', 'plain', undefined] as const;
  const small = { n: 48, k: 5, personalization: 'ZcashPoW' };
  const perBuild = builds.map((build) => {
    const options = build === undefined ? {} : { build };
    try {
      const verifier = new pow.EquihashVerifier(params, options);
      const hasher = new pow.TrueHasher(pow.TrueHashDataset.epoch0(), options);
      return {
        build: build ?? 'default',
        share: verifier.verify(real, stripped),
        forgery: verifier.verify(forged, stripped),
        repeated: verifier.verify(real, new Uint8Array(1344)),
        digests: digests.map(({ headerHash, nonce }) =>
          encodeHex(hasher.hash(decodeHex(headerHash), BigInt(nonce))),
        ),
        solved: new pow.EquihashSolver(small, options).solve(new Uint8Array(140)).map(encodeHex),
      };
    } catch (error) {
      return { build: build ?? 'default', fault: (error as { code?: string }).code ?? String(error) };
    }
  });
  return { perBuild, blockHash: encodeHex(pow.zcashBlockHash(real, prefixed).reverse()) };
}

const expected = {
  share: 'valid',
  forgery: 'collision',
  repeated: 'duplicate_index',
  digests: EPOCH0_DIGESTS.map(({ digest }) => digest),
  solved: new EquihashSolver(SMALL).solve(new Uint8Array(140)).map(encodeHex),
};

describe('the root export in a real browser', { timeout: 120_000 }, () => {
  let chromium: Chromium | { readonly reason: string };
  let server: SourceServer;

  before(async () => {
    [server, chromium] = await Promise.all([serveSources(), unpackChromium()]);
  });
  after(async () => {
    if ('close' in chromium) await chromium.close();
    await server.close();
  });

  /** @returns the results of the page in a browser with these flags; undefined where no browser starts */
  async function inBrowser(context: TestContext, ...flags: string[]) {
    if ('reason' in chromium) {
      context.skip(chromium.reason);
      return undefined;
    }
    const browser = await chromium.launch(...flags);
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(server.url);
    const found = await page.evaluate(workInPage, FACTS);
    assert.deepEqual(errors, []);
    assert.deepEqual(server.missing, []);
    return found;
  }

  it('verifies, hashes and solves as in Node, with both builds', { timeout: 120_000 }, async (context) => {
    const found = await inBrowser(context);
    if (found === undefined) return;
    assert.deepEqual(found.perBuild, [
      { build: 'simd', ...expected },
      { build: 'plain', ...expected },
      { build: 'default', ...expected },
    ]);
    assert.equal(found.blockHash, DOCUMENT_SHARE.blockHash);
  });

  it('chooses the plain build in an engine without vectors', {
    timeout: 120_000,
  }, async (context) => {
    if (process.arch !== 'x64') {
      context.skip('only on x64 does V8 have a flag that takes the vectors away');
      return;
    }
    const found = await inBrowser(context, '--js-flags=--no-enable-sse4-1');
    if (found === undefined) return;
    assert.deepEqual(found.perBuild, [
      { build: 'simd', fault: 'ADIT_NO_WEBASSEMBLY' },
      { build: 'plain', ...expected },
      { build: 'default', ...expected },
    ]);
  });
});
