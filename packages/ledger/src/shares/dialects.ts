import { AditError, encodeHex, reverseBytes, weightOfEitherHalf, weightOfTarget } from '@adit/primitives';

/** What the ledger has to know about the shares of a dialect. A new dialect is a row of {@link SHARE_DIALECTS}. */
export interface ShareDialect {
  /** Expected solutions or hashes of a block or fruit, by the network's target: the same function as for the target of a share. */
  readonly networkWeight: (target: bigint) => bigint;
  /** The name of a block in the books, by the digest of its share. It has to be settled before any node is asked. */
  readonly blockName: (digest: Uint8Array) => string;
}

/**
 * The dialects by their names in the journal.
 *
 * A digest of `zcash` is the hash of the block in header order, so the name is the hash as explorers print it. A solution of
 * `truestratum` has no hash before its block is made: the digest of its header and nonce is its name.
 */
export const SHARE_DIALECTS: Readonly<Record<string, ShareDialect>> = {
  zcash: { networkWeight: weightOfTarget, blockName: (digest) => encodeHex(reverseBytes(digest)) },
  truestratum: { networkWeight: weightOfEitherHalf, blockName: encodeHex },
};

/** @throws AditError `ADIT_LEDGER_NETWORK_WEIGHT` for a dialect of a newer program */
export function shareDialect(name: string): ShareDialect {
  const found = Object.hasOwn(SHARE_DIALECTS, name) ? SHARE_DIALECTS[name] : undefined;
  if (found !== undefined) return found;
  throw new AditError(
    'ADIT_LEDGER_NETWORK_WEIGHT',
    `shares of the dialect "${name}" cannot be scored: this program knows ${Object.keys(SHARE_DIALECTS).join(', ')}`,
  );
}
