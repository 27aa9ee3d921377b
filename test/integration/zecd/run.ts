import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { callNode } from '../zebra/node-rpc.ts';
import { PoolSite } from '../zebra/pool-site.ts';
import type { Totals } from '../zebra/run.ts';
import { SPENDABLE_ADDRESS } from '../zebra/spendable.ts';
import { ZebradNode } from '../zebra/zebrad-node.ts';
import { killed } from './kill-scenarios.ts';
import { MoneySite } from './money-site.ts';
import { acrossNu7, paidOnce } from './plain-scenarios.ts';
import { NU7_HEIGHT, ZEBRA_UPGRADES } from './regtest-upgrades.ts';
import type { MoneyStage } from './stage.ts';
import { away, byHand, reorganised } from './trouble-scenarios.ts';
import { ZecdWallet } from './zecd-wallet.ts';

export interface ZecdRunOptions {
  readonly zebrad: string;
  readonly zecd: string;
  /** Without what takes minutes by itself. */
  readonly short: boolean;
  readonly seed: number;
  /** Where logs and states stay; a temporary folder that goes where left out. */
  readonly keep: string | undefined;
  /** Only scenarios whose titles have this text. */
  readonly only: string | undefined;
  readonly say: (text: string) => void;
}

interface Scenario {
  readonly title: string;
  readonly run: (stage: MoneyStage) => Promise<string>;
}

const SCENARIOS: readonly Scenario[] = [
  { title: 'rewards are shielded, and each payee is paid once', run: paidOnce },
  { title: 'payouts rest before NU7 and go on behind it; who cannot be paid is set aside', run: acrossNu7 },
  { title: 'payments survive that one to five blocks are replaced', run: reorganised },
  { title: 'payouts wait for a node and a wallet that are down or behind', run: away },
  { title: 'a person pays from the wallet by hand, and books it', run: byHand },
  { title: 'ledger, wallet and node are killed while payouts go on', run: killed },
];

/** All scenarios on one chain, in this order. */
export async function runZecd(options: ZecdRunOptions): Promise<Totals> {
  const { say, only = '' } = options;
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  const folder = options.keep ?? mkdtempSync(path.join(tmpdir(), 'adit-zecd-'));
  const open: Opened = [];
  try {
    const stage = await setUp(options, folder, open);
    for (const { title, run } of SCENARIOS) {
      if (!title.includes(only)) {
        totals.skipped += 1;
        say(`skipped: ${title}`);
        continue;
      }
      const startedAt = performance.now();
      try {
        const remark = await run(stage);
        totals.passed += 1;
        say(`passed: ${title} (${seconds(startedAt)} s): ${remark}`);
      } catch (error) {
        totals.failed += 1;
        say(`FAILED: ${title} (${seconds(startedAt)} s): ${textOf(error)}`);
        // Each one builds on the books that the ones before it left.
        break;
      }
    }
  } catch (error) {
    totals.failed += 1;
    say(`FAILED: ${textOf(error)}`);
  } finally {
    for (const stop of open.toReversed()) await stop();
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
  return totals;
}

type Opened = (() => Promise<void>)[];

/** The node pays to the wallet, which can only be made when a node runs: it is started twice. */
async function setUp(
  { zebrad, zecd, seed, short }: ZecdRunOptions,
  folder: string,
  open: Opened,
): Promise<MoneyStage> {
  const node = await ZebradNode.make({
    zebrad,
    folder: path.join(folder, 'node'),
    minerAddress: SPENDABLE_ADDRESS,
    nu7Height: NU7_HEIGHT,
    upgrades: ZEBRA_UPGRADES,
  });
  open.push(() => node.stop());
  await node.start();
  await callNode(node, 'generate', [10], 120_000);
  const wallet = async (name: string, receivers: readonly ('sapling' | 'orchard')[]): Promise<ZecdWallet> => {
    const made = await ZecdWallet.make({ zecd, folder: path.join(folder, name), node, receivers });
    open.push(() => made.stop());
    return made;
  };
  const payer = await wallet('payer', ['orchard']);
  const miners = await wallet('miners', ['sapling', 'orchard']);
  const rewards = await payer.address('transparent');
  const payees = {
    transparent: await miners.address('transparent'),
    sapling: await miners.address('sapling'),
    unified: await miners.address(),
  };
  node.payTo(rewards);
  await node.settle();
  await node.stop();
  await node.start();
  const siteFolder = path.join(folder, 'pool');
  const pool = await PoolSite.start({
    folder: siteFolder,
    network: 'zcash-regtest',
    nodes: [node],
    money: {
      money: {
        ...{ payouts: 'auto', fee_percent: 1, reward_addresses: [rewards] },
        ...{ payment_cap: '1000', batch_cap: '1000', day_cap: '10000' },
      },
      'money.wallet': {
        ...{ kind: 'zecd', url: payer.url, user: 'adit', password_file: payer.passwordFile },
        address: await payer.address(),
      },
    },
  });
  open.push(() => pool.stop());
  const ledger = new MoneySite(siteFolder);
  open.push(() => ledger.stop());
  await ledger.start();
  return { node, pool, ledger, payer, miners, payees, seed, short };
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
