import type { AccountPayouts, Coin, Credits } from '../api/types.ts';
import { amountText } from '../format/amount.ts';
import { percentText } from '../format/percent.ts';
import { UNKNOWN } from '../format/rate.ts';
import { useText } from '../i18n/language.ts';
import { Card } from './card.tsx';
import { Ago } from './moment.tsx';
import { MoreButton } from './more-button.tsx';
import { Hash } from './outside-link.tsx';
import { StateBadge } from './state-badge.tsx';
import { Table } from './table.tsx';
import { useList } from './use-list.ts';

/** What an account was paid, and what it was credited. @param path of the account in the API */
export function AccountMoney({ path, coin }: { readonly path: string; readonly coin: Coin }) {
  const { t } = useText();
  return (
    <>
      <Card title={t('payoutsTitle')} wide>
        <PayoutRows path={`${path}/payouts`} coin={coin} />
      </Card>
      <Card title={t('credits')} wide>
        <CreditRows path={`${path}/credits`} coin={coin} />
      </Card>
    </>
  );
}

function PayoutRows({ path, coin }: { readonly path: string; readonly coin: Coin }) {
  const { t } = useText();
  const { items, more } = useList<AccountPayouts['items'][number]>(path, ({ id }) => id);
  if (items === undefined) return <p class="quiet">{t('loading')}</p>;
  if (items.length === 0) return <p class="empty">{t('noPayouts')}</p>;
  return (
    <>
      <Table
        caption={t('payoutsTitle')}
        heads={[t('created'), t('state'), `${t('amount')} (${coin.symbol})`, t('transaction')]}
        numeric={[2]}
        rows={items.map(({ ms, state, amount, txid, explorerUrl }) => [
          <Ago key="made" ms={ms} />,
          <StateBadge key="state" state={state} word={t(`payout_${state}`)} />,
          amountText(amount, coin.decimals),
          txid === null ? UNKNOWN : <Hash key="txid" text={txid} href={explorerUrl} />,
        ])}
      />
      <MoreButton more={more} />
    </>
  );
}

function CreditRows({ path, coin }: { readonly path: string; readonly coin: Coin }) {
  const { t, locale } = useText();
  const keyOf = ({ ms, hash, amount }: Credits['items'][number]) => `${ms} ${hash} ${amount}`;
  const { items, more } = useList<Credits['items'][number]>(path, keyOf);
  if (items === undefined) return <p class="quiet">{t('loading')}</p>;
  if (items.length === 0) return <p class="empty">{t('noCredits')}</p>;
  return (
    <>
      <Table
        caption={t('credits')}
        heads={[t('time'), t('height'), t('share'), `${t('amount')} (${coin.symbol})`, t('state')]}
        numeric={[1, 2, 3]}
        rows={items.map(({ ms, height, weightRatio, amount, state }) => [
          <Ago key="time" ms={ms} />,
          height ?? UNKNOWN,
          percentText(weightRatio, locale, 2),
          amountText(amount, coin.decimals),
          <StateBadge key="state" state={state} word={t(`credit_${state}`)} />,
        ])}
      />
      <MoreButton more={more} />
    </>
  );
}
