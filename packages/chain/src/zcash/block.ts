import { encodeZcashHeader, equihashSizes } from '@adit/pow';
import { AditError, compactSize, concatBytes } from '@adit/primitives';
import type { ZcashWork } from './work.ts';

/** A solved header: the time and nonce that were hashed, and the solution without its length prefix. */
export interface SolvedHeader {
  time: number;
  /** 32 bytes, header order. */
  nonce: Uint8Array;
  solution: Uint8Array;
}

/** The 140 bytes that Equihash takes. @param nonce 32 bytes */
export function headerOf(work: ZcashWork, time: number, nonce: Uint8Array): Uint8Array {
  const { version, prevHash, merkleRoot, reserved, bits } = work;
  return encodeZcashHeader({ version, prevHash, merkleRoot, reserved, time, bits, nonce });
}

/**
 * The serialised block for `submitblock`.
 * @throws AditError `ADIT_BAD_SOLUTION` if the length of the solution is not that of the chain's parameters
 */
export function assembleBlock(work: ZcashWork, solved: SolvedHeader): Uint8Array {
  const { prefix, solutionBytes } = equihashSizes(work.chain.equihash);
  if (solved.solution.length !== solutionBytes) {
    throw new AditError('ADIT_BAD_SOLUTION', `the solution must have ${solutionBytes} bytes`);
  }
  return concatBytes(
    headerOf(work, solved.time, solved.nonce),
    prefix,
    solved.solution,
    compactSize(1 + work.transactions.length),
    work.coinbase,
    ...work.transactions,
  );
}

/** A block whose proof is all zeros, for the proposal mode of `getblocktemplate`, which does not check the proof. */
export function proposalBlock(work: ZcashWork): Uint8Array {
  const { solutionBytes } = equihashSizes(work.chain.equihash);
  return assembleBlock(work, {
    time: work.time,
    nonce: new Uint8Array(32),
    solution: new Uint8Array(solutionBytes),
  });
}
