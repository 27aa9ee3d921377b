import { agreedHash, conclude, marginOf, type NodeHash, type ProofOutcome } from './proof.ts';
import type { TransactionLife } from './transaction-life.ts';

/** Blocks before the tip of that time where a proof begins to look: the tip may have been reorganised since. */
export const LOOK_BACK = 100;

/** A transaction that is said not to pay a batch. */
export interface ExpiryClaim {
  readonly batch: string;
  readonly txid: string;
  /** H0: height of the tip when it was built. */
  readonly builtAt: number;
  /** Read from the stored bytes by `transactionLife`; null if there are no bytes. */
  readonly life: TransactionLife | null;
  /** Height of the next upgrade after the transaction's consensus branch; null if none is planned. */
  readonly upgradeAt: number | null;
  /** Its inputs, as `txid:index`. They matter to v4, whose id strangers can change; empty for shielded inputs. */
  readonly inputs: readonly string[];
}

/** A block as a node gave it. */
export interface ScannedBlock {
  readonly height: number;
  readonly hash: string;
  readonly previous: string;
  readonly txids: readonly string[];
  /** Transparent inputs that its transactions spend. Only the proof about a v4 transaction reads them. */
  readonly spends?: readonly string[];
}

/** What was found about it. */
export interface ExpiryEvidence {
  /** Our own sender does not broadcast it any more, and this process holds the lease. */
  readonly isSenderStopped: boolean;
  /** Nodes in the configuration. */
  readonly configuredNodes: number;
  /** Hashes of the block at `proofHeight`, of each node that was asked. */
  readonly nodes: readonly NodeHash[];
  /** All blocks from `LOOK_BACK` below `builtAt` to `proofHeight`, ascending, from one node. */
  readonly blocks: readonly ScannedBlock[];
  /** What the wallet says about it. Its word alone proves nothing: at the expiry height it says "expired" too early. */
  readonly wallet: 'expired' | 'does_not_know_it' | 'otherwise';
}

/** How a proof may be stricter than it must be. */
export interface ProofOptions {
  /** Blocks beyond the expiry; at least what `marginOf` says. */
  readonly margin?: number;
}

/** @returns the last height at which the transaction can be mined, or undefined if it can be for ever, or nobody knows */
export function lastHeightOf({ life, upgradeAt }: ExpiryClaim): number | undefined {
  if (life === null || life.expiry === 0) return undefined;
  // Bytes that were made for one consensus branch are not valid in the next one.
  return upgradeAt === null ? life.expiry : Math.min(life.expiry, upgradeAt - 1);
}

/** @returns the height that the chain must have reached for a proof, or undefined if it never will be one */
export function proofHeight(
  claim: ExpiryClaim,
  configuredNodes: number,
  options: ProofOptions = {},
): number | undefined {
  const last = lastHeightOf(claim);
  return last === undefined ? undefined : last + marginOf(configuredNodes, options.margin);
}

/**
 * Proof that a transaction was not mined before it expired (ZIP 203), and so never will be. Errors, time-outs, an empty mempool
 * and the word of a wallet are no proofs.
 */
export function proveByExpiry(
  claim: ExpiryClaim,
  evidence: ExpiryEvidence,
  options: ProofOptions = {},
): ProofOutcome {
  const { batch, txid, builtAt, life, inputs } = claim;
  const { blocks, configuredNodes, nodes } = evidence;
  const last = lastHeightOf(claim);
  const top = proofHeight(claim, configuredNodes, options);
  const agreed = agreedHash(nodes, configuredNodes);
  const minable = blocks.filter(({ height }) => last !== undefined && height <= last);
  return conclude(
    { batch, method: 'expiry', txid },
    {
      sender_stopped: evidence.isSenderStopped,
      expiry_known: last !== undefined,
      nodes_agree: agreed !== undefined,
      // The blocks lead to the block that the nodes agree on, so they are those of that chain.
      blocks_complete:
        top !== undefined &&
        agreed !== undefined &&
        isChain(blocks, Math.max(0, builtAt - LOOK_BACK), top) &&
        blocks.at(-1)?.hash === agreed,
      not_in_blocks: !minable.some(({ txids }) => txids.includes(txid)),
      inputs_unspent: life?.isMalleable !== true || areUnspent(inputs, minable),
      wallet_agrees: evidence.wallet !== 'otherwise',
    },
  );
}

/** Whether the blocks are all from one height to another, each the parent of the next. */
function isChain(blocks: readonly ScannedBlock[], first: number, last: number): boolean {
  return (
    blocks.length === last - first + 1 &&
    blocks.every(
      ({ height, previous }, i) => height === first + i && (i === 0 || previous === blocks[i - 1]?.hash),
    )
  );
}

/**
 * A v4 transaction may have been mined under another id. That any transaction spent one of its inputs is not looked into here: it
 * is no proof, and a person decides.
 */
function areUnspent(inputs: readonly string[], blocks: readonly ScannedBlock[]): boolean {
  const ours = new Set(inputs);
  return (
    ours.size > 0 &&
    blocks.every(({ spends }) => spends !== undefined && !spends.some((input) => ours.has(input)))
  );
}
