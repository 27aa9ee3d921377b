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
  readonly hold: WalletHold | null;
  /** The wallet that payouts began with: seed, account and database. */
  readonly identity: string | null;
  /** Since when an operator accepts this wallet, in milliseconds since 1970: what was made before it need not know. */
  readonly identitySinceMs: number;
  readonly version: number;
}

const FIRST: PayoutControl = { mode: 'off', hold: null, identity: null, identitySinceMs: 0, version: 0 };

/** Reads the switches. A wallet account that has none yet is off. */
export async function readControl(
  queries: Queries,
  { chain, wallet }: PayoutAccount,
): Promise<PayoutControl> {
  const [row] = await queries.all('SELECT * FROM payout_control WHERE chain = ? AND wallet = ?', [
    chain,
    wallet,
  ]);
  if (row === undefined) return FIRST;
  const reason = orNull(row, 'hold_reason', textOf) as HoldReason | null;
  return {
    mode: textOf(row, 'mode') as PayoutMode,
    hold:
      reason === null
        ? null
        : {
            reason,
            detail: orNull(row, 'hold_detail', textOf) ?? '',
            sinceMs: orNull(row, 'hold_ms', numberOf) ?? 0,
          },
    identity: orNull(row, 'identity', textOf),
    identitySinceMs: orNull(row, 'identity_ms', numberOf) ?? 0,
    version: numberOf(row, 'version'),
  };
}

/**
 * Changes the switches, if they are still as the caller read them.
 * @throws AditError `ADIT_PAYOUT_CHANGED`
 */
export async function saveControl(
  queries: Queries,
  { chain, wallet }: PayoutAccount,
  before: PayoutControl,
  after: Omit<PayoutControl, 'version'>,
): Promise<void> {
  const values = [
    after.mode,
    after.hold?.reason ?? null,
    after.hold?.detail ?? null,
    after.hold?.sinceMs ?? null,
    after.identity,
    after.identitySinceMs,
  ];
  const changed =
    before.version === 0
      ? await queries.run(
          `INSERT INTO payout_control (mode, hold_reason, hold_detail, hold_ms, identity, identity_ms, chain, wallet, version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (chain, wallet) DO NOTHING`,
          [...values, chain, wallet],
        )
      : await queries.run(
          `UPDATE payout_control SET mode = ?, hold_reason = ?, hold_detail = ?, hold_ms = ?, identity = ?, identity_ms = ?, version = ?
            WHERE chain = ? AND wallet = ? AND version = ?`,
          [...values, before.version + 1, chain, wallet, before.version],
        );
  if (changed !== 1)
    throw new AditError(
      'ADIT_PAYOUT_CHANGED',
      `the switches of ${chain} ${wallet} are not as they were read; nothing was changed`,
    );
}
