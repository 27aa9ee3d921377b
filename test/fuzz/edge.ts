import { Random, seedOf } from '@adit/test-kit/random';
import { Campaign, type Finding } from './engine.ts';
import { heapBytes, slopeOf } from './heap.ts';
import { demandFlat, type Memory, memoryOf, memoryOfOne } from './memory.ts';
import { FROM_MINERS, FROM_POOLS } from './seeds.ts';
import { MinerAttack } from './sockets/miner-attack.ts';
import { PoolAttack } from './sockets/pool-attack.ts';
import { heardClients, loggedIn, sessionTargets } from './targets/all.ts';
import { TRUE_VARIANTS, ZCASH_VARIANTS } from './targets/server-variants.ts';
import { Violation } from './violation.ts';

export interface SessionsReport {
  readonly targets: readonly {
    readonly name: string;
    readonly inputs: number;
    readonly lines: number;
    readonly behaviours: number;
    readonly longestMs: number;
  }[];
  readonly memory: readonly {
    readonly what: string;
    readonly perRound: number;
    readonly heap: readonly number[];
  }[];
  readonly findings: readonly Finding[];
}

/** Inputs for one target before the next target has its turn. */
const TURN = 20;
/** A run ends after this many findings: further ones say nothing new. */
const MOST_FINDINGS = 20;

/**
 * Attacks the sessions in turn until `enough`, and then measures what remains in memory.
 * @param targets those of the sessions where left out; tests pass others to see that faults are found
 */
export async function fuzzSessions(
  seed: number,
  enough: (inputs: number) => boolean,
  targets = sessionTargets(),
  memory = true,
): Promise<SessionsReport> {
  const campaigns = targets.map(
    (target) => new Campaign(target, seed, new Random(seedOf(seed, target.name))),
  );
  const findings: Finding[] = [];
  let inputs = 0;
  while (!enough(inputs) && findings.length < MOST_FINDINGS) {
    for (const campaign of campaigns) {
      // A long line takes as long as a whole conversation.
      const turn = campaign.target.name.startsWith('long') ? 1 : TURN;
      for (let i = 0; i < turn && findings.length < MOST_FINDINGS; i += 1) {
        const finding = campaign.step();
        inputs += 1;
        if (finding !== undefined) findings.push(finding);
      }
    }
  }
  const measured = memory ? await measure(campaigns, new Random(seedOf(seed, 'memory')), seed, findings) : [];
  return {
    targets: campaigns.map((campaign) => ({
      name: campaign.target.name,
      inputs: campaign.inputs,
      lines: campaign.lines,
      behaviours: campaign.behaviours,
      longestMs: campaign.longestMs,
    })),
    memory: measured.map(({ what, growth }) => ({ what, perRound: growth.perRound, heap: growth.rounds })),
    findings,
  };
}

async function measure(
  campaigns: readonly Campaign<unknown>[],
  random: Random,
  seed: number,
  findings: Finding[],
): Promise<Memory[]> {
  const measured: Memory[] = [];
  for (const campaign of campaigns) {
    if (!campaign.target.name.startsWith('long')) measured.push(await memoryOf(campaign, random));
  }
  for (const [i, open] of [...ZCASH_VARIANTS, ...TRUE_VARIANTS].entries()) {
    measured.push(await memoryOfOne(`one server session, variant ${i}`, loggedIn(open)(), FROM_MINERS));
  }
  for (const [i, open] of heardClients().entries()) {
    measured.push(await memoryOfOne(`one client session, variant ${i}`, open(), FROM_POOLS));
  }
  for (const one of measured) {
    try {
      demandFlat(one);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      findings.push({ target: one.what, seed, rule: error.rule, message: error.message, input: null });
    }
  }
  return measured;
}

export interface SocketsReport {
  readonly rounds: number;
  readonly connections: number;
  readonly lines: number;
  readonly answers: number;
  readonly shares: number;
  readonly minerRounds: number;
  readonly minerLines: number;
  /** Bytes at intervals, and the growth of the later half in bytes for each round. */
  readonly heap: readonly number[];
  readonly perRound: number;
  readonly findings: readonly Finding[];
}

const ROUNDS_PER_LOOK = 10;
/**
 * A leaked connection takes some 3 KB, and a round has six connections. Allowed growth: the devnet keeps its blocks (less
 * than 1 KB in a round), and nonce1 values rest while their work is live, which here never ends (0.3 KB).
 */
const MOST_PER_ROUND = 4 * 1024;
/** Fewer readings than this say nothing, since histories still fill. */
const ROUNDS_FOR_MEMORY = 600;

/** Attacks a pool, and then our miners. Calls `enough` after each round. */
export async function fuzzSockets(
  dataFolder: string,
  seed: number,
  enough: { readonly pool: (rounds: number) => boolean; readonly miners: (rounds: number) => boolean },
): Promise<SocketsReport> {
  const findings: Finding[] = [];
  const random = new Random(seedOf(seed, 'sockets'));
  const heap: number[] = [];
  let rounds = 0;
  const report = (target: string, error: unknown) => {
    if (!(error instanceof Violation)) throw error;
    findings.push({ target, seed, rule: error.rule, message: error.message, input: null });
  };
  const pool = await PoolAttack.start(dataFolder);
  try {
    for (; !enough.pool(rounds); rounds += 1) {
      await pool.round(random);
      if (rounds % ROUNDS_PER_LOOK === 0) heap.push(heapBytes());
    }
  } catch (error) {
    report('a pool', error);
  } finally {
    await pool.stop();
  }
  const perRound = slopeOf(thinned(heap.slice(heap.length >> 1))) / ROUNDS_PER_LOOK;
  if (rounds >= ROUNDS_FOR_MEMORY && perRound > MOST_PER_ROUND) {
    report('a pool', new Violation('memory', `the heap grows by ${Math.round(perRound)} bytes a round`));
  }
  let minerRounds = 0;
  let minerLines = 0;
  const attacks = await Promise.all([MinerAttack.start('zcash'), MinerAttack.start('truechain')]);
  try {
    await Promise.all(
      attacks.map(async (attack) => {
        for (; !enough.miners(minerRounds); minerRounds += 1) await attack.round(random);
      }),
    );
  } catch (error) {
    report('a miner', error);
  } finally {
    await Promise.all(attacks.map((attack) => attack.stop()));
    for (const { lines } of attacks) minerLines += lines;
  }
  const { connections, lines, answers, shares } = pool;
  return {
    rounds,
    connections,
    lines,
    answers,
    shares,
    minerRounds,
    minerLines,
    heap,
    perRound: Math.round(perRound),
    findings,
  };
}

/** Thins thousands of readings to some hundred, since the slope takes all pairs. The slope stays that for one reading. */
function thinned(values: readonly number[]): number[] {
  const step = Math.max(1, Math.ceil(values.length / 300));
  const some = values.filter((_, i) => i % step === 0);
  const [first = 0] = some;
  return some.map((value) => first + (value - first) / step);
}
