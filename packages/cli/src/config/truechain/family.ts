import { foreignTrueChainNode, TrueChainNode } from '@adit/chain';
import type { ConfigFamilyRow } from '../config-family.ts';
import { trueChainOptions } from './options.ts';
import { strictPrefixMoves, truePortFaults, truePortNotices } from './ports.ts';
import {
  TRUECHAIN_BELONGS,
  TRUECHAIN_LABEL,
  TRUECHAIN_NETWORK,
  type TrueChainConfig,
  trueChainSchema,
  truePortSchema,
} from './schema.ts';
import { trueChainTemplate } from './template.ts';

/** The configuration of TrueChain. */
export const TRUECHAIN: ConfigFamilyRow<typeof trueChainSchema, TrueChainConfig> = {
  kind: 'truechain',
  label: TRUECHAIN_LABEL,
  belongs: TRUECHAIN_BELONGS,
  dialect: 'truestratum',
  networks: [TRUECHAIN_NETWORK],
  coin: () => ({ symbol: 'TRUE', decimals: 18 }),
  rewardFaults: null,
  hasPrices: false,
  // The node pays one etherbase, and its header covers it: a pool cannot divide the reward.
  blockPay: null,
  wallets: ['truechain'],
  schema: trueChainSchema,
  keys: { chain: Object.keys(trueChainSchema.shape), port: Object.keys(truePortSchema.shape) },
  options: trueChainOptions,
  faults: truePortFaults,
  notices: truePortNotices,
  nonce1Of: ({ nonce1_bytes: bytes }) => ({ bytes, layout: undefined }),
  againstUpgrade: strictPrefixMoves,
  template: trueChainTemplate,
  async introduce(_chain, settings, signal) {
    const node = new TrueChainNode({ ...settings, retries: 0 });
    try {
      const foreign = await foreignTrueChainNode(node, signal);
      return { foreign, clockOffsetMs: node.clockOffsetMs };
    } finally {
      node.close();
    }
  },
  advice: async () => undefined,
};
