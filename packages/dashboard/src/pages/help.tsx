import { useText } from '../i18n/language.ts';

/** Words, and why rates jump. */
export function HelpPage() {
  const { t } = useText();
  const answers = [
    [t('helpRateQ'), t('helpRateA')],
    [t('helpEffortQ'), t('helpEffortA')],
    [t('helpStatesQ'), t('helpStatesA')],
    [t('helpOwedQ'), t('helpOwedA')],
    [t('helpKeysQ'), t('helpKeysA')],
  ] as const;
  return (
    <div class="prose">
      <h1 tabIndex={-1}>{t('helpTitle')}</h1>
      {answers.map(([question, answer]) => (
        <section key={question}>
          <h2>{question}</h2>
          <p>{answer}</p>
        </section>
      ))}
      <section>
        <h2>{t('helpApiQ')}</h2>
        <p>
          <a href="/api/v1/openapi.json">{t('helpApi')}</a>
        </p>
      </section>
    </div>
  );
}
