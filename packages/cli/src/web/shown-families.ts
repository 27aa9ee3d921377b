import type { ChainFacts, MinerProgram } from '@adit/api/public';
import { blockSecondsAt, zcashChain } from '@adit/chain';
import { weightOfTarget } from '@adit/primitives';
import type { Family } from '../config/config-family.ts';
import type { ChainConfig } from '../config/families.ts';
import { ALL_PROGRAMS } from './programs.ts';

/** What pages say of a chain that the pool does not know. */
export interface ShownFamily {
  readonly coinName: string;
  readonly unit: ChainFacts['coin']['unit'];
  readonly algorithm: string;
  /** @param height of the newest work; null where it is not known */
  readonly blockSeconds: (height: number | null) => number | null;
  readonly difficultyOne: number | null;
  readonly maturity: number | null;
  /** Hash of a block from the digest of its share, and back. */
  readonly hashOfDigest: (digest: string) => string;
  readonly digestOfHash: (hash: string) => string;
  readonly programs: readonly MinerProgram[];
}

/** By family. A family without a row does not compile. */
export const SHOWN_FAMILIES: Readonly<Record<Family, (chain: ChainConfig) => ShownFamily>> = {
  zcash({ network }) {
    const params = zcashChain(network);
    const { n, k, personalization } = params.equihash;
    return {
      coinName: network,
      unit: 'Sol/s',
      algorithm: `Equihash ${n},${k}`,
      blockSeconds: (height) => (height === null ? null : blockSecondsAt(params, height)),
      difficultyOne: Number(weightOfTarget(params.powLimit)),
      maturity: 100,
      // A digest is the hash in header order, and explorers print it the other way round.
      hashOfDigest: reversed,
      digestOfHash: reversed,
      programs: ALL_PROGRAMS.equihash({ n, k, pers: personalization, network }),
    };
  },
  truechain: () => ({
    coinName: 'truechain',
    unit: 'H/s',
    algorithm: 'TrueHash',
    blockSeconds: () => null,
    difficultyOne: null,
    maturity: null,
    hashOfDigest: (digest) => digest,
    digestOfHash: (hash) => hash,
    programs: ALL_PROGRAMS.truehash(),
  }),
};

function reversed(hex: string): string {
  return Buffer.from(hex, 'hex').reverse().toString('hex');
}
