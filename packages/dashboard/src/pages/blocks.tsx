import { apiPath } from '../api/ask.ts';
import type { Block, BlocksSummary, Chain } from '../api/types.ts';
import { useDocument } from '../api/use-document.ts';
import { percentText } from '../format/percent.ts';
import { UNKNOWN } from '../format/rate.ts';
import { useText } from '../i18n/language.ts';
import { BlocksTable } from '../parts/blocks-table.tsx';
import { Card } from '../parts/card.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Table } from '../parts/table.tsx';
import { useList } from '../parts/use-list.ts';

/** All found blocks, and whether they are as many as they should be. */
export function BlocksPage({ chain }: { readonly chain: Chain }) {
  const { t } = useText();
  const path = `/chains${apiPath(chain.name)}/blocks`;
  const { items, more } = useList<Block>(path, ({ hash }) => hash);
  return (
    <>
      <h1 tabIndex={-1}>
        {t('blocksTitle')} · {chain.coin.name}
      </h1>
      <div class="cards">
        <Card title={t('expectedBlocks')} wide>
          <Luck path={path} />
        </Card>
        <Card title={t('blocksTitle')} wide>
          <BlocksTable blocks={items} coin={chain.coin} />
          <MoreButton more={more} />
          <p class="quiet">{t('orphansHelp')}</p>
        </Card>
      </div>
    </>
  );
}

function Luck({ path }: { readonly path: string }) {
  const { t, locale } = useText();
  const { data } = useDocument<BlocksSummary>(`${path}/summary`);
  if (data === undefined) return <p class="quiet">{t('loading')}</p>;
  const longest = data.windows.at(-1);
  if (longest === undefined || data.windows.every(({ found }) => found === 0))
    return <p class="empty">{t('noBlocks')}</p>;
  const figure = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return (
    <>
      <p>
        {t('blocksSentence', {
          found: longest.found,
          expected: figure.format(longest.expected),
          chance: percentText(longest.p, locale, 0),
        })}
      </p>
      <Table
        caption={t('expectedBlocks')}
        heads={[t('window'), t('found'), t('expectedBlocks'), t('limits'), t('orphaned')]}
        numeric={[1, 2, 3, 4]}
        rows={data.windows.map(({ blocks, days, found, expected, low, high, orphaned }) => [
          blocks === null ? t('blocksOfDays', { days: days ?? 0 }) : t('blocksOfNewest', { blocks }),
          found,
          figure.format(expected),
          low === null || high === null
            ? UNKNOWN
            : `${percentText(low, locale, 0)} – ${percentText(high, locale, 0)}`,
          orphaned,
        ])}
      />
    </>
  );
}
