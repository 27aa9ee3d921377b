import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { poolToml, type TomlValue, trueChainToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { z } from 'zod';
import { loadConfig } from '../src/config/load.ts';
import { configSchema } from '../src/config/schema.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

/** The paths of all numbers of the schema, such as `chain[].ports[].grace_ms`. */
function numbersOf(schema: Schema, key: string): string[] {
  if (schema.type === 'number' || schema.type === 'integer') return [key];
  if (schema.oneOf !== undefined) return schema.oneOf.flatMap((part) => numbersOf(part, key));
  if (schema.items !== undefined) return numbersOf(schema.items, `${key}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
    numbersOf(part, key === '' ? name : `${key}.${name}`),
  );
}

const SCHEMA = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Schema;
const NUMBERS = [...new Set(numbersOf(SCHEMA, ''))];

/** A configuration in which one number has this value. */
function fileWith(key: string, value: number, family: typeof zcashToml): string {
  const parts = key.split('.');
  const name = (parts.at(-1) ?? '').replace('[]', '');
  const table = { [name]: key.endsWith('[]') ? [value] : value } satisfies Record<string, TomlValue>;
  const [first, second] = parts;
  if (first !== 'chain[]')
    return poolToml([family()], parts.length === 1 ? { top: table } : { [first ?? '']: table });
  if (second === 'nodes[]') return poolToml([family(undefined, { node: table })]);
  if (second === 'ports[]') return poolToml([family(undefined, { ports: [table] })]);
  if (parts.length > 3) {
    const tables = { [`${second}.${parts[2]}`]: table };
    return poolToml([family(undefined, { tables })]);
  }
  if (parts.length > 2) return poolToml([family(undefined, { tables: { [second ?? '']: table } })]);
  return poolToml([family(undefined, { chain: table })]);
}

function faultOf(context: TestContext, text: string): string {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, text);
  try {
    loadConfig(file);
  } catch (error) {
    return (error as Error).message.replaceAll(file, 'adit.toml');
  }
  return 'no fault';
}

test('no number of the configuration may be nan, infinite, a negative zero, or absurdly small', (context) => {
  assert.ok(NUMBERS.length > 40, 'the schema was not understood');
  for (const key of NUMBERS) {
    const family = /tip9|poll_ms|strict/.test(key) ? trueChainToml : zcashToml;
    const place = key.replaceAll('[]', '[0]').replace(/([[\].])/g, '\\$1');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, -1]) {
      const fault = faultOf(context, fileWith(key, value, family));
      const what = `${key} = ${Object.is(value, -0) ? '-0' : value}`;
      assert.match(fault, new RegExp(`^adit\\.toml:\\d+: ${place}: .*expected`, 'm'), what);
    }
  }
});

test('the fault for a number out of its bounds says what was found', (context) => {
  const cases: [string, number, RegExp][] = [
    ['sessions.resume_seconds', 5e-324, /resume_seconds: found 5e-324, expected 0, or 1 to 3600$/],
    ['sessions.resume_seconds', 0.5, /resume_seconds: found 0\.5, expected 0, or 1 to 3600$/],
    ['upgrade.reconnect_seconds', 0.01, /reconnect_seconds: found 0\.01, expected 0, or 0\.1 to 3600$/],
    ['outage.keep_minutes', 1441, /keep_minutes: found 1441, expected at most 1440$/],
    ['chain[].ports[].grace_ms', -0, /grace_ms: found -0, expected a number without a sign$/],
    ['chain[].ports[].share_seconds', 0.5, /share_seconds: found 0\.5, expected at least 1$/],
  ];
  for (const [key, value, words] of cases)
    assert.match(faultOf(context, fileWith(key, value, zcashToml)), words);
  for (const key of ['sessions.resume_seconds', 'upgrade.reconnect_seconds'])
    assert.equal(faultOf(context, fileWith(key, 0, zcashToml)), 'no fault', key);
});
