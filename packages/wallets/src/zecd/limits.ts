import type { WalletLimits } from '@adit/money';
import { AditError } from '@adit/primitives';

/** Price of a logical action (ZIP 317). */
const FEE_PER_ACTION = 5_000n;
/** zecd's default of `orchard_action_limit`. */
const DEFAULT_ACTION_LIMIT = 50;
/** Orchard outputs beside the payees: the tag, and change in up to four notes. All of them count. */
const OWN_OUTPUTS = 5;
/** ZIP 218: a transaction with more actions than a block may have is refused after minutes of proving, and locks its notes. */
const MOST_ACTIONS = 330;
/** The largest transaction that was tried had 1,000 transparent outputs; 400 take two seconds. */
const MOST_PAYEES = 400;
/** zecd's `max_tx_bytes`, as it was recorded. */
const MOST_BYTES = 250_000;
/** Less than this to a transparent output is not relayed, and the refused transaction locks its notes for 40 blocks. */
const TRANSPARENT_DUST = 54n;
/** To spend a shielded note costs a fee of one action: a note that is worth no more than that is in no balance of its owner's wallet. */
const SHIELDED_DUST = FEE_PER_ACTION + 1n;

/**
 * What a transaction of zecd can hold. Bytes are those that were recorded: about 11 kB with one output of each kind, 950 more for
 * a Sapling output, 3,200 for an Orchard action, 34 for a transparent one.
 * @param actionLimit zecd's `orchard_action_limit`; 0 if it is switched off
 * @throws AditError `ADIT_BAD_OPTION` for a limit that leaves room for nobody
 */
export function zecdLimits(actionLimit: number = DEFAULT_ACTION_LIMIT): WalletLimits {
  if (
    !Number.isSafeInteger(actionLimit) ||
    actionLimit < 0 ||
    (actionLimit > 0 && actionLimit <= OWN_OUTPUTS)
  )
    throw new AditError('ADIT_BAD_OPTION', `actionLimit must be 0, or a whole number above ${OWN_OUTPUTS}`);
  const actions = actionLimit === 0 ? MOST_ACTIONS : Math.min(actionLimit, MOST_ACTIONS);
  const mostShielded = Math.min(actions, DEFAULT_ACTION_LIMIT) - OWN_OUTPUTS;
  return {
    payees: {
      p2pkh: { bytes: 34, feeUnits: 1n, dust: TRANSPARENT_DUST },
      p2sh: { bytes: 32, feeUnits: 1n, dust: TRANSPARENT_DUST },
      // It takes two transactions, of which the second one may fail alone (ZIP 320).
      tex: null,
      sapling: { bytes: 950, feeUnits: 1n, dust: SHIELDED_DUST },
      orchard: { bytes: 3_200, feeUnits: 1n, dust: SHIELDED_DUST },
      truechain: null,
    },
    // Tag and change; one more since a Sapling part has two outputs at least.
    base: { bytes: 16_000, feeUnits: BigInt(OWN_OUTPUTS + 1) },
    feePerUnit: FEE_PER_ACTION,
    mostPayees: MOST_PAYEES,
    // Proofs of 50 Sapling outputs took a minute, in which the wallet follows no blocks.
    mostOfKind: { orchard: mostShielded, sapling: mostShielded },
    mostBytes: MOST_BYTES,
  };
}
