import { z } from 'zod';
import { type Config, configSchema } from './schema.ts';

/** One setting of the configuration file, for people. */
export interface Setting {
  /** limits.max_connections, chain[].ports[].listen */
  readonly key: string;
  readonly description: string;
  readonly default: string;
  readonly bounds: string;
  /** Whether `adit reload` applies it. */
  readonly live: boolean;
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly live?: boolean;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** All settings, in the order of the schema. A setting is whatever says when it takes effect. */
export function allSettings(): Setting[] {
  return settingsOf(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '');
}

function settingsOf(schema: JsonSchema, key: string): Setting[] {
  if (schema.live !== undefined) {
    const { description = '', live } = schema;
    const byDefault = schema.default === undefined ? '' : JSON.stringify(schema.default);
    return [{ key, description, default: byDefault, bounds: boundsOf(schema), live }];
  }
  if (schema.items !== undefined) return settingsOf(schema.items, `${key}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
    settingsOf(part, key === '' ? name : `${key}.${name}`),
  );
}

function boundsOf({ enum: values, minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  if (values !== undefined) return values.map(String).join(', ');
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`);
  // What JSON Schema says of every integer is no bound.
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least === undefined && most === undefined) return '';
  return most === undefined ? `from ${least}` : `${least ?? ''} to ${most}`;
}

export interface Difference {
  /** Keys as in the file: chain[0].ports[1].share_seconds */
  readonly live: readonly string[];
  readonly needsUpgrade: readonly string[];
}

/** What has changed between two configurations, by when it takes effect. */
export function compareConfigs(before: Config, after: Config): Difference {
  const isLive = new Map(allSettings().map(({ key, live }) => [key, live]));
  const [old, now] = [leaves(before, ''), leaves(after, '')];
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
  const live: string[] = [];
  const needsUpgrade: string[] = [];
  // TLS that begins or ends changes how the port speaks, while a new file only renews the certificate.
  const speaksOtherwise = (key: string) => /\.tls_(cert|key)$/.test(key) && old.has(key) !== now.has(key);
  for (const key of changed) {
    const applies = isLive.get(key.replace(/\[\d+\]/g, '[]')) === true && !speaksOtherwise(key);
    (applies ? live : needsUpgrade).push(key);
  }
  return { live, needsUpgrade };
}

/** The configuration that runs after a reload: live settings as they are now, the rest as before. */
export function withLiveSettings(before: Config, after: Config): Config {
  const kept = new Set(compareConfigs(before, after).needsUpgrade);
  return merged(before, after, '', kept) as Config;
}

function merged(before: unknown, after: unknown, key: string, kept: ReadonlySet<string>): unknown {
  if (isListOfParts(before) && isListOfParts(after)) {
    // Parts that come or go are a matter of the next process.
    if (before.length !== after.length) return before;
    return before.map((part, i) => merged(part, after[i], `${key}[${i}]`, kept));
  }
  if (isPart(before) && isPart(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const values = names.map((name) => [
      name,
      merged(before[name], after[name], key === '' ? name : `${key}.${name}`, kept),
    ]);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }
  return kept.has(key) ? before : after;
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfParts(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.some(isPart);
}

/** Every value with its key; lists of plain values count as one. */
function leaves(value: unknown, key: string): Map<string, string> {
  if (isListOfParts(value)) return new Map(value.flatMap((part, i) => [...leaves(part, `${key}[${i}]`)]));
  if (isPart(value)) {
    return new Map(
      Object.entries(value).flatMap(([name, part]) => [
        ...leaves(part, key === '' ? name : `${key}.${name}`),
      ]),
    );
  }
  return value === undefined ? new Map() : new Map([[key, JSON.stringify(value)]]);
}
