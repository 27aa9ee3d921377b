import type { Figure, Report } from './report.ts';
import { formatNumber } from './statistics.ts';

/**
 * Smaller differences than this count as noise: the engine compiles the same program differently in each run, and medians
 * differ by some percent between runs even on a quiet machine.
 */
const LEAST_NOISE = 0.05;

export interface Change {
  readonly name: string;
  readonly verdict: 'slower' | 'faster' | 'same';
  readonly before: number;
  readonly now: number;
  /** The new median divided by the old one, as a factor of speed: 0.5 is half as fast, or twice as much memory. */
  readonly speed: number;
  /** How far the factor may be from 1 by noise alone. */
  readonly noise: number;
}

export interface Comparison {
  readonly changes: readonly Change[];
  /** Figures of the earlier report that this run did not measure: a filter left them out, or they do not exist any more. */
  readonly notMeasured: readonly string[];
  readonly sameMachine: boolean;
}

/**
 * Names the figures that became slower or faster by more than the noise.
 *
 * The load of other programs only makes a round worse. So the best round of a run is near to the truth, and its distance
 * to the median shows how disturbed the run was. The noise of a comparison is the larger distance of both runs. A figure
 * is slower if its median is worse by more than the noise, and its best round is worse than the earlier median. A figure
 * is faster if the same holds the other way round.
 */
export function compare(earlier: Report, now: Report): Comparison {
  const changes: Change[] = [];
  for (const [name, figure] of Object.entries(now.figures)) {
    const before = earlier.figures[name];
    if (before !== undefined) changes.push(changeOf(name, before, figure));
  }
  const same = (part: 'cpu' | 'node' | 'threads') => earlier.machine[part] === now.machine[part];
  return {
    changes,
    notMeasured: Object.keys(earlier.figures).filter((name) => now.figures[name] === undefined),
    sameMachine: same('cpu') && same('node') && same('threads'),
  };
}

function changeOf(name: string, before: Figure, now: Figure): Change {
  const [old, fresh] = [speeds(before), speeds(now)];
  const noise = Math.max(LEAST_NOISE, disturbance(old), disturbance(fresh));
  const speed = fresh.median / old.median;
  let verdict: Change['verdict'] = 'same';
  if (speed < 1 - noise && fresh.best < old.median) verdict = 'slower';
  else if (speed > 1 / (1 - noise) && fresh.median > old.best) verdict = 'faster';
  return { name, verdict, before: before.median, now: now.median, speed, noise };
}

/** @returns the figure as speeds, so that more is better for every unit */
function speeds({ better, median, min, max }: Figure) {
  return better === 'higher' ? { median, best: max } : { median: 1 / median, best: 1 / min };
}

function disturbance({ median, best }: { readonly median: number; readonly best: number }): number {
  return (best - median) / best;
}

/** @returns the comparison in words, with slower figures first */
export function comparisonText({ changes, notMeasured, sameMachine }: Comparison): string {
  const lines = (['slower', 'faster'] as const).flatMap((verdict) =>
    changes
      .filter((change) => change.verdict === verdict)
      .map(
        ({ name, before, now, speed, noise }) =>
          `${verdict}: ${name}: ${formatNumber(before)} -> ${formatNumber(now)}, ${formatNumber(speed)} of the speed before (noise ${formatNumber(100 * noise)} %)`,
      ),
  );
  const same = changes.filter(({ verdict }) => verdict === 'same').length;
  lines.push(`${same} of ${changes.length} figures are the same within noise`);
  if (notMeasured.length > 0) lines.push(`not measured this time: ${notMeasured.join(', ')}`);
  if (!sameMachine) lines.push('the earlier figures are from another processor or another Node');
  return `${lines.join('\n')}\n`;
}
