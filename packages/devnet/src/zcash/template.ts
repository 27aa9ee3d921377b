import { authDataRoot, blockCommitments, displayHash, transactionMerkleRoot } from '@adit/chain';
import { encodeHex, targetFromBits, targetToHex } from '@adit/primitives';
import type { BlockEntry } from './block-tree.ts';
import { MINER_SCRIPT, makeCoinbase } from './coinbase.ts';
import { type DifficultyRule, expectedBits, timeBounds } from './difficulty.ts';
import type { KnownTransaction } from './mempool.ts';
import type { ConsensusRules } from './rules.ts';
import { encodeTransaction, type TransparentTransaction } from './transaction.ts';
import { authDigest, transactionId } from './transaction-digests.ts';

/** What the block after a parent is made of. Templates use it, and so do the blocks that the devnet makes itself. */
export interface Candidate {
  parent: BlockEntry;
  height: number;
  bits: number;
  minTime: number;
  maxTime: number;
  /** The clock, limited to the times that the block may have. */
  time: number;
  coinbase: TransparentTransaction;
  coinbaseRaw: Uint8Array;
  coinbaseTxid: Uint8Array;
  coinbaseAuthDigest: Uint8Array;
  transactions: readonly KnownTransaction[];
  fees: bigint;
  merkleRoot: Uint8Array;
  authRoot: Uint8Array;
  commitments: Uint8Array;
  /** Whether the template contains roots and auth digests. */
  described: boolean;
}

export interface CandidateOptions {
  parent: BlockEntry;
  transactions: readonly KnownTransaction[];
  rules: ConsensusRules;
  described: boolean;
  difficulty: DifficultyRule;
  /** Unix seconds. */
  now: number;
  /** Output script of the reward. Default: the node's own miner address. */
  payTo?: Uint8Array;
}

export function makeCandidate(options: CandidateOptions): Candidate {
  const { parent, transactions, difficulty, now } = options;
  const height = parent.height + 1;
  const fees = transactions.reduce((sum, { fee }) => sum + fee, 0n);
  const coinbase = makeCoinbase({
    rules: options.rules.at(height),
    height,
    fees,
    payTo: options.payTo ?? MINER_SCRIPT,
  });
  const coinbaseTxid = transactionId(coinbase);
  const coinbaseAuthDigest = authDigest(coinbase);
  const authRoot = authDataRoot([coinbaseAuthDigest, ...transactions.map((item) => item.authDigest)]);
  const { least, greatest } = timeBounds(parent);
  return {
    parent,
    height,
    bits: expectedBits(parent, difficulty),
    minTime: least,
    maxTime: greatest,
    time: Math.min(Math.max(now, least), greatest),
    coinbase,
    coinbaseRaw: encodeTransaction(coinbase),
    coinbaseTxid,
    coinbaseAuthDigest,
    transactions,
    fees,
    merkleRoot: transactionMerkleRoot([coinbaseTxid, ...transactions.map((item) => item.txid)]),
    authRoot,
    commitments: blockCommitments(parent.historyRoot, authRoot),
    described: options.described,
  };
}

/** The answer to `getblocktemplate`, with the fields that Zebra gives. Hashes are in display order. */
export function templateJson(candidate: Candidate, submitOld: boolean | undefined): Record<string, unknown> {
  const { coinbaseRaw, coinbaseTxid, coinbaseAuthDigest, fees, parent, bits, described } = candidate;
  const authdigest = (digest: Uint8Array) => (described ? { authdigest: displayHash(digest) } : {});
  const commitments = displayHash(candidate.commitments);
  return {
    capabilities: ['proposal'],
    version: 4,
    previousblockhash: parent.id,
    blockcommitmentshash: commitments,
    lightclientroothash: commitments,
    finalsaplingroothash: commitments,
    ...(described
      ? {
          defaultroots: {
            merkleroot: displayHash(candidate.merkleRoot),
            chainhistoryroot: displayHash(parent.historyRoot),
            authdataroot: displayHash(candidate.authRoot),
            blockcommitmentshash: commitments,
          },
        }
      : {}),
    transactions: candidate.transactions.map((transaction) => ({
      data: encodeHex(transaction.raw),
      hash: transaction.id,
      ...authdigest(transaction.authDigest),
      depends: [],
      fee: transaction.fee,
      sigops: 2,
      required: false,
    })),
    coinbasetxn: {
      data: encodeHex(coinbaseRaw),
      hash: displayHash(coinbaseTxid),
      ...authdigest(coinbaseAuthDigest),
      depends: [],
      fee: -fees,
      sigops: 1,
      required: true,
    },
    longpollid: longPollId(candidate),
    target: targetToHex(targetFromBits(bits), 32),
    mintime: candidate.minTime,
    mutable: ['time', 'transactions', 'prevblock'],
    noncerange: '00000000ffffffff',
    sigoplimit: 20_000,
    sizelimit: 2_000_000,
    curtime: candidate.time,
    bits: bits.toString(16).padStart(8, '0'),
    height: candidate.height,
    maxtime: candidate.maxTime,
    ...(submitOld === undefined ? {} : { submitold: submitOld }),
  };
}

/** Length of a long-poll id, and of its part that depends on the tip alone. */
export const LONG_POLL_ID_LENGTH = 46;
export const LONG_POLL_TIP_LENGTH = 28;

/**
 * 46 characters, as in Zebra: tip height (10), tip hash (8), greatest time (10), count of waiting transactions (10), a
 * checksum of their ids (8).
 */
export function longPollId(candidate: Pick<Candidate, 'parent' | 'maxTime' | 'transactions'>): string {
  const { parent, maxTime, transactions } = candidate;
  let checksum = 0;
  for (const { id } of transactions) checksum = (checksum ^ Number.parseInt(id.slice(0, 8), 16)) >>> 0;
  return [
    String(parent.height).padStart(10, '0'),
    parent.id.slice(-8),
    String(maxTime).padStart(10, '0'),
    String(transactions.length).padStart(10, '0'),
    checksum.toString(16).padStart(8, '0'),
  ].join('');
}
