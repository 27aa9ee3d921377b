import { useState } from 'preact/hooks';
import type { ChainSummary } from '../api/types.ts';
import { LANGUAGES, type Language, useText } from '../i18n/language.ts';
import { linkTo } from '../navigation.ts';
import type { View } from '../route.ts';
import { chooseTheme, chosenTheme, THEMES, type Theme } from './use-theme.ts';

const PAGES = [
  ['home', 'navHome'],
  ['connect', 'navConnect'],
  ['blocks', 'navBlocks'],
  ['payouts', 'navPayouts'],
] as const;

/** Name of the pool, its chains, and the pages. */
export function Header({
  title,
  view,
  chains,
  chain,
  chooseLanguage,
}: {
  readonly title: string;
  readonly view: View;
  readonly chains: readonly ChainSummary[];
  readonly chain: string | undefined;
  readonly chooseLanguage: (language: Language) => void;
}) {
  const { t } = useText();
  const current = (page: View['page']) => (view.page === page ? 'page' : undefined);
  // Another chain keeps the page, unless that page is about something that the other chain does not have.
  const kind = PAGES.find(([page]) => page === view.page)?.[0] ?? 'home';
  const isOnly = (coin: string) => chains.filter((one) => one.coin.name === coin).length === 1;
  return (
    <header class="top">
      <div class="bar">
        <a class="brand" {...linkTo({ page: 'home', chain: undefined })}>
          <Mark />
          <bdi>{title}</bdi>
        </a>
        <Settings chooseLanguage={chooseLanguage} />
      </div>
      {chains.length < 2 ? null : (
        <nav class="tabs" aria-label={t('chains')}>
          {chains.map(({ name, coin }) => (
            <a
              key={name}
              aria-current={name === chain ? 'true' : undefined}
              {...linkTo({ page: kind, chain: name })}
            >
              {coin.name}
              {isOnly(coin.name) ? null : <small>{name}</small>}
            </a>
          ))}
        </nav>
      )}
      <nav class="pages" aria-label={t('pages')}>
        {PAGES.map(([page, key]) => (
          <a key={page} aria-current={current(page)} {...linkTo({ page, chain })}>
            {t(key)}
          </a>
        ))}
        <a aria-current={current('help')} {...linkTo({ page: 'help' })}>
          {t('navHelp')}
        </a>
      </nav>
    </header>
  );
}

function Settings({ chooseLanguage }: { readonly chooseLanguage: (language: Language) => void }) {
  const { t, locale } = useText();
  const [theme, setTheme] = useState(chosenTheme);
  const words: Readonly<Record<Theme, string>> = {
    auto: t('themeAuto'),
    light: t('themeLight'),
    dark: t('themeDark'),
  };
  return (
    <div class="settings">
      <select
        aria-label={t('language')}
        value={locale}
        onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={t('theme')}
        value={theme}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Theme;
          chooseTheme(chosen);
          setTheme(chosen);
        }}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {words[one]}
          </option>
        ))}
      </select>
    </div>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <path d="M3 29 16 4l13 25h-8v-7a5 5 0 0 0-10 0v7z" fill="currentColor" />
    </svg>
  );
}

/** What stands below each page. */
export function Footer() {
  const { t } = useText();
  return (
    <footer>
      <a href="/api/v1/openapi.json">API</a> · <a {...linkTo({ page: 'help' })}>{t('navHelp')}</a> · Adit
    </footer>
  );
}
