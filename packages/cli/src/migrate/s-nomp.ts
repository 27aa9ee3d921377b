import { type ForeignTable, isOn, numberIn, tableOf, textIn } from './foreign-json.ts';
import type { ForeignPool } from './foreign-pool.ts';
import { leftOutOf, readNodes, readPorts } from './read-ports.ts';

/** Keys without a counterpart, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  blockRefreshInterval: 'the pool waits at the node by long poll',
  p2p: 'the pool waits at the node by long poll',
  rewardRecipients:
    'the fee stays with the pool, and is not paid to anybody by itself; their sum is fee_percent',
  paymentProcessing: 'payouts are off until you have a wallet; docs/money.md',
  mposMode: 'none: journals and books are files in the data folder',
  emitInvalidBlockHashes: 'none is needed: each block has events in the log',
};

/** Reads a file of `pool_configs/` of s-nomp. */
export function readSNomp(config: ForeignTable): readonly ForeignPool[] {
  const payments = tableOf(config['paymentProcessing']);
  const banning = tableOf(config['banning']);
  const tls = tableOf(config['tlsOptions']);
  const coin = textIn(config, 'coin') ?? '';
  const fees = Object.values(tableOf(config['rewardRecipients']) ?? {}).filter(
    (fee) => typeof fee === 'number',
  );
  const files = { certFile: textIn(tls, 'serverCert'), keyFile: textIn(tls, 'serverKey') };
  const addresses = [textIn(config, 'address'), textIn(config, 'zAddress'), textIn(config, 'tAddress')];
  const ports = readPorts(
    config['ports'],
    (port) => (isOn(port, 'tls') ? files : { certFile: undefined, keyFile: undefined }),
    isOn(config, 'tcpProxyProtocol'),
  );
  return [
    {
      id: textIn(config, 'name') ?? coin,
      coin,
      ports,
      nodes: readNodes(config['daemons']),
      rewardAddresses: [...new Set(addresses.filter((address) => address !== undefined))],
      feePercent: fees.reduce((sum, fee) => sum + fee, 0),
      scheme: textIn(payments, 'paymentMode'),
      window: undefined,
      minimum: numberIn(payments, 'minimumPayment'),
      isBanning: typeof banning?.['enabled'] === 'boolean' ? banning['enabled'] : undefined,
      banSeconds: numberIn(banning, 'time'),
      idleSeconds: numberIn(config, 'connectionTimeout'),
      refreshSeconds: numberIn(config, 'jobRebroadcastTimeout'),
      leftOut: leftOutOf(config, LEFT_OUT),
    },
  ];
}
