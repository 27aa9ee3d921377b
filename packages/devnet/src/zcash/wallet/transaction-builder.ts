import { randomBytes } from 'node:crypto';
import { ByteReader } from '@adit/primitives';
import { type BlockTransaction, readBlockTransaction } from '../block.ts';
import { noteScript, readNote } from '../payments/note-script.ts';
import { MARGINAL_FEE, SIGNED } from '../payments/payment-rules.ts';
import type { NetworkRules } from '../rules.ts';
import { encodeTransaction, type TransparentOutput, totalOf } from '../transaction.ts';
import type { OwnOutput } from './wallet-database.ts';
import { walletFault } from './wallet-fault.ts';
import type { WalletKeys } from './wallet-keys.ts';

/** What a transaction is made of. */
export interface BuildContext {
  readonly keys: WalletKeys;
  readonly rules: NetworkRules;
  /** Height of the wallet's tip. */
  readonly tip: number;
  /** Most Ironwood outputs, change among them; 0: no limit. */
  readonly actionLimit: number;
}

/** Blocks behind the next one that a transaction lives: zecd's default, also after NU7. */
const LIFE_BLOCKS = 40;
/** Change is split in at most so many notes, each of at least a tenth of a ZEC. */
const MOST_CHANGE = 4;
const LEAST_CHANGE = 10_000_000n;

/** Pays outputs out of notes, with change. @throws RpcFault -6 for too little, -8 for too many outputs */
export function buildPayment(
  outputs: readonly TransparentOutput[],
  notes: readonly OwnOutput[],
  context: BuildContext,
): BlockTransaction {
  const amount = totalOf(outputs);
  const chosen: OwnOutput[] = [];
  for (const note of [...notes, undefined]) {
    const held = totalOf(chosen);
    const changeNotes = changeCount(held - amount);
    const fee = feeOf(outputs, chosen.length, changeNotes);
    if (held >= amount + fee && chosen.length > 0) {
      const ironwood =
        outputs.filter((output) => readNote(output.script)?.pool === 'ironwood').length + changeNotes;
      if (context.actionLimit > 0 && ironwood > context.actionLimit)
        throw walletFault(
          'parameter',
          `Including ${ironwood} Orchard outputs would exceed the current limit of ${context.actionLimit} actions`,
        );
      return finish(
        chosen,
        [...shuffled(outputs), ...change(held - amount - fee, changeNotes, context)],
        context,
      );
    }
    if (note === undefined) {
      const words = `${held} zatoshis spendable, ${amount + fee} required (including fee)`;
      throw walletFault('funds', `Insufficient funds: ${words}`);
    }
    chosen.push(note);
  }
  throw walletFault('funds', 'Insufficient funds');
}

/** Moves rewards to one shielded output, without change. */
export function buildShielding(
  rewards: readonly OwnOutput[],
  receiver: Uint8Array,
  memo: Uint8Array,
  context: BuildContext,
): BlockTransaction {
  const fee = MARGINAL_FEE * BigInt(rewards.length + 2);
  const script = noteScript({ pool: 'ironwood', receiver, seed: randomBytes(8), memo });
  const value = totalOf(rewards) - fee;
  if (value <= 0n) throw walletFault('funds', 'Insufficient funds: the fee is more than the rewards');
  return finish(rewards, [{ value, script }], context);
}

/** ZIP 317: each kind of output and spend counts, with at least two actions of a pool. */
function feeOf(outputs: readonly TransparentOutput[], spends: number, changeNotes: number): bigint {
  const pools = outputs.map(({ script }) => readNote(script)?.pool ?? 'transparent');
  const count = (pool: string): number => pools.filter((one) => one === pool).length;
  const sapling = count('sapling') === 0 ? 0 : Math.max(2, count('sapling'));
  const ironwood = Math.max(2, spends, count('ironwood') + changeNotes);
  return MARGINAL_FEE * BigInt(count('transparent') + sapling + ironwood);
}

function changeCount(left: bigint): number {
  const notes = Number(left > 0n ? left / LEAST_CHANGE : 0n);
  return Math.min(MOST_CHANGE, Math.max(1, notes));
}

function change(value: bigint, count: number, { keys }: BuildContext): TransparentOutput[] {
  return Array.from({ length: count }, (_, i) => ({
    value: i === 0 ? value - (value / BigInt(count)) * BigInt(count - 1) : value / BigInt(count),
    script: noteScript({
      pool: 'ironwood',
      receiver: keys.changeRaw,
      seed: randomBytes(8),
      memo: new Uint8Array(),
    }),
  }));
}

/** Outputs stand by pool, and within a pool never in the order of the request. */
function shuffled(outputs: readonly TransparentOutput[]): TransparentOutput[] {
  const order = ['transparent', 'sapling', 'ironwood'];
  const place = ({ script }: TransparentOutput): number =>
    order.indexOf(readNote(script)?.pool ?? 'transparent');
  return [...outputs].reverse().sort((a, b) => place(a) - place(b));
}

function finish(
  spends: readonly OwnOutput[],
  outputs: readonly TransparentOutput[],
  { rules, tip }: BuildContext,
): BlockTransaction {
  const raw = encodeTransaction({
    version: rules.versions.includes(4) ? 5 : 6,
    branchId: rules.branchId,
    lockTime: 0,
    expiryHeight: tip + 1 + LIFE_BLOCKS,
    inputs: spends.map(({ prevout }) => ({ prevout, scriptSig: SIGNED, sequence: 0xffff_ffff })),
    outputs,
  });
  return readBlockTransaction(new ByteReader(raw), raw);
}
