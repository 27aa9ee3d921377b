import {
  type JsonSchema,
  requestSchemas,
  resultSchema,
} from '../../packages/cli/src/control/json-schemas.ts';
import type { ControlCommand } from '../../packages/cli/src/control/requests.ts';
import { table } from './table.ts';

/** Every request with its fields, and what its result is. */
export function commandTable(): string {
  const rows = requestSchemas().map(({ properties = {} }) => {
    const { command, ...fields } = properties;
    const name = String(command?.const);
    const own = Object.entries(fields).map(
      ([field, schema]) => `\`${field}\` (${typeOf(schema)}): ${schema.description}`,
    );
    return [`\`${name}\``, own.join('; ') || 'none', resultOf(name as ControlCommand)];
  });
  return table(['command', 'fields beside `command`', 'result'], rows);
}

/** The fields of results, with their types and meanings. */
export function resultTable(...commands: ControlCommand[]): string {
  return commands.length === 1
    ? table(
        ['field', 'type', 'meaning'],
        commands.flatMap((command) => fieldsOf(resultSchema(command), '')),
      )
    : table(
        ['command', 'field', 'type', 'meaning'],
        commands.flatMap((command) =>
          fieldsOf(resultSchema(command), '').map((row) => [`\`${command}\``, ...row]),
        ),
      );
}

function resultOf(command: ControlCommand): string {
  const { items, properties } = resultSchema(command);
  const names = Object.keys((items ?? { properties }).properties ?? {}).map((name) => `\`${name}\``);
  if (command === 'status') return '[the status](#the-status)';
  return items === undefined ? names.join(', ') : `a list, each with ${names.join(', ')}`;
}

/** One row for each field, those inside of objects and lists included: `ports[].name`. */
function fieldsOf({ properties = {} }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    return [
      [`\`${path}\``, typeOf(schema), schema.description ?? ''],
      ...fieldsOf(schema, `${path}.`),
      ...(schema.items === undefined ? [] : fieldsOf(schema.items, `${path}[].`)),
    ];
  });
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.additionalProperties) return `object of ${typeOf(schema.additionalProperties)}`;
  return [schema.type ?? []]
    .flat()
    .map((name) => NAMES[name] ?? name)
    .join(' or ');
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'boolean',
  object: 'object',
  null: 'null',
};
