import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../shared/vectors/', import.meta.url);

/** For `{ skip }`: false if the vectors are there, otherwise the reason. */
export const NO_VECTORS: string | false = existsSync(FOLDER) ? false : '../shared/vectors is missing';

export interface DifficultyVectors {
  readonly diff1: { readonly mainnet: string; readonly testnet: string; readonly regtest: string };
  readonly compact: readonly {
    readonly nbits: string;
    readonly negative: boolean;
    readonly overflow: boolean;
    readonly target: string | null;
  }[];
  readonly real_blocks: readonly {
    readonly nbits: string;
    readonly nbits_header_order: string;
    readonly target: string;
    readonly network: 'mainnet' | 'testnet';
    readonly compact_roundtrip: boolean;
    readonly difficulty_powlimit_full: number;
  }[];
  readonly set_target: readonly {
    readonly network: 'mainnet' | 'testnet';
    readonly difficulty: number;
    readonly set_target: string;
  }[];
}

export interface TruehashTargets {
  readonly pairs: readonly { readonly difficulty: string; readonly target: string }[];
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
}

export const difficulty = (): DifficultyVectors => read('zcash/difficulty.json') as DifficultyVectors;
export const truehashTargets = (): TruehashTargets => read('truehash/targets.json') as TruehashTargets;
