import { useId, useState } from 'preact/hooks';
import { useText } from '../i18n/language.ts';
import { forgetAccounts, rememberedAccounts } from '../local.ts';
import { go, linkTo } from '../navigation.ts';

/** Where a miner types its address, with those that were looked at before. */
export function AccountBox({ chain }: { readonly chain: string }) {
  const { t } = useText();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [known, setKnown] = useState(() => rememberedAccounts(chain));
  const submit = (event: Event) => {
    event.preventDefault();
    const account = typed.trim();
    if (account !== '') go({ page: 'miner', chain, account });
  };
  return (
    <form class="account-box" onSubmit={submit}>
      <label for={id}>{t('account')}</label>
      <p class="quiet">{t('yoursHelp')}</p>
      <div class="row">
        <input
          id={id}
          data-search
          value={typed}
          maxLength={512}
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit">{t('show')}</button>
      </div>
      {known.length === 0 ? null : (
        <div class="remembered">
          <span class="quiet">{t('remembered')}</span>
          <ul>
            {known.map((account) => (
              <li key={account}>
                <a {...linkTo({ page: 'miner', chain, account })}>
                  <bdi>{account}</bdi>
                </a>
              </li>
            ))}
          </ul>
          <button
            type="button"
            class="plain"
            onClick={() => {
              forgetAccounts(chain);
              setKnown([]);
            }}
          >
            {t('forget')}
          </button>
        </div>
      )}
    </form>
  );
}
