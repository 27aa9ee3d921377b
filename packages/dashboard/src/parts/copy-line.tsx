import { useState } from 'preact/hooks';
import { useText } from '../i18n/language.ts';

/** A line to be copied. Where the browser gives no clipboard (plain HTTP) the text is selected instead. */
export function CopyLine({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useText();
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed'>();
  const copy = async (button: HTMLElement) => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      const line = button.parentElement?.querySelector('code');
      if (line !== null && line !== undefined) window.getSelection()?.selectAllChildren(line);
      setOutcome('copyFailed');
    }
  };
  return (
    <div class="copy">
      <code>{text}</code>
      <button
        type="button"
        aria-label={`${t('copy')}: ${label}`}
        onClick={(event) => void copy(event.currentTarget)}
      >
        {t('copy')}
      </button>
      <span role="status" class="quiet">
        {outcome === undefined ? '' : t(outcome)}
      </span>
    </div>
  );
}
