import { apiPath } from '../api/ask.ts';
import type { Blocks, Chain, Miners } from '../api/types.ts';
import { useDocument } from '../api/use-document.ts';
import { coinsText } from '../format/amount.ts';
import { percentText } from '../format/percent.ts';
import { rateText, UNKNOWN } from '../format/rate.ts';
import { durationText } from '../format/time.ts';
import { useText } from '../i18n/language.ts';
import { linkTo } from '../navigation.ts';
import { AccountBox } from '../parts/account-box.tsx';
import { BlocksTable } from '../parts/blocks-table.tsx';
import { Card, Fact } from '../parts/card.tsx';
import { firstRange, RateChart } from '../parts/chart/rate-chart.tsx';
import { Ago } from '../parts/moment.tsx';
import { RateLine, RatesTable } from '../parts/rates-table.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { Table } from '../parts/table.tsx';

const NEWEST = 5;

/** The first page: how the pool does, and the way to one's own figures. */
export function HomePage({ chain }: { readonly chain: Chain }) {
  const { t } = useText();
  const path = `/chains${apiPath(chain.name)}`;
  const blocks = useDocument<Blocks>(`${path}/blocks?limit=${NEWEST}`);
  const { unit } = chain.coin;
  return (
    <>
      <h1 tabIndex={-1}>{chain.coin.name}</h1>
      <div class="cards">
        <Card title={t('poolRate')}>
          <p class="large">
            <RateLine rate={chain.rate.m10} unit={unit} />
          </p>
          <RatesTable rates={chain.rate} unit={unit} />
        </Card>
        <Card title={t('yours')}>
          <AccountBox chain={chain.name} />
          <p>
            <a class="button" {...linkTo({ page: 'connect', chain: chain.name })}>
              {t('connectTitle')}
            </a>
          </p>
        </Card>
        <Card title={t('effort')}>
          <Effort chain={chain} />
        </Card>
        <Card title={t('chartOf')} wide>
          <RateChart path={path} first={firstRange(chain.rate.h24.seconds)} />
        </Card>
        <Card title={t('newestBlocks')} wide>
          <BlocksTable blocks={blocks.data?.items} coin={chain.coin} />
          <p>
            <a {...linkTo({ page: 'blocks', chain: chain.name })}>{t('allBlocks')}</a>
          </p>
        </Card>
        <Card title={t('largest')}>
          <Largest path={path} unit={unit} chain={chain.name} />
        </Card>
        <Card title={t('terms')}>
          <Terms chain={chain} />
        </Card>
      </div>
    </>
  );
}

function Effort({ chain }: { readonly chain: Chain }) {
  const { t, locale } = useText();
  const { effort, lastBlock, expectedBlockSeconds } = chain;
  const chance = percentText(1 - Math.exp(-effort), locale, 0);
  return (
    <>
      <p class="large">{percentText(effort, locale, 0)}</p>
      <progress max={1} value={Math.min(1, effort)} aria-label={t('effort')} />
      <p class="quiet">{t('effortHelp', { chance })}</p>
      <dl>
        <Fact name={t('lastBlock')}>
          {lastBlock === null ? (
            t('noBlock')
          ) : (
            <>
              <Ago ms={lastBlock.foundMs} />{' '}
              <StateBadge state={lastBlock.state} word={t(`block_${lastBlock.state}`)} />
            </>
          )}
        </Fact>
        <Fact name={t('ofNetwork')}>{percentText(chain.shareOfNetworkRatio, locale, 1)}</Fact>
        <Fact name={t('height')}>{chain.height ?? UNKNOWN}</Fact>
      </dl>
      {expectedBlockSeconds === null ? null : (
        <p class="quiet">{t('expected', { time: durationText(expectedBlockSeconds.mean, locale) })}</p>
      )}
    </>
  );
}

function Largest({
  path,
  unit,
  chain,
}: {
  readonly path: string;
  readonly unit: string;
  readonly chain: string;
}) {
  const { t, locale } = useText();
  const { data } = useDocument<Miners>(`${path}/miners`);
  if (data === undefined) return <p class="quiet">{t('loading')}</p>;
  if (data.items.length === 0) return <p class="empty">{t('noMiners')}</p>;
  return (
    <Table
      caption={t('largest')}
      heads={[t('miner'), t('rate'), t('share'), t('rigs')]}
      numeric={[1, 2, 3]}
      rows={data.items.map(({ label, account, rate, shareRatio, workers }) => [
        account === null ? (
          <bdi key="label">{label}</bdi>
        ) : (
          <a key="label" {...linkTo({ page: 'miner', chain, account })}>
            <bdi>{label}</bdi>
          </a>
        ),
        <RateLine key="rate" rate={rate} unit={unit} />,
        percentText(shareRatio, locale, 1),
        workers,
      ])}
    />
  );
}

function Terms({ chain }: { readonly chain: Chain }) {
  const { t, locale } = useText();
  const { coin, feeRatio, scheme, threshold, paid, network, miners, workers } = chain;
  return (
    <dl>
      <Fact name={t('miners')}>{miners}</Fact>
      <Fact name={t('rigs')}>{workers}</Fact>
      <Fact name={t('fee')}>{percentText(feeRatio, locale, 2)}</Fact>
      <Fact name={t('scheme')}>{scheme?.toUpperCase() ?? UNKNOWN}</Fact>
      <Fact name={t('threshold')}>{coinsText(threshold, coin)}</Fact>
      <Fact name={t('paidSoFar')}>{coinsText(paid, coin)}</Fact>
      <Fact name={t('networkRate')}>{rateText(network.rate, coin.unit)}</Fact>
    </dl>
  );
}
