import type { HoldReason } from '@adit/money';
import { AditError } from '@adit/primitives';
import { numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import type { PayoutAccount } from './payout-store.ts';

/** What a wallet account may do: nothing, dry runs, what a person approves, or all that its caps allow. */
export type PayoutMode = 'off' | 'plan' | 'approve' | 'auto';

/** All modes, the most careful one first. */
export const PAYOUT_MODES: readonly PayoutMode[] = ['off', 'plan', 'approve', 'auto'];

/** Why a wallet account begins nothing new. What may have been sent is watched all the same. */
export interface WalletHold {
  readonly reason: HoldReason;
  readonly detail: string;
  readonly sinceMs: number;
}

/** The switches of one wallet account. */
export interface PayoutControl {
  readonly mode: PayoutMode;
  /** The hold that stands for the longest time; null where nothing is held. */
  readonly hold: WalletHold | null;
  /** All reasons that stand, the oldest first. Each of them goes only when a person resumes who has seen it. */
  readonly holds: readonly WalletHold[];
  /** The wallet that payouts began with: seed, account and database. */
  readonly identity: string | null;
  /** Since when an operator accepts this wallet, in milliseconds since 1970: what was made before it need not know. */
  readonly identitySinceMs: number;
  readonly version: number;
}

/** Reasons that are kept. The program has fewer; operators may give some of their own. */
const MOST_HOLDS = 50;

const FIRST: PayoutControl = {
  mode: 'off',
  hold: null,
  holds: [],
  identity: null,
  identitySinceMs: 0,
  version: 0,
};

/** Reads the switches. A wallet account that has none yet is off. */
export async function readControl(
  queries: Queries,
  { chain, wallet }: PayoutAccount,
): Promise<PayoutControl> {
  const [row] = await queries.all('SELECT * FROM payout_control WHERE chain = ? AND wallet = ?', [
    chain,
    wallet,
  ]);
  const holds = await holdsOf(queries, { chain, wallet });
  const standing = { hold: holds[0] ?? null, holds };
  if (row === undefined) return { ...FIRST, ...standing };
  return {
    mode: textOf(row, 'mode') as PayoutMode,
    ...standing,
    identity: orNull(row, 'identity', textOf),
    identitySinceMs: orNull(row, 'identity_ms', numberOf) ?? 0,
    version: numberOf(row, 'version'),
  };
}

async function holdsOf(queries: Queries, { chain, wallet }: PayoutAccount): Promise<readonly WalletHold[]> {
  const rows = await queries.all(
    'SELECT reason, detail, since_ms FROM payout_hold WHERE chain = ? AND wallet = ? ORDER BY position',
    [chain, wallet],
  );
  return rows.map((row) => ({
    reason: textOf(row, 'reason') as HoldReason,
    detail: textOf(row, 'detail'),
    sinceMs: numberOf(row, 'since_ms'),
  }));
}

/**
 * Adds a reason to hold. One of the program that stands already is left as it is; operators may have several, which differ in their words.
 * @returns undefined if it stands already, or so many do that another one says nothing new
 */
export function addHold(holds: readonly WalletHold[], hold: WalletHold): readonly WalletHold[] | undefined {
  const keyOf = ({ reason, detail }: WalletHold) => (reason === 'operator' ? `${reason} ${detail}` : reason);
  const isKnown = holds.map(keyOf).includes(keyOf(hold));
  return isKnown || holds.length >= MOST_HOLDS ? undefined : [...holds, hold];
}

/**
 * Changes the switches, if they are still as the caller read them.
 * @throws AditError `ADIT_PAYOUT_CHANGED`
 */
export async function saveControl(
  queries: Queries,
  { chain, wallet }: PayoutAccount,
  before: PayoutControl,
  after: Omit<PayoutControl, 'version' | 'hold'>,
): Promise<void> {
  const values = [after.mode, after.identity, after.identitySinceMs];
  const changed =
    before.version === 0
      ? await queries.run(
          `INSERT INTO payout_control (mode, identity, identity_ms, chain, wallet, version)
            VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT (chain, wallet) DO NOTHING`,
          [...values, chain, wallet],
        )
      : await queries.run(
          `UPDATE payout_control SET mode = ?, identity = ?, identity_ms = ?, version = ?
            WHERE chain = ? AND wallet = ? AND version = ?`,
          [...values, before.version + 1, chain, wallet, before.version],
        );
  if (changed !== 1)
    throw new AditError(
      'ADIT_PAYOUT_CHANGED',
      `the switches of ${chain} ${wallet} are not as they were read; nothing was changed`,
    );
  if (after.holds === before.holds) return;
  await queries.run('DELETE FROM payout_hold WHERE chain = ? AND wallet = ?', [chain, wallet]);
  for (const [i, { reason, detail, sinceMs }] of after.holds.entries())
    await queries.run(
      'INSERT INTO payout_hold (chain, wallet, position, reason, detail, since_ms) VALUES (?, ?, ?, ?, ?, ?)',
      [chain, wallet, i + 1, reason, detail, sinceMs],
    );
}
