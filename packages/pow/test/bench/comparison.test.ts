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

/** A figure from its rounds. */
function figure(rounds: readonly number[], better: 'higher' | 'lower' = 'higher'): Figure {
  return { ...summarise(rounds), unit: 'things', better };
}

function report(figures: Record<string, Figure>, changed: Partial<Report['machine']> = {}): Report {
  return { machine: { ...machine, ...changed }, figures };
}

/** What is said of one figure that had these rounds before and has those now. */
function verdict(before: readonly number[], now: readonly number[], better?: 'higher' | 'lower') {
  const { changes } = compare(report({ it: figure(before, better) }), report({ it: figure(now, better) }));
  assert.equal(changes.length, 1);
  return changes[0]?.verdict;
}

describe('the comparison of two runs', () => {
  it('calls the same what has not changed, however disturbed the run was', () => {
    const rounds = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(rounds, fc.constantFrom('higher', 'lower'), (found, better) => {
        assert.equal(verdict(found, found, better), 'same');
      }),
    );
  });

  it('names what became slower beyond noise', () => {
    assert.equal(verdict([98, 100, 101], [88, 90, 91]), 'slower');
    assert.equal(verdict([98, 100, 101], [108, 110, 111]), 'faster');
  });

  it('reads figures of which less is better the other way round', () => {
    assert.equal(verdict([98, 100, 101], [108, 110, 111], 'lower'), 'slower');
    assert.equal(verdict([98, 100, 101], [88, 90, 91], 'lower'), 'faster');
  });

  it('says nothing of differences that a quiet machine has from run to run', () => {
    assert.equal(verdict([100, 100, 100], [98, 98, 98]), 'same');
    assert.equal(verdict([100, 100, 100], [102, 102, 102]), 'same');
    assert.equal(verdict([100, 100, 100], [94, 94, 94]), 'slower');
  });

  it('does not blame a run whose best round reaches the earlier median', () => {
    assert.equal(verdict([95, 100, 101], [40, 60, 100]), 'same');
  });

  it('does not blame a disturbed run within its own disturbance', () => {
    // Best 95, median 70: a quarter of it was the neighbours.
    assert.equal(verdict([90, 92, 94], [60, 70, 95]), 'same');
    assert.equal(verdict([60, 75, 95], [65, 70, 74]), 'same');
    assert.equal(verdict([90, 92, 94], [30, 40, 50]), 'slower');
  });

  it('is never both slower one way and not faster the other way by a large step', () => {
    const rounds = fc.array(fc.integer({ min: 900, max: 1000 }), { minLength: 3, maxLength: 5 });
    fc.assert(
      fc.property(rounds, rounds, (a, b) => {
        const halved = b.map((value) => value / 2);
        assert.equal(verdict(a, halved), 'slower');
        assert.equal(verdict(halved, a), 'faster');
      }),
    );
  });

  it('tells what it cannot compare', () => {
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

  it('says in words what became slower, and by how much', () => {
    const comparison = compare(report({ it: figure([100, 100]) }), report({ it: figure([50, 50]) }));
    assert.match(
      comparisonText(comparison),
      /^slower: it: 100 -> 50, 0\.5 of the speed before \(noise 5 %\)$/m,
    );
  });
});

describe('a report of an earlier run', () => {
  const good = report({ 'a.b': figure([1, 2, 3]) });

  it('is read as it was written', () => {
    assert.deepEqual(parseReport(JSON.stringify(good)), good);
  });

  it('is refused with the name of what is wrong', () => {
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
    });
  });

  it('refuse what they do not know', () => {
    assert.throws(() => readOptions(['--rounds', '0']), /--rounds must be an integer from 1 to 1000, not 0/);
    assert.throws(() => readOptions(['--fast']));
  });
});
