import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { heightOf } from './blocks.ts';
import type { Zebrad } from './find-zebrad.ts';
import { callNode } from './node-rpc.ts';
import { PoolSite } from './pool-site.ts';
import { killedNodeForgets, reorganisation, restartWithNewCookie, targetAtOnce } from './scenarios.ts';
import { soloBlocks } from './solo-scenario.ts';
import { SPENDABLE_ADDRESS } from './spendable.ts';
import {
  acrossNu7,
  lonelySecondNode,
  probed,
  shieldedAddress,
  transactionsOverTip,
  type ZebraStage,
} from './zebra-scenarios.ts';
import { ZebradNode } from './zebrad-node.ts';

export interface RunOptions {
  readonly zebrad: Zebrad;
  /** Fewer blocks, and nothing that takes minutes by itself. */
  readonly short: boolean;
  /** Where logs and states stay; a temporary folder that goes where left out. */
  readonly keep: string | undefined;
  /** Only scenarios with this text in their titles. */
  readonly only?: string | undefined;
  readonly say: (text: string) => void;
}

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

interface Scenario {
  readonly title: string;
  readonly run: (stage: ZebraStage) => Promise<string>;
  /** Takes long, and says little about the other kind of run that the other does not. */
  readonly long?: boolean;
}

// The probe comes last: generated blocks are of 2011, and until the median of eleven is of today a time of yesterday is valid.
const SCENARIOS: readonly Scenario[] = [
  { title: '`d=` holds within two seconds', run: targetAtOnce },
  { title: 'pool and miner go across NU7, and every block says their text', run: acrossNu7 },
  { title: 'a restart with a new cookie needs no hand', run: restartWithNewCookie },
  { title: 'blocks that a killed node forgot are handed in again', run: killedNodeForgets },
  { title: 'invalidateblock and reconsiderblock are followed', run: reorganisation },
  { title: 'a solo miner gets its blocks, and the operator the fee', run: soloBlocks },
  { title: 'transactions that wait are in the first work on a new tip', run: transactionsOverTip },
  { title: 'a second node without the parents holds up nothing', run: lonelySecondNode },
  { title: 'a shielded miner address is mined for, and called what it is', run: shieldedAddress, long: true },
  { title: '`adit probe pool` passes', run: probed, long: true },
];

/** Rewards are spendable after 100 blocks, and a few of them are spent. */
const GENERATED = 110;
const BLOCKS = { long: 30, short: 8 };
/** Without the check the proofs say nothing new: enough blocks to cross the border. */
const UNCHECKED_BLOCKS = 8;

/** Every scenario once as published, and once with proofs of work where the program has the switch. */
export async function runZebra(options: RunOptions): Promise<Totals> {
  const { zebrad, say } = options;
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  const folder = options.keep ?? mkdtempSync(path.join(tmpdir(), 'adit-zebra-'));
  try {
    await runOnce(options, { totals, folder: path.join(folder, 'published'), powSwitch: undefined });
    if (zebrad.powSwitch !== undefined)
      await runOnce(options, { totals, folder: path.join(folder, 'proofs'), powSwitch: zebrad.powSwitch });
    else {
      say(`skipped: the run with proofs of work; ${zebrad.file} has no switch for them on Regtest`);
      totals.skipped += SCENARIOS.length;
    }
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
  return totals;
}

interface Run {
  readonly totals: Totals;
  readonly folder: string;
  readonly powSwitch: string | undefined;
}

async function runOnce({ zebrad, short, say, only = '' }: RunOptions, run: Run): Promise<void> {
  const { totals, folder, powSwitch } = run;
  const kind = powSwitch === undefined ? 'as published' : 'with proofs of work';
  const checkedBlocks = short ? BLOCKS.short : BLOCKS.long;
  const blocks = powSwitch === undefined ? UNCHECKED_BLOCKS : checkedBlocks;
  const nu7Height = GENERATED + blocks / 2;
  const node = await ZebradNode.make({
    zebrad: zebrad.file,
    folder: path.join(folder, 'node'),
    minerAddress: SPENDABLE_ADDRESS,
    nu7Height,
  });
  const variables = powSwitch === undefined ? {} : { [powSwitch]: '1' };
  let pool: PoolSite | undefined;
  try {
    await prepare(node, variables);
    // As published any proof will do: small ones, by the name of the network.
    const network = powSwitch === undefined ? 'zcash-regtest' : 'zcash-devnet';
    pool = await PoolSite.start({ folder: path.join(folder, 'pool'), network, nodes: [node] });
    for (const [index, scenario] of SCENARIOS.entries()) {
      const title = `${kind}: ${scenario.title}`;
      if (!scenario.title.includes(only)) continue;
      if (short && scenario.long === true) {
        totals.skipped += 1;
        say(`skipped: ${title} (--short)`);
        continue;
      }
      const stage = {
        ...{ node, pool, zebrad: zebrad.file, nu7Height, blocks, variables },
        folder: path.join(folder, String(index)),
      };
      const startedAt = performance.now();
      try {
        const remark = await scenario.run(stage);
        totals.passed += 1;
        say(`passed: ${title} (${seconds(startedAt)} s): ${remark}`);
      } catch (error) {
        totals.failed += 1;
        say(
          `FAILED: ${title} (${seconds(startedAt)} s): ${error instanceof Error ? error.stack : String(error)}`,
        );
        // The next one begins with a node that answers.
        await heightOf(node).catch(() => node.start());
      }
    }
  } catch (error) {
    totals.failed += 1;
    say(`FAILED: ${kind}: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await pool?.stop();
    await node.stop();
  }
}

/** A chain with rewards that can be spent; its first blocks are made without proofs, as the genesis block's is a small one. */
async function prepare(node: ZebradNode, variables: Readonly<Record<string, string>>): Promise<void> {
  await node.start();
  await callNode(node, 'generate', [GENERATED], 120_000);
  if (Object.keys(variables).length === 0) return;
  await node.settle();
  await node.stop();
  node.setVariables(variables);
  await node.start();
  const height = await heightOf(node);
  if (height !== GENERATED) throw new Error(`zebrad came back at height ${height}, not ${GENERATED}`);
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}
