/** Conditions of the proofs, as closed names: what is missing is shown to the operator. */
export type ProofCondition =
  | 'sender_stopped'
  | 'expiry_known'
  | 'nodes_agree'
  | 'blocks_complete'
  | 'not_in_blocks'
  | 'inputs_unspent'
  | 'wallet_agrees'
  | 'same_wallet'
  | 'operation_ended'
  | 'wallet_synced'
  | 'past_expiry'
  | 'listing_complete'
  | 'no_match'
  | 'nonce_used'
  | 'nonce_final'
  | 'pays_another';

/** What a proof is about. */
export interface ProofSubject {
  readonly batch: string;
  readonly method: 'expiry' | 'no_match' | 'nonce';
  /** The transaction that is dead; null if no transaction ever was. For the method `nonce`: `sender:nonce`. */
  readonly txid: string | null;
}

/**
 * A proof that a batch was never paid by a transaction and never will be. Only the predicates of this room make one: the room exports
 * the type and not the class, and no plain object has the type. So balances cannot be given back on a guess: it would not compile.
 */
export class NonPayment implements ProofSubject {
  readonly batch: string;
  readonly method: 'expiry' | 'no_match' | 'nonce';
  readonly txid: string | null;
  /** A private field makes the type one of its own. */
  readonly #isProved = true;

  constructor({ batch, method, txid }: ProofSubject) {
    this.batch = batch;
    this.method = method;
    this.txid = txid;
  }

  /** Whether a value is a proof, where types are lost. */
  static isProof(value: object): boolean {
    return #isProved in value;
  }
}

/** A proof, or what it lacks. */
export type ProofOutcome =
  | { readonly isProved: true; readonly proof: NonPayment }
  | { readonly isProved: false; readonly missing: readonly ProofCondition[] };

/** Concludes: with all conditions it is a proof. For the predicates of this room only; the room does not export it. */
export function conclude(
  subject: ProofSubject,
  conditions: Readonly<Partial<Record<ProofCondition, boolean>>>,
): ProofOutcome {
  const missing = Object.entries(conditions)
    .filter(([, holds]) => !holds)
    .map(([condition]) => condition as ProofCondition);
  return missing.length === 0
    ? { isProved: true, proof: new NonPayment(subject) }
    : { isProved: false, missing };
}

/** What a node says about the block at a height. */
export interface NodeHash {
  readonly node: string;
  /** Hash of the block of its best chain at the height; null if it did not answer, or is not there yet. */
  readonly hash: string | null;
}

/**
 * The hash that the nodes agree on: all that answer say the same, and at least two answered, or the one that the operator has.
 * @param configured number of nodes in the configuration, whether they answer or not
 * @returns undefined if they do not agree, or too few answered. One node that says something else is enough.
 */
export function agreedHash(nodes: readonly NodeHash[], configured: number): string | undefined {
  const answered = new Map(nodes.flatMap(({ node, hash }) => (hash === null ? [] : [[node, hash] as const])));
  const hashes = new Set(answered.values());
  if (hashes.size !== 1 || answered.size < Math.min(2, Math.max(1, configured))) return undefined;
  return [...hashes][0];
}

/** Blocks beyond an expiry that a proof waits for: more than the reorganisation that it has to withstand. */
export const PROOF_MARGIN = 100;
/** The same where the operator has one node only: it may be on a branch of its own for long. */
export const LONE_NODE_MARGIN = 1_000;

/** @param wanted by the operator; a smaller margin than the least one is not taken */
export function marginOf(configured: number, wanted = 0): number {
  return Math.max(configured <= 1 ? LONE_NODE_MARGIN : PROOF_MARGIN, wanted);
}
