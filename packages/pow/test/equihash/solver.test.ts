import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EquihashSolver, EquihashVerifier, equihashSizes, packIndices } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { MAINNET_GENESIS } from '../fixtures/known-facts.ts';
import { referenceSolve, referenceVerify } from '../reference/equihash.ts';
import { describeBuilds } from '../support/builds.ts';
import { SMALL, SMALL_SIZES } from '../support/small-solutions.ts';
import { coded, hex } from '../support/vectors.ts';

const ZCASH = { n: 200, k: 9, personalization: 'ZcashPoW' } as const;

describeBuilds('the solver', {}, (build) => {
  it('finds exactly the solutions of (48,5) that the reference finds', () => {
    const solver = new EquihashSolver(SMALL, { build });
    let total = 0;
    for (let nonce = 0; nonce < 40; nonce += 1) {
      const input = new Uint8Array(140).fill(nonce);
      const found = solver.solve(input).map(encodeHex).sort();
      const expected = referenceSolve(SMALL, input).map((indices) =>
        encodeHex(packIndices(indices, SMALL_SIZES)),
      );
      assert.deepEqual(found, expected.sort(), `nonce ${nonce}`);
      total += found.length;
    }
    assert.ok(total > 20, `only ${total} solutions`);
  });

  it('finds exactly the solutions of other small digits and personalizations', () => {
    for (const params of [
      { n: 24, k: 3, personalization: 'TestPoW1' },
      { n: 40, k: 4, personalization: 'TestPoW2' },
      { n: 56, k: 6, personalization: 'TestPoW3' },
    ]) {
      const solver = new EquihashSolver(params, { build });
      for (let nonce = 0; nonce < 6; nonce += 1) {
        const input = new Uint8Array(100 + 20 * nonce).fill(nonce);
        const expected = referenceSolve(params, input).map((indices) =>
          encodeHex(packIndices(indices, equihashSizes(params))),
        );
        assert.deepEqual(
          solver.solve(input).map(encodeHex).sort(),
          expected.sort(),
          `${params.n},${params.k}`,
        );
      }
    }
  });

  it('solves (96,5), and the reference agrees', () => {
    const params = { n: 96, k: 5, personalization: 'ZcashPoW' };
    const solver = new EquihashSolver(params, { build });
    let total = 0;
    for (let nonce = 0; nonce < 8; nonce += 1) {
      const input = new Uint8Array(140).fill(nonce);
      for (const solution of solver.solve(input)) {
        assert.equal(referenceVerify(params, input, solution), 'valid');
        total += 1;
      }
    }
    assert.ok(total > 4, `only ${total} solutions`);
  });

  it('finds the solution of the first block of Zcash in at most 200 MB, and drops no value', () => {
    const solver = new EquihashSolver(ZCASH, { build });
    const verifier = new EquihashVerifier(ZCASH, { build });
    const header = hex(MAINNET_GENESIS.header);
    const found = solver.solve(header);
    assert.ok(found.map(encodeHex).includes(MAINNET_GENESIS.solution.slice(6)));
    for (const solution of found) {
      assert.equal(verifier.verify(header, solution), 'valid');
      assert.equal(referenceVerify(ZCASH, header, solution), 'valid');
    }
    assert.equal(solver.dropped, 0);
    assert.ok(solver.memoryBytes <= 200e6, `${solver.memoryBytes} bytes`);
  });

  it('gives the same solutions again', () => {
    const solver = new EquihashSolver(SMALL, { build });
    const inputs = [1, 2, 3].map((fill) => new Uint8Array(140).fill(fill));
    const first = inputs.map((input) => solver.solve(input));
    assert.deepEqual(
      inputs.map((input) => solver.solve(input)),
      first,
    );
  });

  it('stops when it is cancelled, and works again afterwards', () => {
    let asked = 0;
    let cancelAt = Number.POSITIVE_INFINITY;
    const params = { n: 96, k: 5, personalization: 'ZcashPoW' };
    const solver = new EquihashSolver(params, { build, cancelled: () => ++asked >= cancelAt });
    const input = new Uint8Array(140).fill(1);
    const whole = solver.solve(input);
    const questions = asked;
    assert.ok(questions > 10, `asked only ${questions} times`);
    assert.ok(whole.length > 0);
    for (cancelAt = 1; cancelAt <= questions; cancelAt += 1) {
      asked = 0;
      assert.deepEqual(solver.solve(input), []);
      assert.equal(asked, cancelAt, 'the solver went on after it was cancelled');
    }
    asked = 0;
    assert.deepEqual(solver.solve(input), whole);
  });

  it('calls `cancelled` hundreds of times while it solves (200,9)', () => {
    let asked = 0;
    const solver = new EquihashSolver(ZCASH, {
      build,
      cancelled: () => {
        asked += 1;
        return false;
      },
    });
    solver.solve(new Uint8Array(140));
    assert.ok(asked > 300, `asked ${asked} times`);
  });

  it('refuses parameters that its memory layout cannot hold', () => {
    for (const [n, k] of [
      [144, 5],
      [192, 7],
    ] as const) {
      assert.throws(
        () => new EquihashSolver({ n, k, personalization: 'ZcashPoW' }, { build }),
        coded('ADIT_SOLVER_UNSUPPORTED'),
      );
    }
  });

  it('refuses an input that is too long', () => {
    const solver = new EquihashSolver(SMALL, { build });
    assert.throws(() => solver.solve(new Uint8Array(1025)), coded('ADIT_EQUIHASH_INPUT_TOO_LONG'));
  });
});
