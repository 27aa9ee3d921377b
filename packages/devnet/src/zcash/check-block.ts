import { authDataRoot, blockCommitments, displayHash, transactionMerkleRoot } from '@adit/chain';
import type { EquihashVerifier } from '@adit/pow';
import { equalBytes, hashValue, targetFromBits } from '@adit/primitives';
import type { ParsedBlock } from './block.ts';
import { type BlockEntry, type BlockTree, outpointKey } from './block-tree.ts';
import { type CoinbaseRule, checkCoinbase, isCoinbase } from './coinbase.ts';
import { type DifficultyRule, expectedBits, timeBounds } from './difficulty.ts';
import { isPayment } from './payments/payment-rules.ts';
import type { ConsensusRules } from './rules.ts';

/** Why a block is refused: a closed list. */
export type BlockRule =
  | 'unreadable'
  | 'too-large'
  | 'unknown-parent'
  | 'bad-version'
  | 'bad-bits'
  | 'time-too-old'
  | 'time-too-new'
  | 'high-hash'
  | 'invalid-equihash-solution'
  | 'bad-merkle-root'
  | 'duplicate-transaction'
  | 'bad-block-commitments'
  | 'misplaced-coinbase'
  | 'unknown-transaction'
  | 'transaction-already-mined'
  | 'bad-transaction-branch'
  | 'bad-transaction-version'
  | 'transaction-expired'
  | 'inputs-spent'
  | CoinbaseRule;

export interface CheckContext {
  tree: BlockTree;
  rules: ConsensusRules;
  difficulty: DifficultyRule;
  verifier: EquihashVerifier;
  /** Unix seconds. */
  now: number;
  /** Fee of a transaction that the node knows, by its id in display order; undefined for other transactions. */
  feeOf: (txid: string) => bigint | undefined;
  /** False for a proposal, which has no proof yet. */
  withProof: boolean;
  /** Refuses every coinbase script but the node's own. */
  ownScriptOnly: boolean;
}

const MAX_BLOCK_BYTES = 2_000_000;
const MAX_FUTURE_SECONDS = 2 * 60 * 60;

/** The first rule that a block breaks, in the order in which a node checks them; undefined for a valid block. */
export function checkBlock(block: ParsedBlock, context: CheckContext): BlockRule | undefined {
  if (block.raw.length > MAX_BLOCK_BYTES) return 'too-large';
  const parent = context.tree.get(displayHash(block.header.prevHash));
  if (parent === undefined) return 'unknown-parent';
  return (
    checkHeader(block, parent, context) ?? checkRoots(block, parent) ?? checkBody(block, parent, context)
  );
}

function checkHeader(block: ParsedBlock, parent: BlockEntry, context: CheckContext): BlockRule | undefined {
  const { header } = block;
  // Versions are signed: 4 and above are valid, and anything with the top bit set is negative.
  if (header.version < 4 || header.version > 0x7fff_ffff) return 'bad-version';
  if (header.bits !== expectedBits(parent, context.difficulty)) return 'bad-bits';
  const { least, greatest } = timeBounds(parent);
  if (header.time < least) return 'time-too-old';
  if (header.time > Math.min(greatest, context.now + MAX_FUTURE_SECONDS)) return 'time-too-new';
  if (!context.withProof) return undefined;
  if (hashValue(block.hash) > targetFromBits(header.bits)) return 'high-hash';
  const verdict = context.verifier.verify(block.headerBytes, block.solution);
  return verdict === 'valid' ? undefined : 'invalid-equihash-solution';
}

function checkRoots(block: ParsedBlock, parent: BlockEntry): BlockRule | undefined {
  const { transactions, header } = block;
  if (transactions.length === 0) return 'coinbase-missing';
  if (!equalBytes(header.merkleRoot, transactionMerkleRoot(transactions.map(({ txid }) => txid)))) {
    return 'bad-merkle-root';
  }
  // The Bitcoin tree cannot distinguish a doubled last transaction from its padding (CVE-2012-2459).
  const ids = new Set(transactions.map(({ txid }) => displayHash(txid)));
  if (ids.size !== transactions.length) return 'duplicate-transaction';
  const authRoot = authDataRoot(transactions.map((transaction) => transaction.authDigest));
  return equalBytes(header.reserved, blockCommitments(parent.historyRoot, authRoot))
    ? undefined
    : 'bad-block-commitments';
}

function checkBody(block: ParsedBlock, parent: BlockEntry, context: CheckContext): BlockRule | undefined {
  const [coinbase, ...others] = block.transactions;
  const height = parent.height + 1;
  const rules = context.rules.at(height);
  if (block.transactions.some(({ transaction }) => !rules.versions.includes(transaction.version))) {
    return 'bad-transaction-version';
  }
  let fees = 0n;
  const spent = new Set<string>();
  for (const { transaction, txid } of others) {
    if (isCoinbase(transaction)) return 'misplaced-coinbase';
    const id = displayHash(txid);
    const fee = context.feeOf(id);
    if (fee === undefined) return 'unknown-transaction';
    if (transaction.version !== 4 && transaction.branchId !== rules.branchId) return 'bad-transaction-branch';
    if (transaction.expiryHeight !== 0 && transaction.expiryHeight < height) return 'transaction-expired';
    if (context.tree.branchHolds(parent, id)) return 'transaction-already-mined';
    // Only payments spend what is known; nobody can spend an output twice, on one branch or in one block.
    for (const { prevout } of isPayment(transaction) ? transaction.inputs : []) {
      const outpoint = outpointKey(prevout);
      if (spent.has(outpoint) || context.tree.branchSpends(parent, outpoint)) return 'inputs-spent';
      spent.add(outpoint);
    }
    fees += fee;
  }
  const { ownScriptOnly } = context;
  return checkCoinbase(coinbase?.transaction, { rules, height, fees, ownScriptOnly });
}
