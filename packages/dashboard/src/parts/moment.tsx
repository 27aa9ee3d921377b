import { agoText, momentText } from '../format/time.ts';
import { useText } from '../i18n/language.ts';
import { useNow } from './use-now.ts';

/** "3 minutes ago", with the whole time for those who point at it. */
export function Ago({ ms }: { readonly ms: number }) {
  const { locale } = useText();
  const nowMs = useNow();
  return (
    <time dateTime={new Date(ms).toISOString()} title={momentText(ms, locale)}>
      {agoText((nowMs - ms) / 1000, locale)}
    </time>
  );
}
