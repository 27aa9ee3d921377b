import type { Chain, Pool } from '../api/types.ts';
import type { Loaded } from '../api/use-document.ts';
import { agoText, CLOCK, momentText } from '../format/time.ts';
import { useText } from '../i18n/language.ts';
import { useNow } from './use-now.ts';

/** Figures are up to ten seconds old as a rule; older ones say so. */
const STALE_SECONDS = 30;
const OLD_SECONDS = 120;

/** How old the figures are, and what is wrong: old figures stay on the page, but never look new. */
export function StatusLine({ pool, chain }: { readonly pool: Loaded<Pool>; readonly chain: Loaded<Chain> }) {
  const { t, locale } = useText();
  const nowMs = useNow();
  const asOfMs = chain.data?.asOfMs ?? pool.data?.asOfMs ?? 0;
  const ageSeconds = asOfMs === 0 ? 0 : (nowMs - asOfMs) / 1000;
  const failure = pool.failure ?? chain.failure;
  const level =
    failure === 'offline' || ageSeconds > OLD_SECONDS ? 'bad' : ageSeconds > STALE_SECONDS ? 'wait' : '';
  const notices = pool.data?.notices ?? [];
  const language = locale === 'zh-Hans' ? 'zh' : 'en';
  return (
    <div class="status">
      <p class={`clock ${level}`}>
        {asOfMs === 0
          ? t('nothingYet')
          : ageSeconds > STALE_SECONDS
            ? t('stale', { ago: agoText(ageSeconds, locale) })
            : t('asOf', { time: momentText(asOfMs, locale, CLOCK) })}
      </p>
      <div role="status">
        {failure === 'offline' ? <p class="notice outage">{t('offline')}</p> : null}
        {failure === undefined || failure === 'offline' || failure === 'ADIT_API_NO_CHAIN' ? null : (
          <p class="notice warning">
            {failure === 'ADIT_API_TOO_MANY'
              ? t('problem_ADIT_API_TOO_MANY')
              : t('problem_other', { code: failure })}
          </p>
        )}
        {notices.map(({ level: kind, text }) => (
          <p key={text.en} class={`notice ${kind}`}>
            {text[language]}
          </p>
        ))}
        {pool.data?.ready === false && notices.length === 0 ? (
          <p class="notice warning">{t('notReady')}</p>
        ) : null}
      </div>
    </div>
  );
}
