import type { HistoryMatch } from './history-match.ts';
import { agreedHash, conclude, marginOf, type NodeHash, type ProofOutcome } from './proof.ts';
import { LOOK_BACK, type ProofOptions } from './proof-by-expiry.ts';

/** A batch whose wallet was called, and of which no transaction id is known. */
export interface UnknownClaim {
  readonly batch: string;
  /** Height of the tip before the call. */
  readonly calledAt: number;
  /** Identity of the wallet at the call: seed, account and database. A rebuilt database forgets what was never mined. */
  readonly wallet: string;
  /**
   * Height of the tip at which the operation is known to have ended; null while it is not. A transaction that is built late expires
   * late, so the time of the call says nothing about it.
   */
  readonly endedAt: number | null;
  /** Blocks that a transaction of this wallet lives at most: its expiry is this much above the tip at which it is built. */
  readonly life: number;
}

/** One look at the wallet. All of it belongs to the same moment. */
export interface UnknownEvidence {
  readonly isSenderStopped: boolean;
  readonly configuredNodes: number;
  /** Identity of the wallet now. */
  readonly wallet: string;
  /** Transactions that the wallet was known to have before the call are all there. */
  readonly hasRememberedTransactions: boolean;
  /** No operation of the wallet waits or runs. */
  readonly isIdle: boolean;
  /** It has nothing more to fetch for what it has seen. */
  readonly isComplete: boolean;
  readonly height: number;
  /** Hash of the wallet's own block at that height. */
  readonly hash: string;
  /** Hashes at the wallet's height, of each node that was asked: a wallet on a dead branch calls itself synced. */
  readonly nodes: readonly NodeHash[];
  /** Highest tip of the nodes. */
  readonly tip: number;
  /** Lowest height of the listing, in one call without an end. */
  readonly listedFrom: number;
  readonly match: HistoryMatch;
}

/**
 * Proof that a call to a wallet made no transaction. Wallets store a transaction before they send it, so one that is in no listing
 * of the same database was not made, as long as nothing can make it any more; the wait until all that it could have made has
 * expired is there for the listing that was too early.
 */
export function proveByNoMatch(
  claim: UnknownClaim,
  evidence: UnknownEvidence,
  options: ProofOptions = {},
): ProofOutcome {
  const { batch, calledAt, endedAt, life } = claim;
  const { configuredNodes, height, hash, nodes } = evidence;
  const agreed = agreedHash(nodes, configuredNodes);
  return conclude(
    { batch, method: 'no_match', txid: null },
    {
      sender_stopped: evidence.isSenderStopped,
      same_wallet: evidence.wallet === claim.wallet && evidence.hasRememberedTransactions,
      operation_ended: endedAt !== null && evidence.isIdle,
      nodes_agree: agreed !== undefined,
      wallet_synced: evidence.isComplete && height >= evidence.tip && agreed === hash,
      past_expiry: endedAt !== null && height > endedAt + life + marginOf(configuredNodes, options.margin),
      listing_complete: evidence.listedFrom <= Math.max(0, calledAt - LOOK_BACK),
      no_match: evidence.match.kind === 'none',
    },
  );
}
