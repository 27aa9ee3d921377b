import { useEffect } from 'preact/hooks';
import { apiPath } from '../api/ask.ts';
import type { Account, Chain } from '../api/types.ts';
import { useDocument } from '../api/use-document.ts';
import { coinsText, percentOf } from '../format/amount.ts';
import { percentText } from '../format/percent.ts';
import { limitsText, rateText } from '../format/rate.ts';
import { useText } from '../i18n/language.ts';
import { rememberAccount } from '../local.ts';
import { linkTo } from '../navigation.ts';
import { AccountBox } from '../parts/account-box.tsx';
import { AccountMoney } from '../parts/account-money.tsx';
import { Card, Fact } from '../parts/card.tsx';
import { firstRange, RateChart } from '../parts/chart/rate-chart.tsx';
import { Ago } from '../parts/moment.tsx';
import { RatesTable } from '../parts/rates-table.tsx';
import { RigsTable } from '../parts/rigs-table.tsx';
import { StateBadge } from '../parts/state-badge.tsx';

/** One account: what it does, what it is owed, its rigs. Its name may hold any characters. */
export function MinerPage({ chain, account }: { readonly chain: Chain; readonly account: string }) {
  const { t } = useText();
  const path = `/chains${apiPath(chain.name, 'accounts', account)}`;
  const { data, failure } = useDocument<Account>(path);
  const isKnown = data !== undefined;
  useEffect(() => {
    if (isKnown) rememberAccount(chain.name, account);
  }, [chain.name, account, isKnown]);
  return (
    <>
      <h1 tabIndex={-1}>
        {t('minerTitle')} <bdi class="account">{account}</bdi>
      </h1>
      {data === undefined ? (
        <Unknown chain={chain} isAnswered={failure === 'ADIT_API_NO_ACCOUNT'} />
      ) : (
        <Known chain={chain} account={data} path={path} />
      )}
    </>
  );
}

function Unknown({ chain, isAnswered }: { readonly chain: Chain; readonly isAnswered: boolean }) {
  const { t } = useText();
  if (!isAnswered) return <p class="quiet">{t('loading')}</p>;
  return (
    <div class="cards">
      <Card title={t('unknownAccount')}>
        <ol>
          <li>{t('unknownCheck1')}</li>
          <li>{t('unknownCheck2')}</li>
          <li>{t('unknownCheck3')}</li>
        </ol>
        <a class="button" {...linkTo({ page: 'connect', chain: chain.name })}>
          {t('howToConnect')}
        </a>
      </Card>
      <Card title={t('yours')}>
        <AccountBox chain={chain.name} />
      </Card>
    </div>
  );
}

function Known({
  chain,
  account,
  path,
}: {
  readonly chain: Chain;
  readonly account: Account;
  readonly path: string;
}) {
  const { t } = useText();
  const { unit } = chain.coin;
  const { workers, rate } = account;
  const all = workers.new + workers.online + workers.quiet + workers.offline;
  const limits = limitsText(rate.h1, unit);
  const hour = `${rateText(rate.h1.value, unit)}${limits === undefined ? '' : ` (${limits})`}`;
  return (
    <>
      <p class="lead">
        <StateBadge state={account.state} word={t(`state_${account.state}`)} />{' '}
        {t('minerSentence', { online: workers.online + workers.new, all })}{' '}
        {rate.h1.value === null ? t('tooFew', { shares: rate.h1.shares }) : t('minerOver', { rate: hour })}
      </p>
      <div class="cards">
        <Card title={t('rate')}>
          <RatesTable rates={rate} unit={unit} />
          <Work account={account} />
        </Card>
        <Card title={t('money')}>
          <Balance account={account} chain={chain} />
        </Card>
        <Card title={t('chartOf')} wide>
          <RateChart path={path} first={firstRange(rate.h24.seconds)} />
        </Card>
        <Card title={t('rigs')} wide>
          <RigsTable path={path} unit={unit} />
        </Card>
        {account.balance === null ? null : <AccountMoney path={path} coin={chain.coin} />}
      </div>
    </>
  );
}

function Work({ account }: { readonly account: Account }) {
  const { t, locale } = useText();
  const reasons = Object.entries(account.shares1h.refused);
  return (
    <dl>
      <Fact name={t('lastShare')}>
        <Ago ms={account.lastShareMs} />
      </Fact>
      <Fact name={t('refusedRatio')}>{percentText(account.refusedRatio.h1, locale, 2)}</Fact>
      {reasons.length === 0 ? null : (
        <Fact name={t('refusedWhy')}>
          <ul class="reasons">
            {reasons.map(([reason, count]) => (
              <li key={reason}>
                <code>{reason}</code> {count}
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </dl>
  );
}

function Balance({ account, chain }: { readonly account: Account; readonly chain: Chain }) {
  const { t, locale } = useText();
  const { balance, threshold } = account;
  if (balance === null) return <p class="empty">{t('noBooks')}</p>;
  const amount = (units: string) => coinsText(units, chain.coin);
  const percent = threshold === null ? undefined : percentOf(balance.owed, threshold);
  return (
    <>
      <p class="large">{amount(balance.owed)}</p>
      <p class="quiet">{t('owed')}</p>
      {percent === undefined || threshold === null ? null : (
        <>
          <progress max={100} value={percent} aria-label={t('threshold')} />
          <p class="quiet">
            {t('untilPaid', { percent: percentText(percent / 100, locale, 0), amount: amount(threshold) })}
          </p>
        </>
      )}
      <dl>
        <Fact name={t('immature')}>{amount(balance.immature)}</Fact>
        <Fact name={t('sending')}>{amount(balance.sending)}</Fact>
        <Fact name={t('paid')}>{amount(balance.paid)}</Fact>
      </dl>
    </>
  );
}
