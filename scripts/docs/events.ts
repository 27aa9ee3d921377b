import { PROBLEMS } from '@adit/pool';
import { isOptional } from '../../packages/cli/src/log/format.ts';
import { LEDGER_PROBLEMS } from '../../packages/cli/src/log/ledger-lines.ts';
import type { Line } from '../../packages/cli/src/log/line.ts';
import { LINES, SECTIONS } from '../../packages/cli/src/log/lines.ts';
import { SERVICE_PROBLEMS } from '../../packages/cli/src/log/service-lines.ts';
import { table } from './table.ts';

type AnyLine = Pick<Line<never>, 'when' | 'levels' | 'fields'>;

/** The events of one section: kind, levels, fields, and when they come. */
export function eventTable(section: keyof typeof SECTIONS): string {
  const rows = Object.entries<AnyLine>(SECTIONS[section]).map(([kind, { levels, fields, when }]) => [
    `\`${kind}\``,
    levels.join(', '),
    formatsOf(fields)
      .map(([name, { optional }]) => `\`${name}\`${optional ? '?' : ''}`)
      .join(', '),
    when,
  ]);
  return table(['event', 'level', 'fields', 'when'], rows);
}

/** Every field of every event with its type. A field that has several types has several rows. */
export function fieldTable(): string {
  const uses = new Map<string, string[]>();
  for (const [kind, { fields }] of Object.entries<AnyLine>(LINES)) {
    for (const [name, { type }] of formatsOf(fields)) {
      const key = `\`${name}\` | ${type}`;
      uses.set(key, [...(uses.get(key) ?? []), `\`${kind}\``]);
    }
  }
  const rows = [...uses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, kinds]) => [key, kinds.join(', ')]);
  return table(['field', 'type', 'in the events'], rows);
}

/** Causes of `problem`, and what each says for people. */
export function problemTable(): string {
  return table(['cause', 'meaning'], causes(PROBLEMS));
}

/** The same for `service_problem`. */
export function serviceProblemTable(): string {
  return table(['cause', 'meaning'], causes(SERVICE_PROBLEMS));
}

/** The same for `ledger_problem`. */
export function ledgerProblemTable(): string {
  return table(['cause', 'meaning'], causes(LEDGER_PROBLEMS));
}

function causes(list: Readonly<Record<string, string>>): string[][] {
  return Object.entries(list).map(([cause, words]) => [`\`${cause}\``, words]);
}

function formatsOf(fields: AnyLine['fields']) {
  return Object.entries<Parameters<typeof isOptional>[0] & { readonly name: string }>(fields).map(
    ([name, format]) => [name, { type: format.name, optional: isOptional(format) }] as const,
  );
}
