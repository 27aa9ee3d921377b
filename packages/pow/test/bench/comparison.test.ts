import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compare, comparisonText } from '../../../../bench/comparison.ts';
import { readOptions } from '../../../../bench/options.ts';
import { type Figure, parseReport, type Report } from '../../../../bench/report.ts';
import { summarise } from '../../../../bench/statistics.ts';

const machine = {
  cpu: 'A processor',
  threads: 2,
  memoryGb: 8,
  platform: 'linux x64',
  node: '24.0.0',
  v8: '13',
  date: '2026-01-01T00:00:00.000Z',
};

/** @returns a figure of these rounds */
function figure(rounds: readonly number[], better: 'higher' | 'lower' = 'higher'): Figure {
  return { ...summarise(rounds), unit: 'things', better };
}

function report(figures: Record<string, Figure>, changed: Partial<Report['machine']> = {}): Report {
  return { machine: { ...machine, ...changed }, figures };
}

/** @returns the verdict on a figure with these rounds before and now */
function verdict(before: readonly number[], now: readonly number[], better?: 'higher' | 'lower') {
  const { changes } = compare(report({ it: figure(before, better) }), report({ it: figure(now, better) }));
  assert.equal(changes.length, 1);
  return changes[0]?.verdict;
}

describe('the comparison of two runs', () => {
  it('calls an unchanged figure the same, even if the run was disturbed', () => {
    const rounds = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(rounds, fc.constantFrom('higher', 'lower'), (found, better) => {
        assert.equal(verdict(found, found, better), 'same');
      }),
    );
  });

  it('names figures that became slower by more than the noise', () => {
    assert.equal(verdict([98, 100, 101], [88, 90, 91]), 'slower');
    assert.equal(verdict([98, 100, 101], [108, 110, 111]), 'faster');
  });

  it('reverses figures for which less is better', () => {
    assert.equal(verdict([98, 100, 101], [108, 110, 111], 'lower'), 'slower');
    assert.equal(verdict([98, 100, 101], [88, 90, 91], 'lower'), 'faster');
  });

  it('ignores differences that a quiet machine has between runs', () => {
    assert.equal(verdict([100, 100, 100], [98, 98, 98]), 'same');
    assert.equal(verdict([100, 100, 100], [102, 102, 102]), 'same');
    assert.equal(verdict([100, 100, 100], [94, 94, 94]), 'slower');
  });

  it('does not blame a run whose best round reaches the earlier median', () => {
    assert.equal(verdict([95, 100, 101], [40, 60, 100]), 'same');
  });

  it('does not blame a disturbed run within its own disturbance', () => {
    // With a best round of 95 and a median of 70, other programs took a quarter of the time.
    assert.equal(verdict([90, 92, 94], [60, 70, 95]), 'same');
    assert.equal(verdict([60, 75, 95], [65, 70, 74]), 'same');
    assert.equal(verdict([90, 92, 94], [30, 40, 50]), 'slower');
  });

  it('never calls a figure slower one way without calling it faster the other way, for large steps', () => {
    const rounds = fc.array(fc.integer({ min: 900, max: 1000 }), { minLength: 3, maxLength: 5 });
    fc.assert(
      fc.property(rounds, rounds, (a, b) => {
        const halved = b.map((value) => value / 2);
        assert.equal(verdict(a, halved), 'slower');
        assert.equal(verdict(halved, a), 'faster');
      }),
    );
  });

  it('names figures that it cannot compare', () => {
    const earlier = report({ gone: figure([1]), kept: figure([1]) }, { node: '22.0.0' });
    const comparison = compare(earlier, report({ kept: figure([1]), added: figure([1]) }));
    assert.deepEqual(comparison.notMeasured, ['gone']);
    assert.deepEqual(
      comparison.changes.map(({ name }) => name),
      ['kept'],
    );
    assert.equal(comparison.sameMachine, false);
    const text = comparisonText(comparison);
    assert.match(text, /not measured this time: gone/);
    assert.match(text, /another processor or another Node/);
  });

  it('says which figures became slower, and by how much', () => {
    const comparison = compare(report({ it: figure([100, 100]) }), report({ it: figure([50, 50]) }));
    assert.match(
      comparisonText(comparison),
      /^slower: it: 100 -> 50, 0\.5 of the speed before \(noise 5 %\)$/m,
    );
  });
});

describe('a report of an earlier run', () => {
  const good = report({ 'a.b': figure([1, 2, 3]) });

  it('survives the way to a file and back', () => {
    assert.deepEqual(parseReport(JSON.stringify(good)), good);
  });

  it('with a fault is refused, and the fault is named', () => {
    const broken: readonly [unknown, RegExp][] = [
      [[], /the report must be an object/],
      [{ figures: {} }, /machine must be an object/],
      [{ ...good, figures: { 'a.b': 7 } }, /a\.b must be an object/],
      [
        { ...good, figures: { 'a.b': { ...good.figures['a.b'], median: '2' } } },
        /a\.b\.median must be a number/,
      ],
      [{ ...good, figures: { 'a.b': { ...good.figures['a.b'], better: 'more' } } }, /a\.b\.better must be/],
      [{ ...good, machine: { ...machine, cpu: 1 } }, /machine\.cpu must be a string/],
    ];
    for (const [value, message] of broken) assert.throws(() => parseReport(JSON.stringify(value)), message);
    assert.throws(() => parseReport('not JSON'));
  });
});

describe('the options of the benchmark', () => {
  it('take several filters', () => {
    const options = readOptions([
      'equihash.verify',
      'truehash',
      '--json',
      '--against',
      'old.json',
      '--rounds',
      '3',
    ]);
    assert.deepEqual(options, {
      filters: ['equihash.verify', 'truehash'],
      json: true,
      list: false,
      rounds: 3,
      loadRounds: 3,
      out: undefined,
      against: 'old.json',
      beside: undefined,
    });
  });

  it('refuse unknown options', () => {
    assert.throws(() => readOptions(['--rounds', '0']), /--rounds must be an integer from 1 to 1000, not 0/);
    assert.throws(() => readOptions(['--fast']));
  });
});
