import { createHash } from 'node:crypto';
import { encodeHex, equalBytes } from '@adit/primitives';
import { type CoinbaseParts, coinbaseDigests, encodeCoinbase, takeCoinbaseApart } from './coinbase.ts';
import { beginsWithHeight, roomForText, scriptWithText } from './coinbase-script.ts';
import { blockCommitments, rootOfAuthDataPath, rootOfTransactionPath } from './merkle.ts';

/** The fields of a work as the node made it; see `ZcashWork`. */
interface Untouched {
  readonly id: string;
  readonly height: number;
  readonly coinbase: Uint8Array;
  readonly merkleRoot: Uint8Array;
  readonly reserved: Uint8Array;
}

/** The digests that a node gave with a template, and the paths from its coinbase up to the roots. */
export interface GivenDigests {
  /** Header order. */
  readonly coinbaseTxid: Uint8Array;
  /** Hash order. */
  readonly coinbaseAuthDigest: Uint8Array | undefined;
  readonly transactionPath: readonly Uint8Array[];
  /** Undefined unless the node gave the auth digest of every transaction. */
  readonly authDataPath: readonly Uint8Array[] | undefined;
  /** Hash order. */
  readonly chainHistoryRoot: Uint8Array | undefined;
}

/**
 * Varies a work: gives its coinbase another text. One exists only if every digest that the node gave could be
 * recomputed from the bytes ({@link coinbaseVariation}). A text costs at most two hashes for the coinbase, one for each
 * level of the one tree that changes (of ids in version 4, of auth digests from version 5 on), one for the commitments
 * and one for the work's id. Transactions are neither read nor copied.
 */
export class CoinbaseVariation {
  readonly #untouched: Untouched;
  readonly #parts: CoinbaseParts;
  readonly #given: GivenDigests;

  constructor(untouched: Untouched, modules: { parts: CoinbaseParts; given: GivenDigests }) {
    this.#untouched = untouched;
    this.#parts = modules.parts;
    this.#given = modules.given;
  }

  /** Greatest length of a text in bytes. */
  get maxText(): number {
    return roomForText(this.#untouched.height);
  }

  /**
   * The fields of the work that change with the text.
   * @throws AditError `ADIT_BAD_COINBASE_TEXT`
   */
  vary(text: Uint8Array) {
    const { height, id } = this.#untouched;
    const script = scriptWithText(this.#parts.script, height, text);
    const digest = createHash('sha256').update(id).update(script).digest();
    const { coinbase, merkleRoot, reserved } = this.withScript(script);
    return { id: `${height}-${encodeHex(digest.subarray(0, 8))}`, coinbase, merkleRoot, reserved };
  }

  /** The coinbase with a script, its own digests, and the roots that follow from them. */
  withScript(script: Uint8Array) {
    const { merkleRoot, reserved } = this.#untouched;
    const { transactionPath, authDataPath, chainHistoryRoot } = this.#given;
    const coinbase = encodeCoinbase(this.#parts, script);
    const { txid, authDigest } = coinbaseDigests(this.#parts, script, coinbase);
    // The auth digest of version 4 is a constant, and the id of later versions does not cover the script.
    const roots =
      this.#parts.fixed === undefined || authDataPath === undefined || chainHistoryRoot === undefined
        ? { merkleRoot: rootOfTransactionPath(txid, transactionPath), reserved }
        : {
            merkleRoot,
            reserved: blockCommitments(chainHistoryRoot, rootOfAuthDataPath(authDigest, authDataPath)),
          };
    return { coinbase, txid, authDigest, ...roots };
  }
}

/**
 * Splits the coinbase of a template, and recomputes all digests that the node gave.
 * @returns undefined if the format is unknown, if a digest differs, or if one that a text would change is missing
 */
export function coinbaseVariation(untouched: Untouched, given: GivenDigests): CoinbaseVariation | undefined {
  const parts = takeCoinbaseApart(untouched.coinbase);
  if (parts === undefined || !beginsWithHeight(parts.script, untouched.height)) return undefined;
  const needsRoots = parts.fixed !== undefined;
  if (needsRoots && (given.coinbaseAuthDigest === undefined || given.authDataPath === undefined)) {
    return undefined;
  }
  if (needsRoots && given.chainHistoryRoot === undefined) return undefined;
  const variation = new CoinbaseVariation(untouched, { parts, given });
  const { coinbase, txid, authDigest, merkleRoot, reserved } = variation.withScript(parts.script);
  const agrees =
    equalBytes(coinbase, untouched.coinbase) &&
    equalBytes(txid, given.coinbaseTxid) &&
    (given.coinbaseAuthDigest === undefined || equalBytes(authDigest, given.coinbaseAuthDigest)) &&
    equalBytes(merkleRoot, untouched.merkleRoot) &&
    equalBytes(reserved, untouched.reserved);
  return agrees ? variation : undefined;
}
