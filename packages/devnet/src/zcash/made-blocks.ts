import { randomBytes } from 'node:crypto';
import { type EquihashSizes, encodeZcashHeader } from '@adit/pow';
import { bitsFromTarget } from '@adit/primitives';
import { encodeBlock, type ParsedBlock, parseBlock } from './block.ts';
import type { ConsensusRules } from './rules.ts';
import type { Candidate } from './template.ts';
import { encodeTransaction } from './transaction.ts';

/** A block of a candidate, with a random nonce and without a proof. */
export function blockOf(candidate: Candidate, sizes: EquihashSizes): ParsedBlock {
  const header = encodeZcashHeader({
    version: 4,
    prevHash: candidate.parent.block.hash,
    merkleRoot: candidate.merkleRoot,
    reserved: candidate.commitments,
    time: candidate.time,
    bits: candidate.bits,
    nonce: randomBytes(32),
  });
  const bodies = [candidate.coinbaseRaw, ...candidate.transactions.map(({ raw }) => raw)];
  return parseBlock(encodeBlock(header, new Uint8Array(sizes.solutionBytes), sizes, bodies), sizes);
}

/** The first block. It has no parent, and its coinbase pays nobody. */
export function firstBlock(
  options: { readonly initialTarget: bigint; readonly startHeight: number; readonly now: () => number },
  rules: ConsensusRules,
  sizes: EquihashSizes,
): ParsedBlock {
  const { initialTarget, now, startHeight } = options;
  const { coinbaseVersion, branchId, blockSeconds } = rules.at(startHeight);
  const header = encodeZcashHeader({
    version: 4,
    prevHash: new Uint8Array(32),
    merkleRoot: new Uint8Array(32),
    reserved: new Uint8Array(32),
    time: Math.floor(now()) - blockSeconds,
    bits: bitsFromTarget(initialTarget),
    nonce: randomBytes(32),
  });
  const coinbase = encodeTransaction({
    version: coinbaseVersion,
    branchId: coinbaseVersion === 4 ? 0 : branchId,
    lockTime: 0,
    expiryHeight: startHeight,
    inputs: [],
    outputs: [],
  });
  return parseBlock(encodeBlock(header, new Uint8Array(sizes.solutionBytes), sizes, [coinbase]), sizes);
}
