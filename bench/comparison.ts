import type { Figure, Report } from './report.ts';
import { formatNumber } from './statistics.ts';

/**
 * Differences below this are never called real: the engine does not compile the same program the same way twice, and
 * medians differ by some percent from run to run even where nobody disturbs.
 */
const LEAST_NOISE = 0.05;

export interface Change {
  readonly name: string;
  readonly verdict: 'slower' | 'faster' | 'same';
  readonly before: number;
  readonly now: number;
  /** How much better the median is than before, as a factor of speed: 0.5 is half as fast, or twice as much memory. */
  readonly speed: number;
  /** By how much the factor may differ from 1 without meaning anything. */
  readonly noise: number;
}

export interface Comparison {
  readonly changes: readonly Change[];
  /** Figures of the earlier report that this run has not measured: left out by a filter, or gone. */
  readonly notMeasured: readonly string[];
  readonly sameMachine: boolean;
}

/**
 * What became slower, or faster, beyond noise.
 *
 * A neighbour's load only ever makes a round worse, so the best round of a run is near to the truth, and the distance
 * from it to the median says how disturbed the run was. The noise of a comparison is the larger of both runs' such
 * distances. A figure is slower when its median is worse by more than that, and even its best round does not come up to
 * the earlier median. It is faster when the same holds the other way round.
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

/** A figure as speeds, so that more is better whatever it counts. */
function speeds({ better, median, min, max }: Figure) {
  return better === 'higher' ? { median, best: max } : { median: 1 / median, best: 1 / min };
}

function disturbance({ median, best }: { readonly median: number; readonly best: number }): number {
  return (best - median) / best;
}

/** The comparison in words, the slower ones first. */
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
