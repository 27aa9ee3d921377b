import { randomBytes } from 'node:crypto';
import {
  LedgerBooks,
  PayoutCommands,
  type PayoutModules,
  PayoutService,
  type PayoutWriter,
  pendingIncome,
} from '@adit/ledger';
import { encodeHex } from '@adit/primitives';
import type { LedgerChain } from './ledger-chains.ts';
import type { WalletModules } from './ledger-modules.ts';
import { payoutOptions } from './payout-options.ts';

/** The payouts of one chain, and what an operator can do about them. */
export interface PayoutParts {
  readonly service: PayoutService;
  readonly commands: PayoutCommands;
}

/**
 * Puts the payouts of a chain together.
 * @param writer the ledger's writer; for the commands of an operator the database itself, since each of their changes is a
 *   compare-and-swap that a running ledger sees
 */
export function payoutParts(chain: LedgerChain, modules: WalletModules, writer: PayoutWriter): PayoutParts {
  const options = payoutOptions(chain, modules);
  const { wallet, witness, broadcaster, shielder } = modules;
  const payoutModules: PayoutModules = {
    writer,
    books: new LedgerBooks({ chain: options.chain, minimum: options.minimum }),
    wallet,
    witness,
    broadcaster,
    shielder,
    lists: modules.paper ?? undefined,
    clock: { nowMs: () => Date.now(), steadyMs: () => performance.now() },
    unique: () => encodeHex(randomBytes(8)),
    pendingIncome: () => writer.read((queries) => pendingIncome(queries, options.chain)),
  };
  const service = new PayoutService(options, payoutModules);
  return { service, commands: new PayoutCommands(service, payoutModules) };
}
