import { decodeHex, encodeHex } from '@adit/primitives';
import { shareDigest } from '../../src/truechain/share.ts';
import { Random } from './random.ts';
import type { Found } from './true-hashes.ts';
import type { Policy } from './true-policies.ts';
import { type Foreseen, TrueScenario, WISHES } from './true-scenario.ts';
import type { TrueSimMiner } from './true-sim-miner.ts';
import { TrueWorld } from './true-world.ts';
import { settled } from './zcash-world.ts';

const ACTS = ['nothing', 'hang up', 'show', 'wish low', 'wish high', 'come again'] as const;

/** What the miner does after it has hashed a header that the pool does not have. */
export interface Choice {
  /** When it lets the node make the header, in milliseconds after the beginning of its second. */
  readonly offsetMs: number;
  readonly act: (typeof ACTS)[number];
}

export interface EpisodeOptions {
  readonly seed: number;
  readonly strict: boolean;
  readonly policy: Policy;
  readonly choice: Choice;
  /** How often it hashes with other luck. Each time is a case of its own. */
  readonly draws: number;
}

export interface Episode {
  /** Hashes of each draw. */
  readonly work: number;
  /** What each draw was credited. */
  readonly credits: readonly number[];
}

/** The hashes of one draw on one nonce1. */
interface Bag {
  readonly draw: number;
  readonly miner: TrueSimMiner | undefined;
  readonly found: readonly Found[];
}

/** How often it tries a hash in a place that should not pay it. */
const AGAIN = 0.1;
/** The content of the header that the miner foresees. */
const FORESEEN = 1_000_000;

/** Choices of a miner, drawn from the seed. The header may be seen before or after a border. */
export function choicesOf(seed: number, count: number): Choice[] {
  const random = new Random(seed + 900_000);
  const choices: Choice[] = [
    { offsetMs: 50, act: 'nothing' },
    { offsetMs: 950, act: 'nothing' },
    { offsetMs: 450, act: 'wish low' },
    { offsetMs: 450, act: 'wish high' },
    { offsetMs: 450, act: 'hang up' },
  ];
  while (choices.length < count)
    choices.push({ offsetMs: 50 * random.below(20), act: random.pick(ACTS) ?? 'nothing' });
  return choices.slice(0, count);
}

/**
 * A miner hashes a header before the pool has it, and then makes one of its choices. With the same seed everything
 * before the choice is the same, so a caller that plays all choices knows what the best one brings for each draw of luck.
 */
export async function playEpisode(options: EpisodeOptions): Promise<Episode> {
  const real = performance.now;
  const { seed, strict, policy, choice, draws } = options;
  const world = new TrueWorld({
    seed,
    strict,
    policy,
    starts: strict ? [16n, 256n] : [4_096n, 4_096n],
    // Loose ports of one difficulty have borders where the operator changes it.
    fixed: !strict && seed % 5 === 0,
  });
  try {
    const scenario = new TrueScenario(world);
    const foreseen = await scenario.play();
    const header = world.headerOf(foreseen.second, FORESEEN);
    const { bags, work } = hash(scenario, foreseen, header, draws);
    act(scenario, choice);
    await world.pass(1_000 * foreseen.second + choice.offsetMs - world.clock.now);
    world.make(FORESEEN);
    await world.pass(1_500);
    await handIn(scenario, header, bags);
    // Later, and perhaps to the next process, it tries everything once more.
    if (seed % 3 === 0) await world.upgrade();
    if (seed % 7 === 0) await world.restart();
    await world.pass(500);
    await handIn(scenario, header, bags);
    const { weights } = world.journal;
    const paid = (found: readonly Found[]) =>
      found.reduce((sum, { nonce }) => sum + (weights.get(digestOf(header, nonce)) ?? 0), 0);
    const credits = new Array<number>(draws).fill(0);
    for (const { draw, found } of bags) credits[draw] = (credits[draw] ?? 0) + paid(found);
    return { work, credits };
  } finally {
    await world.close();
    performance.now = real;
  }
}

function hash(
  { world, miners }: TrueScenario,
  { weights }: Foreseen,
  header: string,
  draws: number,
): { bags: Bag[]; work: number } {
  const random = new Random(world.options.seed + 700_000);
  const least = Math.min(...weights);
  // Less than a share of the harder side, and more than one of the easier: then luck decides what pays more.
  const hashes = 0.7 * Math.sqrt(least * Math.max(...weights));
  const places = world.options.strict ? miners : [undefined];
  const bags: Bag[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    // A draw is a decision on one connection, so that its luck is not evened out by that of others.
    const miner = places[draw % places.length];
    const found = world.hashes.mine(header, hashes, least, miner?.prefix ?? 0n, random);
    bags.push({ draw, miner, found });
  }
  return { bags, work: hashes };
}

function act(scenario: TrueScenario, { act: what }: Choice): void {
  const { miners, world } = scenario;
  if (what === 'come again') scenario.connect();
  for (const miner of miners) {
    if (what === 'hang up' && !world.options.strict) miner.close();
    else if (what === 'show') scenario.show(miner, 100_000);
    else if (what === 'wish low') miner.authorize(`d=${Math.min(...WISHES)}`);
    else if (what === 'wish high') miner.authorize(`d=${Math.max(...WISHES)}`);
  }
}

/** Hands each hash in where it is worth most, and then everywhere else. */
async function handIn(scenario: TrueScenario, header: string, bags: readonly Bag[]): Promise<void> {
  const { world } = scenario;
  for (const process of world.processes) scenario.connect('x', process);
  for (const miner of scenario.miners) miner.hear();
  const open = scenario.miners.filter((miner) => miner.open);
  const random = new Random(world.options.seed + 300_000);
  let sent = 0;
  for (const { miner, found } of bags) {
    const jobs = (miner === undefined ? open : open.filter((one) => one === miner || !world.options.strict))
      .flatMap((one) => one.jobs.filter((job) => job.header === header).map((job) => ({ one, job })))
      .toSorted((a, b) => b.job.weight - a.job.weight);
    const ids = new Set<string>();
    const offers = jobs.filter(({ one, job }, i) => {
      const key = `${open.indexOf(one)} ${job.weight}`;
      return !ids.has(key) && ids.add(key) && i < 8;
    });
    for (const { nonce, value } of found) {
      // What is paid already it tries again only sometimes, and other connections too.
      const isPaid = world.journal.weights.has(digestOf(header, nonce));
      if (isPaid && random.next() > AGAIN) continue;
      for (const [i, { one, job }] of offers.entries()) {
        // It need not try what cannot be a share of twice the ease.
        if (value > 2 / job.weight || (i > 0 && random.next() > AGAIN)) continue;
        one.submit(job.id, nonce);
        sent += 1;
        if (sent % 32 === 0) await settled();
      }
    }
  }
  await settled();
}

function digestOf(header: string, nonce: bigint): string {
  return encodeHex(shareDigest(decodeHex(header, 32, 'header'), nonce));
}
