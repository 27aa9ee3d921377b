import type { Solved } from '@adit/chain';
import { bigintFromBytes, decodeHex, encodeHex } from '@adit/primitives';
import { candidatesOf } from '../blocks/candidate-files.ts';
import { shareDigest } from './share.ts';

/** A block or fruit of TrueChain, as the journal knows it. */
export interface JournaledSolution {
  /** Name of the chain in the configuration. */
  readonly chainName: string;
  /** The header: 64 hex digits. */
  readonly workGroup: string;
  /** Hex of the share's digest. */
  readonly digest: string;
  readonly what: 'block' | 'fruit';
  readonly height: number | null;
}

/**
 * Finds the nonce behind a share that found a block or fruit. The journal has the header, and the digest of header and nonce; the file of
 * the candidate has the nonce, and the coinbases that the node may have had.
 * @returns undefined if there is no such file, or no height is known
 * @throws errors of the file system
 */
export async function foundSolution(
  dataFolder: string,
  { chainName, workGroup, digest, what, height }: JournaledSolution,
): Promise<Solved | undefined> {
  const header = decodeHex(workGroup, 32, 'work group');
  const candidates = await candidatesOf(dataFolder, { chain: chainName, beginsWith: `${workGroup}-` });
  for (const candidate of candidates) {
    const nonceHex = candidate.id.slice(workGroup.length + 1);
    if (!/^[0-9a-f]{16}$/.test(nonceHex)) continue;
    const nonce = bigintFromBytes(decodeHex(nonceHex, 8, 'nonce'));
    if (encodeHex(shareDigest(header, nonce)) !== digest) continue;
    const around = candidate.height ?? height;
    return around === null ? undefined : { what, nonce, miners: candidate.coinbases ?? [], around };
  }
  return undefined;
}
