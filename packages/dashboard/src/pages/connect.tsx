import { useId, useState } from 'preact/hooks';
import { apiPath } from '../api/ask.ts';
import type { Chain, Ports } from '../api/types.ts';
import { useDocument } from '../api/use-document.ts';
import { commandLine, isPlainName, lineNames } from '../connect-line.ts';
import { largeText } from '../format/rate.ts';
import { useText } from '../i18n/language.ts';
import { rememberedAccounts } from '../local.ts';
import { linkTo } from '../navigation.ts';
import { Card, Fact } from '../parts/card.tsx';
import { Choice } from '../parts/choice.tsx';
import { CopyLine } from '../parts/copy-line.tsx';

type Port = Ports['items'][number];

/** From nothing to the first share: who, where, and the line to copy. */
export function ConnectPage({ chain }: { readonly chain: Chain }) {
  const { t } = useText();
  const { data } = useDocument<Ports>(`/chains${apiPath(chain.name)}/ports`);
  return (
    <>
      <h1 tabIndex={-1}>
        {t('connectTitle')} · {chain.coin.name}
      </h1>
      {data === undefined ? (
        <p class="quiet">{t('loading')}</p>
      ) : data.items.length === 0 ? (
        <p class="empty">{t('noPorts')}</p>
      ) : (
        <Steps chain={chain} ports={data} />
      )}
    </>
  );
}

function Steps({ chain, ports }: { readonly chain: Chain; readonly ports: Ports }) {
  const { t } = useText();
  const [account, setAccount] = useState(() => rememberedAccounts(chain.name)[0] ?? '');
  const [rig, setRig] = useState('rig1');
  const [portName, setPort] = useState(ports.items[0]?.name ?? '');
  const [programId, setProgram] = useState(ports.programs[0]?.id ?? '');
  const [system, setSystem] = useState<'linux' | 'windows'>(() =>
    navigator.userAgent.includes('Windows') ? 'windows' : 'linux',
  );
  const port = ports.items.find(({ name }) => name === portName) ?? ports.items[0];
  const program = ports.programs.find(({ id }) => id === programId) ?? ports.programs[0];
  if (port === undefined) return null;
  const names = lineNames(account.trim(), rig.trim());
  const host = port.host ?? window.location.hostname;
  const line =
    program === undefined || port.tls
      ? undefined
      : commandLine(program.commands[system], { ...names, host, port: port.port });
  const isBad =
    (account.trim() !== '' && !isPlainName(account.trim())) ||
    (rig.trim() !== '' && !isPlainName(rig.trim()));
  return (
    <div class="cards">
      <Card title={`1. ${t('connectStep1')}`}>
        <Field label={t('account')} value={account} onInput={setAccount} />
        <Field label={t('rigName')} value={rig} onInput={setRig} />
        <p class="warning" role="status">
          {isBad ? t('badName') : ''}
        </p>
      </Card>
      <Card title={`2. ${t('connectStep2')}`}>
        <Choice
          label={t('port')}
          value={port.name}
          choices={ports.items.map((one) => [one.name, portText(one)])}
          onChoose={setPort}
        />
        {program === undefined || port.tls ? null : (
          <>
            <Choice
              label={t('programChoice')}
              value={program.id}
              choices={ports.programs.map(({ id, name }) => [id, name])}
              onChoose={setProgram}
            />
            <Choice
              label={t('system')}
              value={system}
              choices={[
                ['linux', 'Linux'],
                ['windows', 'Windows'],
              ]}
              onChoose={(one) => setSystem(one === 'windows' ? 'windows' : 'linux')}
            />
          </>
        )}
        <p class="quiet">{t('shareEvery', { seconds: port.shareSeconds })}</p>
      </Card>
      <Card title={`3. ${t('connectStep3')}`} wide>
        {line === undefined ? <p>{t('noProgram')}</p> : <CopyLine text={line} label={t('connectStep3')} />}
        <dl>
          <Fact name={t('server')}>
            <CopyLine text={`${host}:${port.port}`} label={t('server')} />
          </Fact>
          <Fact name={t('user')}>
            <CopyLine text={`${names.account}.${names.rig}`} label={t('user')} />
          </Fact>
          <Fact name={t('password')}>{t('anyPassword')}</Fact>
          <Fact name={t('tls')}>{t(port.tls ? 'yes' : 'no')}</Fact>
        </dl>
        <p>{t('whatNext')}</p>
        {account.trim() === '' ? null : (
          <a class="button" {...linkTo({ page: 'miner', chain: chain.name, account: account.trim() })}>
            {t('toMyPage')}
          </a>
        )}
      </Card>
    </div>
  );

  function portText(one: Port): string {
    const kind = one.fixed ? `, ${t('portFixed')}` : '';
    return `${one.port}${one.tls ? ' TLS' : ''} · ${t('portLine', { difficulty: largeText(one.startDifficulty) })}${kind}`;
  }
}

function Field({
  label,
  value,
  onInput,
}: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
}) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        value={value}
        maxLength={512}
        autoComplete="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </p>
  );
}
