import { choicesOf, type Episode, playEpisode } from './true-adversary.ts';
import type { Policy } from './true-policies.ts';

export interface TrueResult {
  readonly episodes: number;
  /** Hashes of all draws. */
  readonly work: number;
  /** Mean of credit for a hash, where the miner takes the best of its choices for each draw of luck. */
  readonly ratio: number;
  /** Of the mean, from the spread of the episodes. */
  readonly error: number;
  /** The same for a miner that always takes the first choice: it is paid, or nothing would be proven. */
  readonly blind: number;
}

export interface TrueRunOptions {
  readonly seed: number;
  readonly strict: boolean;
  readonly policy?: Policy;
  readonly episodes: number;
  readonly choices: number;
  readonly draws: number;
}

/** Plays every choice of a miner in each of many scenarios. Everything that prices depend on follows from the seed. */
export async function runTrueStratum(options: TrueRunOptions): Promise<TrueResult> {
  const { seed, strict, policy = 'real', episodes, choices, draws } = options;
  const best: number[] = [];
  const blind: number[] = [];
  let work = 0;
  for (let i = 0; i < episodes; i += 1) {
    const own = 1_000 * seed + i;
    const played: Episode[] = [];
    for (const choice of choicesOf(own, choices))
      played.push(await playEpisode({ seed: own, strict, policy, choice, draws }));
    const [first] = played;
    if (first === undefined) continue;
    work += first.work * draws;
    const bestOf = first.credits.map((_, draw) =>
      Math.max(...played.map(({ credits }) => credits[draw] ?? 0)),
    );
    best.push(mean(bestOf) / first.work);
    blind.push(mean(first.credits) / first.work);
  }
  const ratio = mean(best);
  const variance = mean(best.map((one) => (one - ratio) ** 2)) / Math.max(1, best.length - 1);
  return { episodes, work, ratio, error: Math.sqrt(variance), blind: mean(blind) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
