import { foreignZcashNode, ZCASH_CHAINS, ZcashNode, zcashChain } from '@adit/chain';
import type { ConfigFamilyRow } from '../config-family.ts';
import { zcashCoin } from './coin.ts';
import { zcashFaults } from './faults.ts';
import { nodeAdvice } from './node-advice.ts';
import { zcashOptions } from './options.ts';
import {
  ZCASH_BELONGS,
  ZCASH_LABEL,
  type ZcashChainConfig,
  zcashChainSchema,
  zcashPortSchema,
} from './schema.ts';
import { zcashTemplate } from './template.ts';

/** The configuration of the Zcash family. */
export const ZCASH: ConfigFamilyRow<typeof zcashChainSchema, ZcashChainConfig> = {
  kind: 'zcash',
  label: ZCASH_LABEL,
  belongs: ZCASH_BELONGS,
  dialect: 'zcash',
  networks: Object.keys(ZCASH_CHAINS),
  coin: ({ network }) => zcashCoin(network),
  rewardFaults: async (network, addresses) =>
    (await import('./reward-addresses.ts')).rewardFaults(network, addresses),
  hasPrices: true,
  blockPay: {
    isUsed: ({ ports }) => ports.some(({ pay }) => pay === 'solo-block'),
    faults: async (chain) => (await import('./block-payees.ts')).payeeFaults(chain),
    reader: async () => (await import('./block-payees.ts')).payeeReaderOf,
  },
  wallets: ['paper', 'zecd'],
  schema: zcashChainSchema,
  keys: { chain: Object.keys(zcashChainSchema.shape), port: Object.keys(zcashPortSchema.shape) },
  options: zcashOptions,
  faults: zcashFaults,
  notices: () => [],
  nonce1Of: ({ nonce1_bytes: bytes, nonce_layout: layout }) => ({ bytes, layout }),
  // Each port has its `nonce_layout`, which `nonce1Overlaps` compares for each network.
  againstUpgrade: () => undefined,
  template: zcashTemplate,
  async introduce({ network }, settings, signal) {
    const node = new ZcashNode({ ...settings, retries: 0 });
    try {
      const foreign = await foreignZcashNode(node, zcashChain(network), signal);
      return { foreign, clockOffsetMs: node.clockOffsetMs };
    } finally {
      node.close();
    }
  },
  async advice({ network }, settings) {
    const node = new ZcashNode(settings);
    try {
      return await nodeAdvice(node, zcashChain(network));
    } finally {
      node.close();
    }
  },
};
