import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { AditError } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { keyOf } from '../src/config/faults.ts';
import type { JsonSchema } from '../src/config/json-schema.ts';
import { loadConfig } from '../src/config/load.ts';
import { EXIT, exitStatusOf } from '../src/exit-status.ts';
import { configWith, sampleOf } from './support/sample-config.ts';
import { type SchemaKey, schemaKeys } from './support/schema-keys.ts';

const KEYS = schemaKeys();

/** A value of each type that TOML has. */
const VALUES: readonly (readonly [string, unknown])[] = [
  ['string', 'text'],
  ['integer', 7],
  ['number', 1.5],
  ['boolean', true],
  ['date', new Date(0)],
  ['list of texts', ['a']],
  ['list of numbers', [7]],
  ['list of tables', [{ a: 1 }]],
  ['object', { a: 1 }],
];

function isOfType({ type, items, additionalProperties }: JsonSchema, kind: string): boolean {
  if (type === 'number') return kind === 'number' || kind === 'integer';
  if (type === 'array' && items?.type === 'string') return kind === 'list of texts';
  if (type === 'array' && items?.type === 'number') return kind === 'list of numbers';
  if (type === 'array') return false;
  return kind === type && additionalProperties === undefined;
}

/** What loading the file says, without the folder of the file. Fails if it is a fault of the program, or no fault. */
function faultOf(context: TestContext): (text: string, what: string) => string {
  const folder = temporaryFolder(context);
  const file = path.join(folder, 'adit.toml');
  return (text, what) => {
    writeFileSync(file, text);
    try {
      loadConfig(file);
    } catch (error) {
      assert.ok(error instanceof AditError, `${what}: ${String(error)}`);
      assert.equal(exitStatusOf(error), EXIT.config, what);
      assert.deepEqual(readdirSync(folder), ['adit.toml'], `${what}: something was written`);
      return error.message.replaceAll(file, 'adit.toml');
    }
    return assert.fail(`${what}: it was accepted\n${text}`);
  };
}

/** One line that names file, line and key, what was found and what was expected. */
function assertOneLine(said: string, { path: at }: Pick<SchemaKey, 'path'>, what: string): void {
  const key = keyOf(at).replace(/[[\].]/g, '\\$&');
  assert.doesNotMatch(said, /\n/, `${what}: ${said}`);
  assert.match(said, new RegExp(`^adit\\.toml:\\d+: ${key}(\\[0\\])?(\\.[a-z0-9_]+)?: `), what);
  assert.match(said, /(found .*|is missing: )expected /, what);
}

test('the schema gives every table, and every key of both families', () => {
  const names = new Set(KEYS.map(({ path: at }) => String(at[at.length - 1])));
  for (const name of [
    'data',
    'log',
    'level',
    'ban_seconds',
    'chain',
    'nodes',
    'url',
    'ports',
    'tip9',
    'aliases',
  ])
    assert.ok(names.has(name), name);
  assert.ok(KEYS.length > 150, String(KEYS.length));
});

test('a required key that is missing is named with the place where it should stand', (context) => {
  const say = faultOf(context);
  const required = KEYS.filter((key) => key.required);
  assert.ok(required.length > 10);
  for (const key of required) {
    const what = keyOf(key.path);
    const said = say(configWith(key, undefined), what);
    assert.match(said, /^adit\.toml(:\d+)?: /, what);
    assert.ok(said.includes(`: ${what}: is missing: expected `), said);
    assert.doesNotMatch(said, /\n/, said);
  }
});

test('a value of each other type is refused in every key and table, in one line', (context) => {
  const say = faultOf(context);
  for (const key of KEYS) {
    for (const [kind, value] of VALUES) {
      if (isOfType(key.schema, kind)) continue;
      const what = `${keyOf(key.path)} = ${kind}`;
      const said = say(configWith(key, value), what);
      // A table with a strange key in place of a table is a misspelled key; see below.
      if (kind === 'object' || kind === 'list of tables')
        assert.match(said, /^adit\.toml:\d+: .*found /, what);
      else assertOneLine(said, key, what);
    }
  }
});

test('a value outside its bounds is refused in every key, in one line', (context) => {
  const say = faultOf(context);
  let tried = 0;
  for (const key of KEYS) {
    for (const value of outOfBounds(key)) {
      const what = `${keyOf(key.path)} = ${String(value).slice(0, 20)}`;
      assertOneLine(say(configWith(key, value), what), key, what);
      tried += 1;
    }
  }
  assert.ok(tried > 500, String(tried));
});

/** Values of the right type that the schema's own bounds exclude. */
function outOfBounds(key: SchemaKey): unknown[] {
  const { schema } = key;
  const values: unknown[] = [];
  const { type, minimum, maximum, minLength, maxLength, minItems, maxItems, items } = schema;
  if (type === 'integer' || type === 'number')
    values.push(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  if (minimum !== undefined) values.push(minimum - 1 - Math.abs(minimum));
  // JSON Schema gives the greatest safe number to every integer, and TOML has no greater one.
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) values.push(maximum + Math.max(1, maximum));
  if (type === 'integer') values.push((minimum ?? 0) + 0.5);
  if (schema.enum !== undefined || schema.const !== undefined) values.push('strange', '', '\u0007');
  if (minLength !== undefined) values.push('');
  if (maxLength !== undefined) values.push('a'.repeat(maxLength + 1));
  const one = (sampleOf(key) as unknown[] | undefined)?.[0] ?? (items?.type === 'string' ? '10.0.0.1' : 10);
  if (minItems !== undefined) values.push([]);
  if (maxItems !== undefined && key.isSetting) values.push(Array.from({ length: maxItems + 1 }, () => one));
  return values;
}

test('a key with one letter changed is met by the right key, and nothing else hides it', (context) => {
  const say = faultOf(context);
  for (const key of KEYS) {
    const name = String(key.path.at(-1));
    const value = sampleOf(key) ?? { object: {}, array: [] }[key.schema.type ?? ''] ?? 7;
    for (const wrong of misspelled(name)) {
      const what = `${keyOf(key.path)} as ${wrong}`;
      const [first = ''] = say(configWith(key, value, wrong), what).split('\n');
      assert.match(first, /^adit\.toml:\d+: /, what);
      assert.ok(first.includes(`found "${wrong}"`), `${what}: ${first}`);
      assert.ok(first.includes(`did you mean "${name}"?`), `${what}: ${first}`);
    }
  }
});

function misspelled(name: string): string[] {
  const half = name.length >> 1;
  const [before, letter = '', after] = [name.slice(0, half), name[half], name.slice(half + 1)];
  const wrong = [
    before + after,
    `${before}x${after}`,
    before + letter + letter + after,
    `${name}s`,
    name.toUpperCase(),
  ];
  return wrong.filter((one) => one !== name);
}
