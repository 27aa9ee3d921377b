import { apiPath } from '../api/ask.ts';
import type { Chain, Payout } from '../api/types.ts';
import { amountText, coinsText } from '../format/amount.ts';
import { percentText } from '../format/percent.ts';
import { UNKNOWN } from '../format/rate.ts';
import { useText } from '../i18n/language.ts';
import { Card } from '../parts/card.tsx';
import { Ago } from '../parts/moment.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Hash } from '../parts/outside-link.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { Table } from '../parts/table.tsx';
import { useList } from '../parts/use-list.ts';

/** All batches of payouts, and the rules by which they are made. */
export function PayoutsPage({ chain }: { readonly chain: Chain }) {
  const { t, locale } = useText();
  const { coin, threshold, feeRatio, scheme } = chain;
  const { items, more } = useList<Payout>(`/chains${apiPath(chain.name)}/payouts`, ({ id }) => id);
  return (
    <>
      <h1 tabIndex={-1}>
        {t('payoutsTitle')} · {coin.name}
      </h1>
      <div class="cards">
        <Card title={t('payoutsTitle')} wide>
          {threshold === null ? (
            <p class="empty">{t('noBooks')}</p>
          ) : (
            <p>
              {t('payoutRules', {
                threshold: coinsText(threshold, coin),
                fee: percentText(feeRatio, locale, 2),
                scheme: scheme?.toUpperCase() ?? UNKNOWN,
              })}
            </p>
          )}
          <Batches payouts={items} chain={chain} />
          <MoreButton more={more} />
        </Card>
      </div>
    </>
  );
}

function Batches({
  payouts,
  chain,
}: {
  readonly payouts: readonly Payout[] | undefined;
  readonly chain: Chain;
}) {
  const { t } = useText();
  const { coin } = chain;
  if (payouts === undefined) return <p class="quiet">{t('loading')}</p>;
  if (payouts.length === 0) return <p class="empty">{t('noPayouts')}</p>;
  return (
    <Table
      caption={t('payoutsTitle')}
      heads={[
        t('created'),
        t('state'),
        `${t('amount')} (${coin.symbol})`,
        t('recipients'),
        `${t('networkFee')} (${coin.symbol})`,
        t('transaction'),
      ]}
      numeric={[2, 3, 4]}
      rows={payouts.map(({ createdMs, state, amount, recipients, fee, txid, explorerUrl }) => [
        <Ago key="made" ms={createdMs} />,
        <StateBadge key="state" state={state} word={t(`payout_${state}`)} />,
        amountText(amount, coin.decimals),
        recipients,
        amountText(fee, coin.decimals),
        txid === null ? UNKNOWN : <Hash key="txid" text={txid} href={explorerUrl} />,
      ])}
    />
  );
}
