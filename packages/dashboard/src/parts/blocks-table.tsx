import type { Block, Coin } from '../api/types.ts';
import { amountText } from '../format/amount.ts';
import { percentText } from '../format/percent.ts';
import { UNKNOWN } from '../format/rate.ts';
import { useText } from '../i18n/language.ts';
import { Ago } from './moment.tsx';
import { Hash } from './outside-link.tsx';
import { StateBadge } from './state-badge.tsx';
import { Table } from './table.tsx';

/** Found blocks. @param blocks undefined while they are loaded */
export function BlocksTable({
  blocks,
  coin,
}: {
  readonly blocks: readonly Block[] | undefined;
  readonly coin: Coin;
}) {
  const { t, locale } = useText();
  if (blocks === undefined) return <p class="quiet">{t('loading')}</p>;
  if (blocks.length === 0) return <p class="empty">{t('noBlocks')}</p>;
  const heads = [
    t('found'),
    t('height'),
    t('state'),
    t('effortColumn'),
    `${t('reward')} (${coin.symbol})`,
    t('finder'),
    t('hash'),
  ];
  return (
    <Table
      caption={t('blocksTitle')}
      heads={heads}
      numeric={[1, 3, 4]}
      rows={blocks.map((block) => row(block))}
    />
  );

  function row(block: Block) {
    const { confirmations, needed, state } = block;
    return [
      <Ago key="found" ms={block.foundMs} />,
      block.height ?? UNKNOWN,
      <span key="state">
        <StateBadge state={state} word={t(`block_${state}`)} />
        {state === 'pending' && confirmations !== null && needed !== null ? (
          <small> {t('confirmations', { count: confirmations, needed })}</small>
        ) : null}
        {block.kind === 'fruit' ? <small> {t('kind_fruit')}</small> : null}
      </span>,
      percentText(block.effort, locale, 0),
      amountText(block.reward, coin.decimals),
      <bdi key="finder">{block.finder ?? UNKNOWN}</bdi>,
      <Hash key="hash" text={block.hash} href={block.explorerUrl} />,
    ];
  }
}
