import { type ForeignTable, numberIn, tableOf, tablesOf, textIn } from './foreign-json.ts';
import type { ForeignPool } from './foreign-pool.ts';
import { leftOutOf, readNodes, readPorts } from './read-ports.ts';

/** Keys of a pool without a counterpart, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  blockRefreshInterval: 'the pool waits at the node by long poll',
  rewardRecipients:
    'the fee stays with the pool, and is not paid to anybody by itself; their sum is fee_percent',
  paymentProcessing: 'payouts are off until you have a wallet; docs/money.md',
};
/** Keys beside the pools. */
const LEFT_OUT_OF_ALL: Readonly<Record<string, string>> = {
  persistence: 'journals and books are files in the data folder; [ledger] database can be PostgreSQL',
  api: 'none; /metrics, adit status and adit miners',
  notifications: 'none; deploy/ has alarms for Prometheus',
  statistics: 'none; /metrics',
  nicehash: 'none is needed',
};

/** Reads a `config.json` of Miningcore: all of its pools that are enabled. */
export function readMiningcore(config: ForeignTable): readonly ForeignPool[] {
  const shared = leftOutOf(config, LEFT_OUT_OF_ALL);
  return tablesOf(config['pools'])
    .filter(({ enabled }) => enabled !== false)
    .map((pool, i): ForeignPool => {
      const payments = tableOf(pool['paymentProcessing']);
      const banning = tableOf(pool['banning']);
      const fees = tablesOf(pool['rewardRecipients']).map((one) => numberIn(one, 'percentage') ?? 0);
      const addresses = [textIn(pool, 'address'), textIn(pool, 'z-address')];
      const ports = readPorts(pool['ports'], () => ({ certFile: undefined, keyFile: undefined }), false);
      return {
        id: textIn(pool, 'id') ?? `pool ${i + 1}`,
        coin: textIn(pool, 'coin') ?? textIn(tableOf(pool['coin']), 'type') ?? '',
        ports,
        nodes: readNodes(pool['daemons']),
        rewardAddresses: addresses.filter((address) => address !== undefined),
        feePercent: fees.reduce((sum, fee) => sum + fee, 0),
        scheme: textIn(payments, 'payoutScheme'),
        window: numberIn(tableOf(payments?.['payoutSchemeConfig']), 'factor'),
        minimum: numberIn(payments, 'minimumPayment'),
        isBanning: typeof banning?.['enabled'] === 'boolean' ? banning['enabled'] : undefined,
        banSeconds: numberIn(banning, 'time'),
        idleSeconds: numberIn(pool, 'clientConnectionTimeout'),
        refreshSeconds: numberIn(pool, 'jobRebroadcastTimeout'),
        leftOut: [...leftOutOf(pool, LEFT_OUT), ...(i === 0 ? shared : [])],
      };
    });
}
