import { allSettings, type Setting } from '../config/live-settings.ts';

/** `adit settings`: prints what can be configured. */
export function runSettings(options: { json: boolean; markdown: boolean }): void {
  const settings = allSettings();
  if (options.json) {
    process.stdout.write(`${JSON.stringify(settings, null, 2)}\n`);
    return;
  }
  if (options.markdown) {
    process.stdout.write(settingsTable());
    return;
  }
  for (const { key, belongs, default: byDefault, required, bounds, description, ...setting } of settings) {
    const facts = [
      belongs === '' ? '' : `only ${belongs}`,
      required ? 'required' : byDefault === '' ? '' : `default ${byDefault}`,
      bounds,
      takesEffect(setting),
    ];
    process.stdout.write(
      `${key}\n    ${description}\n    ${facts.filter((fact) => fact !== '').join('; ')}\n`,
    );
  }
}

/** All settings as a Markdown table. */
export function settingsTable(): string {
  const rows = allSettings().map(
    ({ key, belongs, default: byDefault, required, bounds, description, ...setting }) =>
      `| \`${key}\` | ${belongs || 'all'} | ${required ? 'required' : byDefault === '' ? '' : `\`${byDefault}\``} | ${bounds} | ${takesEffect(setting)} | ${description} |`,
  );
  return `${['| key | of | default | bounds | takes effect | meaning |', '|---|---|---|---|---|---|', ...rows].join('\n')}\n`;
}

function takesEffect({ live, restart }: Pick<Setting, 'live' | 'restart'>): string {
  if (restart) return 'restart';
  return live ? 'reload' : 'upgrade';
}
