import type { JournaledShare } from '@adit/journal';
import { type SchemeKind, type SchemePeriod, schemeAt } from '@adit/money';
import { settledKind, type Tariff } from '../pps/tariffs.ts';
import { chosenName, type SchemeChoice } from './scheme-choices.ts';
import { usableName } from './share-accounts.ts';
import type { ShareRules } from './share-rules.ts';

/** What was recorded about the shares of a chain, and decides about them. */
export interface RecordedRules {
  readonly periods: readonly SchemePeriod[];
  readonly choices: readonly SchemeChoice[];
  /** The tariff of the share. */
  readonly tariff: Tariff | undefined;
}

/** Who a share is for, and by which scheme. The ingest and a rebuild both ask here, so that they answer the same. */
export function settleShare(
  share: JournaledShare,
  number: number,
  rules: Partial<ShareRules>,
  { periods, choices, tariff }: RecordedRules,
): { readonly name: string; readonly scheme: SchemeKind } {
  const { account, kind } = chosenName(choices, number, rules.accountOf?.(share) ?? share.account);
  const wanted = rules.schemeOf?.(share) ?? kind ?? schemeAt(periods, BigInt(number)).scheme.kind;
  return { name: usableName(account), scheme: settledKind(wanted, tariff) };
}
