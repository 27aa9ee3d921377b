import { blockHalf, fruitHalf, type TrueHashDataset } from '@adit/pow';
import { bigintFromBytes } from '@adit/primitives';
import { badField, readData } from './wire.ts';

/** What TrueChain asks miners to solve. Immutable. */
export interface TrueChainWork {
  readonly kind: 'truechain';
  /** Unique per template that a work source handed out. */
  readonly id: string;
  /** 32 bytes: the header without its nonce. */
  readonly headerHash: Uint8Array;
  readonly dataset: TrueHashDataset;
  /** Inclusive bound of the second half of a digest; 0n: no fruit is wanted. */
  readonly fruitTarget: bigint;
  /** Inclusive bound of the first half of a digest; 0n: no block is wanted. */
  readonly blockTarget: bigint;
  /** Number of the snail block that is being mined, if the node told it. It may be one block too low. */
  readonly snailNumber?: number;
  /**
   * Addresses that the header may pay, 0x and 40 lower-case digits: one, or two if the node's coinbase changed around
   * that time. Absent if the node does not tell it.
   */
  readonly coinbases?: readonly string[];
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** The four strings of etrue_getWork as bytes and integers. */
export interface WorkAnswer {
  readonly headerHash: Uint8Array;
  /** Hash of the dataset. */
  readonly seedHash: Uint8Array;
  readonly fruitTarget: bigint;
  readonly blockTarget: bigint;
}

/**
 * Reads [header, seedhash, fruit target, block target]. (The fruit target comes first, unlike in the etrue stratum.)
 *
 * The work is not ready if the seedhash is empty (the node has not built the epoch since its start), or if both targets
 * are zero.
 * @throws AditError `ADIT_BAD_FIELD`
 */
export function workFromAnswer(answer: unknown): WorkAnswer | 'not_ready' {
  if (!Array.isArray(answer) || answer.length !== 4) throw badField('getWork', 'a list of 4 strings');
  const [header, seed, fruit, block] = answer as readonly unknown[];
  const headerHash = readData(header, 32, 'getWork[0] (header hash)');
  const fruitTarget = bigintFromBytes(readData(fruit, 16, 'getWork[2] (fruit target)'));
  const blockTarget = bigintFromBytes(readData(block, 16, 'getWork[3] (block target)'));
  if (seed === '' || seed === '0x' || (fruitTarget === 0n && blockTarget === 0n)) return 'not_ready';
  return { headerHash, seedHash: readData(seed, 32, 'getWork[1] (seedhash)'), fruitTarget, blockTarget };
}

/**
 * What a digest solves. The node compares with `<=`. A digest that meets both targets is called a block, which is worth
 * more, although a remote node may take it as a fruit (the node checks for a fruit first).
 */
export function solutionKind(
  digest: Uint8Array,
  work: { readonly fruitTarget: bigint; readonly blockTarget: bigint },
): 'block' | 'fruit' | undefined {
  if (work.blockTarget !== 0n && blockHalf(digest) <= work.blockTarget) return 'block';
  if (work.fruitTarget !== 0n && fruitHalf(digest) <= work.fruitTarget) return 'fruit';
  return undefined;
}
