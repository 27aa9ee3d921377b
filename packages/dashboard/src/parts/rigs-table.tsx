import type { Worker } from '../api/types.ts';
import { largeText, UNKNOWN } from '../format/rate.ts';
import { useText } from '../i18n/language.ts';
import { Ago } from './moment.tsx';
import { MoreButton } from './more-button.tsx';
import { RateLine } from './rates-table.tsx';
import { StateBadge } from './state-badge.tsx';
import { Table } from './table.tsx';
import { useList } from './use-list.ts';

/** Rigs of an account. Names and programs are foreign texts: they are shown, and mean nothing. @param path of the account */
export function RigsTable({ path, unit }: { readonly path: string; readonly unit: string }) {
  const { t } = useText();
  const { items, more } = useList<Worker>(`${path}/workers?limit=100`, ({ wid }) => wid);
  if (items === undefined) return <p class="quiet">{t('loading')}</p>;
  if (items.length === 0) return <p class="empty">{t('noRigs')}</p>;
  return (
    <>
      <Table
        caption={t('rigs')}
        heads={[
          t('rig'),
          t('state'),
          t('overM10'),
          t('overH1'),
          t('overH24'),
          t('shares'),
          t('lastShare'),
          t('port'),
          t('difficulty'),
        ]}
        numeric={[2, 3, 4, 5, 8]}
        rows={items.map(({ name, state, rate, shares24h, lastShareMs, port, difficulty }) => [
          name === '' ? <em key="name">{t('noName')}</em> : <bdi key="name">{name}</bdi>,
          <StateBadge key="state" state={state} word={t(`state_${state}`)} />,
          <RateLine key="m10" rate={rate.m10} unit={unit} />,
          <RateLine key="h1" rate={rate.h1} unit={unit} />,
          <RateLine key="h24" rate={rate.h24} unit={unit} />,
          shares24h.accepted,
          <Ago key="last" ms={lastShareMs} />,
          port ?? UNKNOWN,
          largeText(difficulty),
        ])}
      />
      <MoreButton more={more} />
    </>
  );
}
