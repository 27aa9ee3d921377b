import { zcashChain } from '@adit/chain';
import type { ZcashChainOptions, ZcashPortOptions } from '@adit/pool';
import { targetFromDifficulty, weightOfTarget } from '@adit/primitives';
import { nodeSettings } from '../node-settings.ts';
import { portOptions } from '../port-options.ts';
import { feePpmOf } from './block-pay-faults.ts';
import type { ZcashChainConfig } from './schema.ts';

/** @throws as `portOptions` and `nodeSettings` */
export function zcashOptions(chain: ZcashChainConfig): ZcashChainOptions {
  const params = zcashChain(chain.network);
  const weightOf = (difficulty: number) => weightOfTarget(targetFromDifficulty(params.powLimit, difficulty));
  return {
    kind: 'zcash',
    name: chain.name,
    params,
    nodes: chain.nodes.map(nodeSettings),
    ports: chain.ports.map(
      (port): ZcashPortOptions => ({
        dialect: port.dialect,
        ...portOptions(chain, port, weightOf),
        graceMs: port.grace_ms,
        nonceLayout: port.nonce_layout,
        jobOnSubscribe: port.job_on_subscribe,
        failedResult: port.false_on_error ? false : null,
        ...(port.pay === 'solo-block' ? { soloBlock: { feePpm: feePpmOf(port.block_fee_percent) } } : {}),
      }),
    ),
    ...(chain.miner_address === undefined ? {} : { minerAddress: chain.miner_address }),
    ...(chain.confirmations === undefined ? {} : { confirmations: chain.confirmations }),
    ...(chain.propose_first === undefined ? {} : { proposeFirst: chain.propose_first }),
    refreshMs: chain.refresh_seconds * 1000,
    ...(chain.coinbase_text === undefined ? {} : { coinbaseText: chain.coinbase_text }),
  };
}
