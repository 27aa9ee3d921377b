import { userInfo } from 'node:os';
import {
  type AccountChange,
  CHAIN_TERMS,
  parkAccount,
  type Queries,
  setTerms,
  unparkAccount,
} from '@adit/ledger';
import { AditError } from '@adit/primitives';
import { coinsToUnits } from '../../config/coins.ts';
import { accountNamed } from '../../ledger/account-named.ts';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { print } from '../print.ts';
import type { LedgerOptions } from './options.ts';

/** Options of commands that change an account. */
export interface AccountOptions extends LedgerOptions {
  readonly reason?: string;
  /** Who does it; default: the user of the system. */
  readonly by?: string;
}

/** `adit ledger account park`: the account goes on earning, and is not paid. */
export async function runPark(account: string, options: AccountOptions): Promise<void> {
  const isNew = await changed(account, options, (queries, change) => parkAccount(queries, change));
  print(options, { account, changed: isNew }, () =>
    isNew ? `${account} is set aside: it earns, and is not paid` : `${account} was set aside already`,
  );
}

/** `adit ledger account unpark` */
export async function runUnpark(account: string, options: AccountOptions): Promise<void> {
  const isNew = await changed(account, options, (queries, change) => unparkAccount(queries, change));
  print(options, { account, changed: isNew }, () =>
    isNew ? `${account} is paid again` : `${account} was not set aside`,
  );
}

/** `adit ledger account terms`: a fee and a minimum of an account's own. What is left out is as the chain has it. */
export async function runTerms(
  account: string,
  options: AccountOptions & {
    readonly fee?: string;
    readonly minimum?: string;
    readonly donate?: string;
    readonly cause?: string;
  },
): Promise<void> {
  if (account === CHAIN_TERMS)
    throw new AditError('ADIT_BAD_OPTION', 'an account has at least one character');
  if ((options.donate === undefined) !== (options.cause === undefined))
    throw new AditError('ADIT_BAD_OPTION', 'expected both --donate and --cause, or neither');
  const isNew = await changed(account, options, (queries, change, { coin }) =>
    setTerms(queries, {
      ...change,
      terms: {
        feePpm: options.fee === undefined ? null : ppmOf('--fee', options.fee),
        minimum: options.minimum === undefined ? null : coinsToUnits(options.minimum, coin),
        donation:
          options.donate === undefined || options.cause === undefined
            ? null
            : { ppm: ppmOf('--donate', options.donate), cause: options.cause },
      },
    }),
  );
  print(options, { account, changed: isNew }, () =>
    isNew ? `the terms of ${account} hold for blocks from now on` : `${account} has these terms already`,
  );
}

function changed(
  account: string,
  options: AccountOptions,
  change: (queries: Queries, change: AccountChange, chain: LedgerChain) => Promise<boolean>,
): Promise<boolean> {
  return withLedger(options.config, ({ chains, database }) => {
    const chain = chainNamed(chains, options.chain);
    const reason = reasonOf(options);
    const what = { chain: chain.network, reason, actor: actorOf(options), timeMs: Date.now() };
    return database.transact(async (queries) =>
      change(queries, { ...what, account: await accountNamed(queries, chain, account) }, chain),
    );
  });
}

/** Why something is changed, for the audit. @throws AditError `ADIT_BAD_OPTION` where nobody says it */
export function reasonOf({ reason }: { readonly reason?: string }): string {
  if (reason !== undefined && reason.trim() !== '') return reason;
  throw new AditError('ADIT_BAD_OPTION', '--reason is missing: expected why this is done, for the audit');
}

/** Who changes something, for the audit. */
export function actorOf({ by }: { readonly by?: string }): string {
  return by ?? userInfo().username;
}

/** Millionths out of percents, exactly. */
function ppmOf(option: string, text: string): bigint {
  const [, whole, fraction = ''] = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  const ppm = whole === undefined ? -1n : BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
  if (ppm >= 0n && ppm <= 1_000_000n) return ppm;
  throw new AditError(
    'ADIT_BAD_OPTION',
    `${option}: found ${text}, expected percents from 0 to 100 with at most four digits behind the point`,
  );
}
