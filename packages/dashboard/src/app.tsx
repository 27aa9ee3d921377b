import { useEffect } from 'preact/hooks';
import { apiPath } from './api/ask.ts';
import type { Chain, Pool } from './api/types.ts';
import { useDocument } from './api/use-document.ts';
import { SpokenContext, useLanguage, useText } from './i18n/language.ts';
import { linkTo, useView } from './navigation.ts';
import { BlocksPage } from './pages/blocks.tsx';
import { ConnectPage } from './pages/connect.tsx';
import { HelpPage } from './pages/help.tsx';
import { HomePage } from './pages/home.tsx';
import { MinerPage } from './pages/miner.tsx';
import { PayoutsPage } from './pages/payouts.tsx';
import { FoundBlock } from './parts/found-block.tsx';
import { Guard } from './parts/guard.tsx';
import { Footer, Header } from './parts/shell.tsx';
import { StatusLine } from './parts/status-line.tsx';
import type { View } from './route.ts';

/** The program: the language first, then the pool, then the page at the address. */
export function App() {
  const [spoken, chooseLanguage] = useLanguage();
  if (spoken === undefined) return null;
  return (
    <SpokenContext.Provider value={spoken}>
      <Site chooseLanguage={chooseLanguage} />
    </SpokenContext.Provider>
  );
}

function Site({ chooseLanguage }: { readonly chooseLanguage: ReturnType<typeof useLanguage>[1] }) {
  const { t } = useText();
  const view = useView();
  const pool = useDocument<Pool>('/pool');
  const chains = pool.data?.chains ?? [];
  const name = view.chain ?? chains[0]?.name;
  const chain = useDocument<Chain>(name === undefined ? undefined : `/chains${apiPath(name)}`);
  const title = pool.data?.name ?? 'Adit';
  useEffect(() => {
    document.title = view.page === 'miner' ? `${view.account} · ${title}` : title;
  }, [view, title]);
  useEffect(() => {
    document.addEventListener('keydown', findAccountBox);
    return () => document.removeEventListener('keydown', findAccountBox);
  }, []);
  const isMissing = chain.failure === 'ADIT_API_NO_CHAIN';
  return (
    <>
      <a class="skip" href="#content">
        {t('skip')}
      </a>
      <Header title={title} view={view} chains={chains} chain={name} chooseLanguage={chooseLanguage} />
      <main id="content" tabIndex={-1}>
        <StatusLine pool={pool} chain={chain} />
        <FoundBlock chain={chain.data} />
        <Guard key={JSON.stringify(view)} fallback={<p class="empty">{t('failed')}</p>}>
          <Page view={view} chain={isMissing ? undefined : chain.data} isMissing={isMissing} />
        </Guard>
      </main>
      <Footer />
    </>
  );
}

function Page({
  view,
  chain,
  isMissing,
}: {
  readonly view: View;
  readonly chain: Chain | undefined;
  readonly isMissing: boolean;
}) {
  const { t } = useText();
  if (view.page === 'help') return <HelpPage />;
  if (view.page === 'missing' || isMissing)
    return (
      <div class="prose">
        <h1 tabIndex={-1}>{t('missingTitle')}</h1>
        <p>{t(isMissing ? 'noChain' : 'missingText')}</p>
        <a class="button" {...linkTo({ page: 'home', chain: undefined })}>
          {t('toHome')}
        </a>
      </div>
    );
  if (chain === undefined) return <p class="quiet">{t('loading')}</p>;
  if (view.page === 'miner') return <MinerPage chain={chain} account={view.account} />;
  const Shown = { home: HomePage, connect: ConnectPage, blocks: BlocksPage, payouts: PayoutsPage }[view.page];
  return <Shown key={chain.name} chain={chain} />;
}

/** The key `/` goes to the account box, unless somebody types. */
function findAccountBox(event: KeyboardEvent): void {
  const { target } = event;
  const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector<HTMLInputElement>('input[data-search]');
  if (box === null) return;
  event.preventDefault();
  box.focus();
}
