import { equihashSizes } from '@adit/pow';
import { messageOf } from '@adit/primitives';
import type { ZcashChainParams } from './chains.ts';

/** @returns why a pool cannot mine the chain; undefined if it can */
export function whyUnmineable(chain: Pick<ZcashChainParams, 'equihash' | 'unmineable'>): string | undefined {
  if (chain.unmineable !== undefined) return chain.unmineable;
  try {
    equihashSizes(chain.equihash);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
