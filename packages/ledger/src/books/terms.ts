import { type Dated, inForceAt, type Terms } from '@adit/money';
import { AditError } from '@adit/primitives';
import { amountOf, decimal, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import { marks, slicesOf } from '../database/slices.ts';
import { type AccountTerms, checkTerms, type OwnTerms } from './account-terms.ts';
import { type AccountChange, openPoolAccount, subjectOf } from './accounts.ts';
import { appendAudit } from './audit.ts';

/** The name under which the terms of a whole chain are kept. */
export const CHAIN_TERMS = '';

/** A change of the terms of an account. */
export interface TermsChange extends AccountChange {
  /** {@link CHAIN_TERMS} for the terms of the chain, which name a fee and a minimum. */
  readonly account: string;
  readonly terms: OwnTerms;
  /** From when on they hold; at once if it is left out. Never from a time that is over: blocks of that time may be credited. */
  readonly sinceMs?: number;
}

interface DatedTerms extends Dated, OwnTerms {}

/**
 * Sets the terms of an account or of a chain. The first terms of a chain hold from the beginning.
 * @returns false if these are its newest terms, and hold by then: then nothing is written
 * @throws AditError `ADIT_BAD_ACCOUNT`, `ADIT_BAD_AMOUNT` for terms out of their bounds, `ADIT_BAD_OPTION` for a time that is over
 */
export async function setTerms(queries: Queries, change: TermsChange): Promise<boolean> {
  const { chain, account, terms, timeMs, actor, reason } = change;
  checkTerms(terms, account === CHAIN_TERMS);
  if (account !== CHAIN_TERMS) await openPoolAccount(queries, change);
  const history = (await historiesOf(queries, chain, [account])).get(account) ?? [];
  const newest = history.at(-1);
  const asked = change.sinceMs ?? timeMs;
  const isInForce = newest !== undefined && newest.sinceMs <= asked;
  if (isInForce && isSame(newest, terms)) return false;
  if (asked < timeMs)
    throw new AditError('ADIT_BAD_OPTION', `terms cannot hold from ${asked}, which is over at ${timeMs}`);
  const sinceMs = account === CHAIN_TERMS && newest === undefined ? 0 : asked;
  await queries.run(
    'INSERT INTO terms (chain, account, position, since_ms, fee_ppm, donation_ppm, cause, minimum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [
      chain,
      account,
      history.length,
      sinceMs,
      decimal(terms.feePpm),
      decimal(terms.donation?.ppm ?? null),
      terms.donation?.cause ?? null,
      decimal(terms.minimum),
    ],
  );
  await appendAudit(queries, {
    timeMs,
    actor,
    action: 'terms',
    subject: subjectOf(chain, account),
    content: {
      chain,
      account,
      feePpm: terms.feePpm,
      donation: terms.donation && { ppm: terms.donation.ppm, cause: terms.donation.cause },
      minimum: terms.minimum,
      sinceMs,
      reason,
    },
  });
  return true;
}

/**
 * The terms of an account as they were in force at a time.
 * @throws AditError `ADIT_LEDGER_TERMS` if none were ever set for the chain
 */
export async function termsAt(
  queries: Queries,
  chain: string,
  account: string,
  atMs: number,
): Promise<AccountTerms> {
  return (await termsReader(queries, chain, [account], atMs))(account);
}

/**
 * Reads the terms of many accounts at once.
 * @returns a function for the accounts that were asked for; others have the terms of the chain
 * @throws AditError `ADIT_LEDGER_TERMS` if none were ever set for the chain
 */
export async function termsReader(
  queries: Queries,
  chain: string,
  accounts: readonly string[],
  atMs: number,
): Promise<(account: string) => AccountTerms> {
  const common = await chainTermsAt(queries, chain, atMs);
  const own = new Map<string, AccountTerms>();
  for (const slice of slicesOf(accounts))
    for (const [account, history] of await historiesOf(queries, chain, slice)) {
      const terms = inForceAt(history, atMs);
      if (terms !== undefined)
        own.set(account, {
          feePpm: terms.feePpm ?? common.feePpm,
          donation: terms.donation ?? common.donation,
          minimum: terms.minimum ?? common.minimum,
        });
    }
  return (account) => own.get(account) ?? common;
}

async function chainTermsAt(queries: Queries, chain: string, atMs: number): Promise<AccountTerms> {
  const history = (await historiesOf(queries, chain, [CHAIN_TERMS])).get(CHAIN_TERMS) ?? [];
  const terms = inForceAt(history, atMs);
  if (terms === undefined || terms.feePpm === null || terms.minimum === null)
    throw new AditError(
      'ADIT_LEDGER_TERMS',
      `the ledger has no terms for ${chain}: set a fee and a minimum first`,
    );
  return { feePpm: terms.feePpm, donation: terms.donation, minimum: terms.minimum };
}

async function historiesOf(
  queries: Queries,
  chain: string,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, readonly DatedTerms[]>> {
  const rows = await queries.all(
    `SELECT account, since_ms, fee_ppm, donation_ppm, cause, minimum FROM terms WHERE chain = ? AND account IN (${marks(accounts.length)}) ORDER BY account, position`,
    [chain, ...accounts],
  );
  const histories = new Map<string, DatedTerms[]>();
  for (const row of rows) {
    const account = textOf(row, 'account');
    const history = histories.get(account) ?? [];
    history.push({
      sinceMs: numberOf(row, 'since_ms'),
      feePpm: orNull(row, 'fee_ppm', amountOf),
      donation: donationIn(row),
      minimum: orNull(row, 'minimum', amountOf),
    });
    histories.set(account, history);
  }
  return histories;
}

function donationIn(row: SqlRow): Terms['donation'] {
  return row['donation_ppm'] === null
    ? null
    : { ppm: amountOf(row, 'donation_ppm'), cause: textOf(row, 'cause') };
}

function isSame(a: OwnTerms, b: OwnTerms): boolean {
  return (
    a.feePpm === b.feePpm &&
    a.minimum === b.minimum &&
    a.donation?.ppm === b.donation?.ppm &&
    a.donation?.cause === b.donation?.cause
  );
}
