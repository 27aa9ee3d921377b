/**
 * Wallets that pay a pool's miners, and the addresses of payees.
 *
 * @module @adit/wallets
 */

export type { Payee, PayeeKind } from '@adit/money';
