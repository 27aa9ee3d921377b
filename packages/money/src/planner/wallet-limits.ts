import type { PayeeKind } from './payee.ts';

/** What an output to one kind of payee costs in a transaction. */
export interface PayeeCost {
  /** Its bytes, with its part of proofs. */
  readonly bytes: number;
  /** What it adds to the fee: logical actions of ZIP 317, or gas. */
  readonly feeUnits: bigint;
  /** Less than this is not relayed, or costs the payee more than it is worth. */
  readonly dust: bigint;
}

/** What a wallet can put into one transaction. */
export interface WalletLimits {
  /** Null for kinds that it cannot pay. A kind that is left out does not compile. */
  readonly payees: Readonly<Record<PayeeKind, PayeeCost | null>>;
  /** What a transaction costs without payees: inputs, change in up to four notes, the tag output. */
  readonly base: { readonly bytes: number; readonly feeUnits: bigint };
  /** Price of a fee unit: 5,000 zatoshi (ZIP 317), or the gas price. */
  readonly feePerUnit: bigint;
  /** Most payees of a transaction, of all kinds. */
  readonly mostPayees: number;
  /** Most payees of a kind, where the wallet or the chain counts them apart. */
  readonly mostOfKind: Readonly<Partial<Record<PayeeKind, number>>>;
  /** Largest transaction that the chain takes. A plan uses nine tenths of it, since sizes are estimates. */
  readonly mostBytes: number;
}

/** What the fee of a Zcash transaction depends on. */
export interface TransactionShape {
  /** Bytes of all transparent inputs. */
  readonly inputBytes: number;
  /** Bytes of all transparent outputs. */
  readonly outputBytes: number;
  readonly saplingSpends: number;
  readonly saplingOutputs: number;
  /** Of Orchard, or of Ironwood. */
  readonly orchardSpends: number;
  readonly orchardOutputs: number;
}

/** The logical actions of a Zcash transaction (ZIP 317), of which each costs 5,000 zatoshi. */
export function logicalActions(shape: TransactionShape): bigint {
  const { inputBytes, outputBytes, saplingSpends, saplingOutputs, orchardSpends, orchardOutputs } = shape;
  const transparent = Math.max(Math.ceil(inputBytes / 150), Math.ceil(outputBytes / 34));
  const sapling = Math.max(saplingSpends, saplingOutputs);
  const orchard = Math.max(orchardSpends, orchardOutputs);
  // A bundle with any action has at least two.
  const actions = transparent + atLeastTwo(sapling) + atLeastTwo(orchard);
  return BigInt(Math.max(2, actions));
}

function atLeastTwo(actions: number): number {
  return actions === 0 ? 0 : Math.max(2, actions);
}
