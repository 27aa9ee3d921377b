import path from 'node:path';
import type { BlockRules } from '@adit/money';
import { configSchema } from '../config/schema.ts';
import { ledgerChains } from '../ledger/ledger-chains.ts';
import type { ChainModules } from '../ledger/ledger-modules.ts';
import { RunningLedger } from '../ledger/running-ledger.ts';
import type { LedgerEvent } from '../log/ledger-event.ts';
import { describe } from '../log/lines.ts';
import type { DemoMoney } from './demo-families.ts';

/** A chain of the demo, as its ledger knows it. */
export interface DemoLedgerChain {
  readonly name: string;
  readonly nodeUrl: string;
  readonly money: DemoMoney;
}

/** Depths of the demo: a reward is paid out within a minute or two. */
const RULES: Omit<BlockRules, 'confirmDepth'> = {
  matureDepth: 5,
  closedDepth: 1_000,
  lostDepth: 20,
  nodes: 1,
};
const SETTLE_DEPTH = 2;
/** Often enough for a person who watches. */
const PAUSES = { ingest: 500, blocks: 1_000, payouts: 1_000 };

/** Opens and begins the ledger of the demo: the same service as `adit ledger run`, with smaller depths. @param data folder of the pool */
export async function startDemoLedger(
  data: string,
  demoChains: readonly DemoLedgerChain[],
  onEvent: (event: LedgerEvent) => void,
): Promise<RunningLedger> {
  const config = configSchema.parse({
    data,
    ledger: { settle_seconds: 5 },
    chain: demoChains.map(({ name, nodeUrl, money }) => ({
      name,
      network: money.network,
      nodes: [{ url: nodeUrl }],
      ports: [{ listen: '127.0.0.1:0', dialect: money.dialect, start_difficulty: 1 }],
      money: money.settings,
    })),
  });
  const confirmDepths = new Map(demoChains.map(({ money }) => [money.network, money.confirmDepth]));
  const adjust = ({ wallet, ...modules }: ChainModules, network: string): ChainModules => ({
    ...modules,
    rules: { ...RULES, confirmDepth: confirmDepths.get(network) ?? RULES.matureDepth },
    wallet: wallet === undefined ? undefined : { ...wallet, settleDepth: SETTLE_DEPTH },
  });
  const place = { kind: 'sqlite', file: path.join(data, config.ledger.database) } as const;
  const ledger = await RunningLedger.open(
    { config, chains: ledgerChains(config), place, pauseMs: PAUSES, adjust },
    { onEvent },
  );
  await ledger.service.start();
  return ledger;
}

/** Events that happen all the time, or say only that nothing is to be done. */
const UNREMARKABLE: ReadonlySet<LedgerEvent['kind']> = new Set(['ledger_ingested', 'payout_waits']);

/** The line for an event that a person wants to see; undefined for all others. */
export function notableMoney(event: LedgerEvent): string | undefined {
  return UNREMARKABLE.has(event.kind) ? undefined : describe(event).text;
}
