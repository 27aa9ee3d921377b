import { setPayee } from '@adit/ledger';
import type { Payee } from '@adit/money';
import { AditError } from '@adit/primitives';
import { AddressFault, addressNetworkOf, readPayee } from '@adit/wallets';
import { accountNamed } from '../../ledger/account-named.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { print, timeText } from '../print.ts';
import { type AccountOptions, actorOf, reasonOf } from './account.ts';

/** `adit ledger account payee`: who is paid for an account. A change counts after 48 hours. */
export async function runPayee(account: string, address: string, options: AccountOptions): Promise<void> {
  const sinceMs = await withLedger(options.config, ({ chains, database }) => {
    const named = chainNamed(chains, options.chain);
    const { network: chain } = named;
    const payee = payeeOf(address, chain);
    const reason = reasonOf(options);
    const change = { chain, payee, reason, actor: actorOf(options), timeMs: Date.now() };
    return database.transact(async (queries) =>
      setPayee(queries, { ...change, account: await accountNamed(queries, named, account) }),
    );
  });
  print(options, { account, sinceMs: sinceMs ?? null }, () =>
    sinceMs === undefined
      ? `${account} is paid to this address already`
      : `${account} is paid to this address from ${timeText(sinceMs)} UTC on`,
  );
}

/** @throws AditError `ADIT_BAD_PAYEE` */
function payeeOf(address: string, chain: string): Payee {
  const network = addressNetworkOf(chain);
  const payee = network === undefined ? undefined : readPayee(address, network);
  if (payee === undefined)
    throw new AditError(
      'ADIT_BAD_PAYEE',
      `the addresses of ${chain} cannot be read, so nobody can be paid there`,
    );
  if (payee instanceof AddressFault)
    throw new AditError('ADIT_BAD_PAYEE', `found ${address}: ${payee.message}`);
  return payee;
}
