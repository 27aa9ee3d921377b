import {
  type ExpiryClaim,
  extentOf,
  type HistoryMatch,
  LOOK_BACK,
  lastHeightOf,
  matchHistory,
  type NonPayment,
  type PaymentExtent,
  type ProofCondition,
  proofHeight,
  proveByExpiry,
  proveByNoMatch,
  type TransactionLife,
  transactionLife,
  type WalletHistory,
} from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import type { PayoutModules } from './payout-modules.ts';
import type { PayoutStore } from './payout-store.ts';
import { receiversOf, type StoredBatch, type StoredTransaction } from './stored-batch.ts';

/** Proofs that a batch was not paid, or what is missing for them. */
export type BatchProof =
  | { readonly isProved: true; readonly proofs: readonly NonPayment[] }
  | { readonly isProved: false; readonly missing: readonly ProofCondition[]; readonly detail: string };

/** How long a transaction can be mined, by its bytes alone; null if nobody has them, or they cannot be read. */
export function lifeOf({ raw }: StoredTransaction): TransactionLife | null {
  if (raw === null) return null;
  try {
    return transactionLife(raw);
  } catch {
    return null;
  }
}

/** Looks for a batch in a history. Transactions that belong to other batches are left out. */
export async function matchIn(
  queries: Queries,
  store: PayoutStore,
  batch: StoredBatch,
  { sends }: WalletHistory,
): Promise<HistoryMatch> {
  const { tags, txids } = await store.others(queries, batch.position.id, {
    tags: [...new Set(sends.flatMap((send) => send.tags))],
    txids: [...new Set(sends.map(({ txid }) => txid))],
  });
  const own = sends.filter(({ txid }) => !txids.has(txid));
  return matchHistory({ tag: batch.tag, outputs: receiversOf(batch) }, own, tags);
}

/**
 * What a transaction in a block pays of a batch. A building wallet's was compared as a draft, and its bytes are ours.
 * @param history of a sending wallet; null for a building one
 * @returns `unsure` while the wallet has not read up to the block, or not all
 */
export function extentIn(
  batch: StoredBatch,
  { txid, raw }: StoredTransaction,
  history: WalletHistory | null,
  height: number,
): PaymentExtent | 'unsure' {
  if (history === null) return raw === null ? 'unknown' : 'whole';
  const extent = extentOf(txid, receiversOf(batch), history.sends);
  return extent === 'unknown' && (!history.isComplete || history.height < height) ? 'unsure' : extent;
}

/** Transactions that a history shows for a batch. */
export function txidsOf(match: HistoryMatch): readonly string[] {
  if (match.kind === 'none') return [];
  return match.kind === 'one' ? [match.txid] : match.txids;
}

/** First height of a history in which the payment of a batch has to be. */
export function historyFrom({ startHeight }: StoredBatch): number {
  return Math.max(0, (startHeight ?? 0) - LOOK_BACK);
}

/**
 * Asks for proofs that every transaction of a batch is dead.
 * @param history of a sending wallet; null for a building one, which does not watch what it built
 * @throws where nodes or the wallet do not answer
 */
export async function proveExpired(
  batch: StoredBatch,
  history: WalletHistory | null,
  { witness }: PayoutModules,
  margin: number,
): Promise<BatchProof> {
  const proofs: NonPayment[] = [];
  const tip = (await witness.tip())?.height ?? 0;
  for (const transaction of batch.transactions) {
    const claim: ExpiryClaim = {
      batch: batch.position.id,
      txid: transaction.txid,
      builtAt: batch.startHeight ?? 0,
      life: lifeOf(transaction),
      // An upgrade can only end its life earlier. Without it the proof waits longer, and is as good.
      upgradeAt: null,
      inputs: transaction.inputs,
    };
    const last = lastHeightOf(claim);
    const top = proofHeight(claim, witness.configuredNodes, { margin });
    if (last === undefined || top === undefined)
      return lacking(['expiry_known'], `nobody has the bytes of ${transaction.txid}`);
    if (tip < top)
      return lacking(['nodes_agree'], `a proof is possible from height ${top}, the tip is ${tip}`);
    const outcome = proveByExpiry(
      claim,
      {
        isSenderStopped: tip > last,
        configuredNodes: witness.configuredNodes,
        nodes: await witness.hashesAt(top),
        blocks: await witness.blocks(Math.max(0, claim.builtAt - LOOK_BACK), top),
        wallet: wordOf(history, transaction.txid),
      },
      { margin },
    );
    if (!outcome.isProved) return lacking(outcome.missing, `${transaction.txid} is not proved dead`);
    proofs.push(outcome.proof);
  }
  return proofs.length > 0
    ? { isProved: true, proofs }
    : lacking(['expiry_known'], 'no transaction is known');
}

/** Asks for a proof that a call made no transaction. All of it belongs to one look at the wallet. */
export async function proveNoTransaction(
  batch: StoredBatch,
  look: {
    readonly history: WalletHistory;
    readonly match: HistoryMatch;
    readonly identity: string;
    readonly hasRemembered: boolean;
    readonly life: number;
  },
  { witness }: PayoutModules,
  margin: number,
): Promise<BatchProof> {
  const { history, match, identity, hasRemembered, life } = look;
  const outcome = proveByNoMatch(
    {
      batch: batch.position.id,
      calledAt: batch.startHeight ?? 0,
      wallet: batch.identity ?? '',
      endedAt: batch.endedAt,
      life,
    },
    {
      // The call was made once, by a process that holds the lease no more, or by this one.
      isSenderStopped: true,
      configuredNodes: witness.configuredNodes,
      wallet: identity,
      hasRememberedTransactions: hasRemembered,
      isIdle: history.isIdle,
      isComplete: history.isComplete,
      height: history.height,
      hash: history.hash,
      nodes: await witness.hashesAt(history.height),
      tip: (await witness.tip())?.height ?? Number.POSITIVE_INFINITY,
      listedFrom: history.listedFrom,
      match,
    },
    { margin },
  );
  return outcome.isProved
    ? { isProved: true, proofs: [outcome.proof] }
    : lacking(outcome.missing, `not proved yet: ${outcome.missing.join(', ')}`);
}

function wordOf(history: WalletHistory | null, txid: string): 'expired' | 'does_not_know_it' | 'otherwise' {
  const listed = history?.sends.filter((send) => send.txid === txid) ?? [];
  if (listed.length === 0) return 'does_not_know_it';
  return listed.every(({ state }) => state === 'expired') ? 'expired' : 'otherwise';
}

function lacking(missing: readonly ProofCondition[], detail: string): BatchProof {
  return { isProved: false, missing, detail };
}
