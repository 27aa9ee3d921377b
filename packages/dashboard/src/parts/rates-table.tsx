import type { Rate, Rates } from '../api/types.ts';
import { limitsText, rateText } from '../format/rate.ts';
import { useText } from '../i18n/language.ts';
import { Table } from './table.tsx';

/** The three rates of something, each with its window and its limits: a rate without them says too much. */
export function RatesTable({ rates, unit }: { readonly rates: Rates; readonly unit: string }) {
  const { t } = useText();
  const rows = [
    [t('overM10'), rates.m10],
    [t('overH1'), rates.h1],
    [t('overH24'), rates.h24],
  ] as const;
  return (
    <>
      <Table
        caption={t('rate')}
        heads={[t('window'), t('rate'), t('shares')]}
        numeric={[1, 2]}
        rows={rows.map(([window, rate]) => [
          window,
          <span key="rate">
            <strong>{rateText(rate.value, unit)}</strong>
            {rate.shares === 0 ? null : <small class="below">{limitsText(rate, unit)}</small>}
          </span>,
          String(rate.shares),
        ])}
      />
      <p class="quiet">{t('limitsHelp')}</p>
    </>
  );
}

/** A rate in one line. */
export function RateLine({ rate, unit }: { readonly rate: Rate; readonly unit: string }) {
  const { t } = useText();
  if (rate.value === null)
    return <span>{rate.shares === 0 ? t('noShares') : t('tooFew', { shares: rate.shares })}</span>;
  return <span title={limitsText(rate, unit)}>{rateText(rate.value, unit)}</span>;
}
