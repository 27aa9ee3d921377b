import { encodeHex, equalBytes } from '@adit/primitives';
import type { SnailHeader } from './snail-header.ts';

/** Blocks in order, the oldest first. */
type Branch = readonly { readonly header: SnailHeader; readonly hash: Uint8Array }[];

/** The head of a branch. */
interface BranchHead {
  readonly head: number;
  /** Hex. */
  readonly headHash: string;
}

/** Whether a branch is the better one: the longer, or of two equally long ones the one with the smaller hash. */
export function isBetter(theirs: BranchHead, ours: BranchHead): boolean {
  return theirs.head === ours.head ? theirs.headHash < ours.headHash : theirs.head > ours.head;
}

/** @returns undefined for a branch without blocks */
export function headOf(branch: Branch): BranchHead | undefined {
  const last = branch.at(-1);
  return last === undefined ? undefined : { head: last.header.number, headHash: encodeHex(last.hash) };
}

/** Whether the blocks follow each other, and the first one follows a block with this hash. */
export function isConnected(branch: Branch, parentHash: Uint8Array | undefined): boolean {
  let before: { readonly hash: Uint8Array; readonly number: number | undefined } | undefined =
    parentHash === undefined ? undefined : { hash: parentHash, number: undefined };
  for (const { header, hash } of branch) {
    if (before === undefined || !equalBytes(header.parentHash, before.hash)) return false;
    if (before.number !== undefined && header.number !== before.number + 1) return false;
    before = { hash, number: header.number };
  }
  return true;
}
