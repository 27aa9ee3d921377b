import { readFileSync } from 'node:fs';
import type { EquihashParams } from '@adit/pow';
import { decodeHex } from '@adit/primitives';

export interface ShareSet extends EquihashParams {
  /** The spelling in the names of the figures. */
  readonly name: string;
  readonly shares: readonly { readonly header: Uint8Array; readonly solution: Uint8Array }[];
}

interface SharesFile extends EquihashParams {
  readonly name: string;
  readonly shares: readonly { readonly header: string; readonly solution: string }[];
}

/** Headers and solutions of real blocks. */
export function readShares(): ShareSet[] {
  const text = readFileSync(new URL('data/shares.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as SharesFile[]).map(({ shares, ...set }) => ({
    ...set,
    shares: shares.map(({ header, solution }) => ({
      header: decodeHex(header, 140),
      solution: decodeHex(solution),
    })),
  }));
}
