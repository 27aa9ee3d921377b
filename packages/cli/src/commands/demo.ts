import path from 'node:path';
import { zcashChain } from '@adit/chain';
import type { PoolEvent } from '@adit/pool';
import { AditError } from '@adit/primitives';
import { untilStopped } from '../exit.ts';
import { describe } from '../log/lines.ts';
import { PoolView } from '../view/pool-view.ts';
import { drawScreen, rate, type ScreenChain } from '../view/screen.ts';
import { Terminal } from '../view/terminal.ts';
import type { DemoNode } from './demo-families.ts';
import { notableMoney, startDemoLedger } from './demo-ledger.ts';
import { demoMiner, demoPool, startNodes } from './demo-parts.ts';
import { startDemoWeb } from './demo-web.ts';
import { wholeOption } from './number-option.ts';

const DRAW_MS = 500;
/** Without a terminal, a line of figures is printed this often between the events. */
const SUMMARY_MS = 10_000;
const KEPT_EVENTS = 200;

export interface DemoOptions {
  readonly blocks?: string;
  readonly data: string;
  readonly network: string;
}

/**
 * `adit demo`: a devnet of each family, the pool, and a miner for each, in one process and on loopback. With
 * `--blocks N` it ends once the nodes have accepted N blocks, N fruits and a TrueChain block.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const wanted = blocksWanted(options.blocks);
  const stopped = untilStopped().then(() => 'stopped' as const);
  const demo = await startDemo(options);
  const outcome = await Promise.race([stopped, demo.failed, demo.reached(wanted)]);
  await demo.close();
  process.stdout.write(`${outcome === 'reached' ? 'goal reached' : 'stopped'}: ${demo.summary()}\n`);
}

interface Demo {
  /** Rejects when a miner gives up. */
  readonly failed: Promise<never>;
  reached(blocks: number | undefined): Promise<'reached'>;
  summary(): string;
  close(): Promise<void>;
}

async function startDemo(options: DemoOptions): Promise<Demo> {
  const params = zcashChain(options.network);
  // Each run gets a folder of its own: its devnets begin anew, so older shares and blocks do not fit them.
  const data = path.resolve(options.data, 'demo', new Date().toISOString().replace(/[:.]/g, '-'));
  const demoChains = await startNodes(params, data);
  const startedAt = performance.now();
  const events: string[] = [];
  const terminal = process.stdout.isTTY ? new Terminal(process.stdout) : undefined;
  const say = (text: string) => {
    const line = `${new Date().toTimeString().slice(0, 8)}  ${text}`;
    events.push(line);
    if (events.length > KEPT_EVENTS) events.shift();
    if (terminal === undefined) process.stdout.write(`${line}\n`);
  };
  // Each port has the name of its chain.
  const view = new PoolView(new Map(demoChains.map(({ name }) => [name, name])), () => performance.now());
  const pool = demoPool(data, params, demoChains, (event) => {
    view.onEvent(event);
    const text = notable(event);
    // On a screen the newest share has its own line. As events, shares would push out everything else.
    if (text !== undefined && (terminal === undefined || event.kind !== 'share_accepted')) say(text);
  });
  await pool.start();
  const paid = demoChains.map(({ name, node: { url, money } }) => ({ name, nodeUrl: url, money }));
  const ledger = await startDemoLedger(data, paid, (event) => {
    const text = notableMoney(event);
    if (text !== undefined) say(text);
  });
  const web = await startDemoWeb(data, paid, pool, say);
  say(`open ${web.url} in a browser`);
  const miners = demoChains.flatMap((chain) =>
    chain.node.workers.map((worker) => ({
      ...chain,
      miner: demoMiner(pool, params, chain, worker, say),
      rate: 0,
    })),
  );
  const rateOf = (name: string) => miners.reduce((sum, one) => (one.name === name ? sum + one.rate : sum), 0);
  const findsOf = new Map(pool.status.chains.map(({ name, finds }) => [name, finds]));
  const chains = (): ScreenChain[] =>
    view.chains().flatMap((chain) =>
      demoChains
        .filter(({ name }) => name === chain.name)
        .map(({ family, node }) => ({
          ...chain,
          unit: family.unit,
          finds: findsOf.get(chain.name) ?? [],
          minerRate: rateOf(chain.name),
          nodeSays: node.says(),
        })),
    );
  terminal?.open();
  let draws = 0;
  const timer = setInterval(() => {
    const seconds = (performance.now() - startedAt) / 1000;
    draws += 1;
    if (draws % 10 === 1) for (const one of miners) one.rate = one.miner.status().rate;
    const title = `Adit demo: Equihash(${params.equihash.n},${params.equihash.k}) and TrueHash. Open ${web.url}`;
    terminal?.draw(drawScreen({ title, seconds, chains: chains(), events }, terminal.width, terminal.height));
    if (terminal === undefined && draws % (SUMMARY_MS / DRAW_MS) === 0)
      for (const chain of chains()) say(figures(chain));
  }, DRAW_MS);
  return {
    failed: Promise.race(miners.map(({ miner }) => miner.run())).then(() => {
      throw new AditError('ADIT_DEMO', 'a miner ended early');
    }),
    reached: (blocks) => reached(blocks, demoChains),
    summary: () =>
      `${Math.round((performance.now() - startedAt) / 1000)} s, accepted by the nodes: ` +
      `${demoChains.map(({ node }) => node.summary()).join(', ')}; shares are kept in ${data}`,
    async close() {
      clearInterval(timer);
      terminal?.close();
      await Promise.allSettled(miners.map(({ miner }) => miner.stop()));
      await web.close();
      await ledger.close();
      await pool.stop();
      await Promise.all(demoChains.map(({ node }) => node.close()));
    },
  };
}

/**
 * Resolves when the node of each chain has accepted what the demo waits for.
 * @param blocks undefined waits for ever
 */
export function reached(
  blocks: number | undefined,
  chains: readonly { readonly node: Pick<DemoNode, 'hasReached'> }[],
): Promise<'reached'> {
  return new Promise((resolve) => {
    if (blocks === undefined) return;
    const timer = setInterval(() => {
      if (!chains.every(({ node }) => node.hasReached(blocks))) return;
      clearInterval(timer);
      resolve('reached');
    }, 100);
  });
}

/** Events that happen all the time. */
const UNREMARKABLE: ReadonlySet<PoolEvent['kind']> = new Set([
  'connected',
  'subscribed',
  'disconnected',
  'broadcast',
  'committed',
  'verified',
]);

/** The line for an event that a person wants to see; undefined for all others. */
function notable(event: PoolEvent): string | undefined {
  if (event.kind === 'share_accepted')
    return `${event.chain}: share of ${event.worker} accepted, worth ${event.weight}`;
  if (event.kind === 'target_changed')
    return `${event.port}: difficulty moves to one share in ${event.weight} hashes`;
  if (UNREMARKABLE.has(event.kind)) return undefined;
  if (event.kind === 'work' && !event.clean) return undefined;
  // The node's line shows its height, so only trouble is an event.
  if (event.kind === 'node' && (event.status.state === 'ready' || !event.news)) return undefined;
  return describe(event).text;
}

function figures(chain: ScreenChain): string {
  return `${chain.name}: miner ${rate(chain.minerRate, chain.unit)}, ${chain.accepted} shares, ${chain.nodeSays}`;
}

function blocksWanted(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return wholeOption('--blocks', text, 1, 10_000);
}
