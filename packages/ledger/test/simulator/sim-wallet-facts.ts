// What both kinds of simulated wallets have in common.
import type { Payee, WalletLimits } from '@adit/money';

/** Blocks that a transaction of the wallet lives: an expiry 40 blocks above the next one. */
export const LIFE = 41;
/** The own shielded address of the wallet. */
export const OWN: Payee = { address: 'own', receiver: 'own', kind: 'orchard' };

/** What the wallets of the world can put into one transaction. */
export const SIM_LIMITS: WalletLimits = {
  payees: {
    p2pkh: { bytes: 34, feeUnits: 1n, dust: 54n },
    p2sh: { bytes: 32, feeUnits: 1n, dust: 54n },
    tex: null,
    sapling: { bytes: 1_000, feeUnits: 1n, dust: 1n },
    orchard: { bytes: 3_000, feeUnits: 1n, dust: 1n },
    truechain: null,
  },
  base: { bytes: 10_000, feeUnits: 5n },
  feePerUnit: 5_000n,
  mostPayees: 40,
  mostOfKind: {},
  mostBytes: 100_000,
};

/** How often the wallet misbehaves. All are zero in the calm at the end. */
export interface Mischief {
  lies: number;
}
