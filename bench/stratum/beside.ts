import path from 'node:path';
import { zcashChain } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import { must } from '../case.ts';
import { summarise } from '../statistics.ts';
import { BenchChild } from './child.ts';
import { badSolutions, type Lines, trueShares, unknownJobs, validShares } from './lines.ts';
import type { FloodResult } from './load-process.ts';
import { MOVING, type RecordedShares, recordedShares } from './recorded-shares.ts';
import type { Vitals } from './vitals.ts';

/** Short, so that a neighbour's load falls on both states alike; a flood is measured from its first line on. */
const FLOOD_MS = 500;
/** Floods of each kind before the measured ones: they run code that is not compiled yet. */
const WARM_UP = 3;
/** Floods of each kind for each round. */
const FLOODS = 6;
const OUTSTANDING = 8;
const TRUE_CONNECTIONS = 16;
/** More than can be sent in one flood, so that none is sent twice. */
const TRUE_SHARES_EACH = 2_500;
/** Idle connections for the figure of memory. */
const IDLE = 2_000;

/** One state of the program, with the connections of the floods. */
interface State {
  readonly pool: BenchChild;
  readonly zcash: BenchChild;
  readonly truehash: BenchChild;
}

/**
 * Compares this state of the program with another checkout, one flood with one and then with the other, so that ratios
 * are true on a machine that others use too. All figures are by processor time, of all threads of the pool.
 * @param folder the root of the other checkout, whose pool gives the nonce1 values of the recorded shares
 * @returns a table
 */
export async function compareBeside(
  folder: string,
  rounds: number,
  say: (text: string) => void,
): Promise<string> {
  const shares = await recordedShares();
  const folders = [path.resolve(folder, 'bench/stratum'), import.meta.dirname];
  const rows = [
    '| processor time of the pool | the other state | this one | ratio | least to most |',
    '|---|---|---|---|---|',
  ];
  const row = (name: string, unit: string, pairs: readonly (readonly [number, number])[]) => {
    const [other, own] = [0, 1].map((i) => summarise(pairs.map((pair) => pair[i] ?? 0)).median);
    const ratio = summarise(pairs.map(([a, b]) => b / a));
    const range = `${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}`;
    rows.push(
      `| ${name} | ${other?.toFixed(1)} ${unit} | ${own?.toFixed(1)} ${unit} | ${ratio.median.toFixed(2)} | ${range} |`,
    );
  };
  const memory: [number, number][] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`memory: round ${round} of ${rounds}`);
    const [other, own] = [await memoryOf(folders[0], shares), await memoryOf(folders[1], shares)];
    memory.push([other, own]);
  }
  const states = await Promise.all(folders.map((one) => started(one, shares)));
  try {
    const kinds: readonly [string, 'zcash' | 'truehash', (flood: number) => Lines][] = [
      ['a share of an unknown job', 'zcash', () => unknownJobs(shares)],
      ['a wrong solution', 'zcash', () => badSolutions(shares)],
      ['an accepted share', 'zcash', () => validShares(shares)],
      [
        'an accepted TrueHash share',
        'truehash',
        (flood) => trueShares(TRUE_CONNECTIONS, TRUE_SHARES_EACH, flood),
      ],
    ];
    for (const [name, load, lines] of kinds) {
      say(`${name}: ${rounds * FLOODS} floods of each state, in turn`);
      const pairs: [number, number][] = [];
      for (let flood = -WARM_UP; flood < rounds * FLOODS; flood += 1) {
        const times: number[] = [];
        for (const state of states) times.push(await flooded(state, load, lines(flood + WARM_UP)));
        if (flood >= 0) pairs.push([times[0] ?? 0, times[1] ?? 0]);
      }
      row(name, 'us', pairs);
    }
  } finally {
    for (const { pool, zcash, truehash } of states)
      await Promise.all([zcash.end(), truehash.end(), pool.end()]);
  }
  row('memory of an idle connection', 'KB', memory);
  return `${rows.join('\n')}\n`;
}

/** @returns microseconds of processor time for each answer */
async function flooded(state: State, load: 'zcash' | 'truehash', lines: Lines): Promise<number> {
  const before = await state.pool.ask<Vitals>('vitals');
  const options = { lines, outstanding: OUTSTANDING, milliseconds: FLOOD_MS };
  const { accepted, refused } = await state[load].ask<FloodResult>('flood', options);
  const after = await state.pool.ask<Vitals>('vitals');
  return ((after.cpuSeconds - before.cpuSeconds) * 1e6) / (accepted + refused);
}

async function started(folder: string, { template, connections }: RecordedShares): Promise<State> {
  const pool = new BenchChild('pool-process.ts', folder);
  const [zcash, truehash] = [new BenchChild('load-process.ts'), new BenchChild('load-process.ts')];
  // No block is mined in these floods, so that any node does for the chain whose tip moves.
  const node = await startZcashDevnet({
    chain: zcashChain(MOVING),
    initialTarget: 1n << 200n,
    mempoolSeconds: 0,
  });
  const ports = await pool.ask<Record<string, number>>('start', { template, node: node.url });
  await node.close();
  const common = { tls: false, addresses: 1, firstAddress: 1, inOrder: true };
  await zcash.ask('connect', { ...common, port: ports['fixed'], count: connections.length });
  await truehash.ask('connect', { ...common, port: ports['true'], count: TRUE_CONNECTIONS });
  return { pool, zcash, truehash };
}

/** @returns KB of resident memory for each connection that mines nothing, after forced collections */
async function memoryOf(folder: string | undefined, { template }: RecordedShares): Promise<number> {
  must(folder !== undefined, 'there is a folder');
  const node = await startZcashDevnet({
    chain: zcashChain(MOVING),
    initialTarget: 1n << 200n,
    mempoolSeconds: 0,
  });
  const pool = new BenchChild('pool-process.ts', folder);
  const load = new BenchChild('load-process.ts');
  try {
    const ports = await pool.ask<Record<string, number>>('start', { template, node: node.url });
    const options = { port: ports['moving'], tls: false, addresses: 1, firstAddress: 1, inOrder: false };
    await load.ask('connect', { ...options, count: 50 });
    const before = await pool.ask<Vitals>('vitals');
    await load.ask('connect', { ...options, count: IDLE });
    const after = await pool.ask<Vitals>('vitals');
    return (after.rss - before.rss) / 1024 / IDLE;
  } finally {
    await load.end();
    await pool.end();
    await node.close();
  }
}
