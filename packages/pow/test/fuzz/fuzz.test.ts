import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allTargets, fuzz } from './fuzz.ts';

describe('the verifiers, attacked with random bytes and changed solutions', () => {
  for (const target of allTargets()) {
    it(`withstand the attempts at ${target.name}`, () => {
      const withstood = fuzz([target], 1, (rounds) => rounds >= 1000);
      assert.deepEqual([...withstood], [[target.name, 1000]]);
    });
  }
});

describe('the fuzzer', () => {
  it('reports a target that fails, with the seed of the attempt', () => {
    const weak = {
      name: 'weak',
      attempt: (random: { below(limit: number): number }) => {
        if (random.below(10) === 3) throw new TypeError('broken');
      },
    };
    let message = '';
    try {
      fuzz([weak], 0, (rounds) => rounds >= 1000);
    } catch (error) {
      message = (error as Error).message;
    }
    const seed = /^weak, seed (\d+): broken$/.exec(message)?.[1];
    assert.ok(seed !== undefined, message);
    assert.throws(() => fuzz([weak], Number(seed), (rounds) => rounds >= 1), /seed/);
  });
});
