import { createHash } from 'node:crypto';
import { equihashSizes, ZCASH_HEADER_BYTES } from '@adit/pow';
import { compactSize, encodeHex, equalBytes } from '@adit/primitives';
import { MAX_BLOCK_BYTES } from './block-limits.ts';
import type { BlockPayment } from './block-payment.ts';
import type { ZcashChainParams } from './chains.ts';
import {
  type CoinbaseParts,
  coinbaseDigests,
  encodeCoinbase,
  payOthers,
  scriptOf,
  takeCoinbaseApart,
} from './coinbase.ts';
import { beginsWithHeight, roomForText, scriptWithText } from './coinbase-script.ts';
import { blockCommitments, rootOfAuthDataPath, rootOfTransactionPath } from './merkle.ts';
import type { OpaqueCause } from './opaque-cause.ts';
import { fault, type PayeesFault } from './payees-fault.ts';
import { findOperatorOutput, payeesFault, sigopsFault } from './payees-rules.ts';

/** The fields of a work as the node made it; see `ZcashWork`. */
export interface UntouchedWork {
  readonly id: string;
  readonly chain: ZcashChainParams;
  readonly height: number;
  readonly coinbase: Uint8Array;
  readonly transactions: readonly Uint8Array[];
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
  /** Signature checks of all transactions, as the node counts them; undefined where it does not tell. */
  readonly sigops: number | undefined;
}

/**
 * Varies a work: gives its coinbase another text, or other payees. One exists only if every digest that the node gave
 * could be recomputed from the bytes ({@link coinbaseVariation}). A text costs at most two hashes for the coinbase, one
 * for each level of the one tree that changes (of ids in version 4, of auth digests from version 5 on), one for the
 * commitments and one for the work's id. Transactions are neither read nor copied.
 */
export class CoinbaseVariation {
  readonly #untouched: UntouchedWork;
  readonly #parts: CoinbaseParts;
  readonly #given: GivenDigests;
  #otherBytes: number | undefined;

  constructor(untouched: UntouchedWork, modules: { parts: CoinbaseParts; given: GivenDigests }) {
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
    const { coinbase, merkleRoot, reserved } = this.withScript(script);
    return { id: this.#idOf(id, script), coinbase, merkleRoot, reserved };
  }

  /** What the node's coinbase pays to a script, in zatoshi. */
  operatorReward(operator: Uint8Array): bigint | PayeesFault {
    const found = findOperatorOutput(this.#parts.payments, operator);
    return 'cause' in found ? found : found.value;
  }

  /**
   * The fields of a work that change with its payees.
   * @param varied this work, or one that {@link vary} made: its script stays
   */
  pay(varied: Pick<UntouchedWork, 'id' | 'coinbase'>, { operator, outputs }: BlockPayment) {
    const { payments } = this.#parts;
    const found = findOperatorOutput(payments, operator);
    if ('cause' in found) return found;
    if (payments === undefined) return fault('unread', 'the outputs of the coinbase cannot be read');
    const refusal = payeesFault(outputs, found.value) ?? sigopsFault(outputs, this.#given.sigops);
    if (refusal !== undefined) return refusal;
    const all = payments.outputs.toSpliced(found.index, 1, ...outputs);
    const script = scriptOf(this.#parts, varied.coinbase);
    const { coinbase, txid } = payOthers(this.#parts, payments, script, all);
    const bytes = this.#bytesBeside() + coinbase.length;
    if (bytes > MAX_BLOCK_BYTES)
      return fault(
        'block_too_long',
        `the block would have ${bytes} bytes, and at most ${MAX_BLOCK_BYTES} are allowed`,
      );
    const merkleRoot = rootOfTransactionPath(txid, this.#given.transactionPath);
    return { id: this.#idOf(varied.id, txid), coinbase, merkleRoot };
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

  /** Bytes of a block beside its coinbase. They are counted once: a work may have thousands of payees. */
  #bytesBeside(): number {
    if (this.#otherBytes !== undefined) return this.#otherBytes;
    const { chain, transactions } = this.#untouched;
    const { prefix, solutionBytes } = equihashSizes(chain.equihash);
    this.#otherBytes =
      ZCASH_HEADER_BYTES +
      prefix.length +
      solutionBytes +
      compactSize(1 + transactions.length).length +
      transactions.reduce((sum, { length }) => sum + length, 0);
    return this.#otherBytes;
  }

  #idOf(from: string, what: Uint8Array): string {
    const digest = createHash('sha256').update(from).update(what).digest();
    return `${this.#untouched.height}-${encodeHex(digest.subarray(0, 8))}`;
  }
}

/**
 * Splits the coinbase of a template, and recomputes all digests that the node gave.
 * @returns the cause where it must stay as it is
 */
export function coinbaseVariation(
  untouched: UntouchedWork,
  given: GivenDigests,
): CoinbaseVariation | Exclude<OpaqueCause, 'unproven'> {
  const parts = takeCoinbaseApart(untouched.coinbase);
  if (parts === undefined) return 'unknown_format';
  if (!beginsWithHeight(parts.script, untouched.height)) return 'other_height';
  const needsRoots = parts.fixed !== undefined;
  if (needsRoots && (given.coinbaseAuthDigest === undefined || given.authDataPath === undefined)) {
    return 'missing_digests';
  }
  if (needsRoots && given.chainHistoryRoot === undefined) return 'missing_digests';
  const variation = new CoinbaseVariation(untouched, { parts, given });
  const { coinbase, txid, authDigest, merkleRoot, reserved } = variation.withScript(parts.script);
  const agrees =
    equalBytes(coinbase, untouched.coinbase) &&
    equalBytes(txid, given.coinbaseTxid) &&
    (given.coinbaseAuthDigest === undefined || equalBytes(authDigest, given.coinbaseAuthDigest)) &&
    equalBytes(merkleRoot, untouched.merkleRoot) &&
    equalBytes(reserved, untouched.reserved);
  return agrees ? variation : 'other_digests';
}
