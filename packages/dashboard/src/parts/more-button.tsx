import { useText } from '../i18n/language.ts';

/** Shows older rows. @param more undefined at the end of the list */
export function MoreButton({ more }: { readonly more: (() => void) | undefined }) {
  const { t } = useText();
  return more === undefined ? null : (
    <button type="button" onClick={more}>
      {t('more')}
    </button>
  );
}
