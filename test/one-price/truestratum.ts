import { runTrueHonest } from '../../packages/pool/test/one-price/run-true-honest.ts';
import { runTrueStratum } from '../../packages/pool/test/one-price/run-truestratum.ts';

/** One line of the result. */
export interface TrueNote {
  readonly what: string;
  readonly work: number;
  readonly credit: number;
  readonly error: number;
  /** Most credit for a hash. */
  readonly bound: number;
}

const HOURS = 3;
/** Scenarios of loose ports take three times as long as those of strict ones. */
const LOOSE_PART = 0.5;

/** Greedy and honest miners of TrueStratum ports. @param episodes scenarios of strict ports */
export async function runTrueStratumLong(episodes: number, note: (one: TrueNote) => void): Promise<void> {
  for (const strict of [true, false]) {
    const ports = strict ? 'strict ports' : 'loose ports';
    const count = Math.ceil(episodes * (strict ? 1 : LOOSE_PART));
    const run = { seed: 9, strict, episodes: count, choices: 6, draws: 100 };
    const { work, ratio, error, blind } = await runTrueStratum(run);
    const what = `foreseen headers, ${count} random scenarios, ${ports}`;
    note({ what, work, credit: ratio * work, error, bound: 1.02 - 3 * error });
    note({ what: `${what}, without a choice`, work, credit: blind * work, error, bound: 1.02 });
    const { miners, paidPart } = await runTrueHonest({ seed: 9, strict, hours: HOURS });
    for (const { rate, work: done, credit, error: own, refused } of miners)
      note({
        what: `honest, ${rate}/s, ${ports}, ${refused} refused`,
        work: done,
        credit,
        error: own,
        bound: 1 + 4 * own,
      });
    if (strict) continue;
    note({
      what: 'part of an honest hash that is paid, loose ports',
      work: 1,
      credit: paidPart,
      error: 0,
      bound: 1,
    });
    const disturbed = await runTrueHonest({ seed: 9, strict, hours: HOURS, disturbed: true });
    const same = 'the same while another miner moves the target to and fro';
    note({ what: same, work: 1, credit: disturbed.paidPart, error: 0, bound: 1 });
  }
}
