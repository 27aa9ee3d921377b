import type { SchemeKind } from '@adit/money';
import { appendAudit } from '../books/audit.ts';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';

/** The schemes that a miner may choose by its name, from a share on. */
export interface SchemeChoice {
  readonly from: number;
  readonly kinds: readonly SchemeKind[];
}

/** The name of an account, and the scheme that stands before it. */
export interface ChosenName {
  readonly account: string;
  /** Undefined for the scheme of the chain. */
  readonly kind: SchemeKind | undefined;
}

/** `solo:ann`. PROP cannot be chosen: it gains from those who stay. */
const CHOSEN = /^(solo|pplns|pps|fpps):(?=.)/;

/** @returns the choices of a chain, oldest first; empty if miners could never choose */
export async function schemeChoices(queries: Queries, chain: string): Promise<readonly SchemeChoice[]> {
  const rows = await queries.all(
    'SELECT from_number, kinds FROM scheme_choice WHERE chain = ? ORDER BY position',
    [chain],
  );
  return rows.map((row) => ({
    from: numberOf(row, 'from_number'),
    // The ledger wrote it from kinds whose types had been seen.
    kinds: textOf(row, 'kinds').split(' ').filter(Boolean) as SchemeKind[],
  }));
}

/**
 * Sets which schemes miners may choose, from the next share on.
 * @returns false if they may choose these already: then nothing is written
 */
export async function setSchemeChoice(
  queries: Queries,
  change: {
    readonly chain: string;
    readonly kinds: readonly SchemeKind[];
    readonly timeMs: number;
    readonly actor: string;
  },
): Promise<boolean> {
  const { chain, timeMs, actor } = change;
  const kinds = [...new Set(change.kinds)].sort();
  const choices = await schemeChoices(queries, chain);
  if ((choices.at(-1)?.kinds ?? []).join(' ') === kinds.join(' ')) return false;
  const [row] = await queries.all('SELECT next_number FROM share_chain WHERE chain = ?', [chain]);
  const from = row === undefined ? 1 : numberOf(row, 'next_number');
  await queries.run('INSERT INTO scheme_choice (chain, position, from_number, kinds) VALUES (?, ?, ?, ?)', [
    chain,
    choices.length,
    from,
    kinds.join(' '),
  ]);
  await appendAudit(queries, {
    timeMs,
    actor,
    action: 'scheme_choice',
    subject: `scheme:${chain}`,
    content: { chain, kinds, from },
  });
  return true;
}

/**
 * Takes the chosen scheme off a name. Where miners may not choose that scheme, the share counts by the scheme of the chain, for the same
 * account.
 * @param choices oldest first
 */
export function chosenName(choices: readonly SchemeChoice[], number: number, name: string): ChosenName {
  const choice = choices.findLast(({ from }) => from <= number);
  if (choice === undefined) return { account: name, kind: undefined };
  const [prefix, kind] = CHOSEN.exec(name) ?? [];
  if (prefix === undefined) return { account: name, kind: undefined };
  const account = name.slice(prefix.length);
  return { account, kind: choice.kinds.find((one) => one === kind) };
}
