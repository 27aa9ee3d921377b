import { z } from 'zod';
import { type Config, configSchema } from './schema.ts';

/** One setting of the configuration file, for people. */
export interface Setting {
  /** limits.max_connections, chain[].ports[].listen */
  readonly key: string;
  readonly description: string;
  readonly default: string;
  /** It must stand in every configuration, or in every part that it belongs to. */
  readonly required: boolean;
  readonly bounds: string;
  /** Whether `adit reload` applies it. */
  readonly live: boolean;
  /** Whether not even `adit upgrade` does: the pool has to be stopped and started. */
  readonly restart: boolean;
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly live?: boolean;
  readonly restart?: boolean;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** All settings, in the order of the schema. A setting is whatever says when it takes effect. */
export function allSettings(): Setting[] {
  return settingsOf(
    z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema,
    '',
    false,
  );
}

function settingsOf(schema: JsonSchema, key: string, required: boolean): Setting[] {
  if (schema.live !== undefined) {
    const { description = '', live, restart = false } = schema;
    const byDefault = schema.default === undefined ? '' : JSON.stringify(schema.default);
    return [{ key, description, default: byDefault, required, bounds: boundsOf(schema), live, restart }];
  }
  if (schema.items !== undefined) return settingsOf(schema.items, `${key}[]`, required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
    settingsOf(part, key === '' ? name : `${key}.${name}`, schema.required?.includes(name) === true),
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
  /** Keys as in the file, chains and ports by their names: chain[zcash].ports[asic].share_seconds */
  readonly live: readonly string[];
  readonly needsUpgrade: readonly string[];
  readonly needsRestart: readonly string[];
}

/** What has changed between two configurations, by when it takes effect. */
export function compareConfigs(before: Config, after: Config): Difference {
  const settings = new Map(allSettings().map((setting) => [setting.key, setting]));
  const live: string[] = [];
  const needsUpgrade: string[] = [];
  const needsRestart: string[] = [];
  const compare = (old: unknown, now: unknown, key: string, pattern: string): void => {
    if (isListOfParts(old) && isListOfParts(now)) {
      const [olds, nows] = [byName(old), byName(now)];
      for (const name of new Set([...olds.keys(), ...nows.keys()])) {
        const part = `${key}[${name}]`;
        // Parts that come or go are a matter of the next process.
        if (olds.has(name) && nows.has(name)) compare(olds.get(name), nows.get(name), part, `${pattern}[]`);
        else needsUpgrade.push(part);
      }
    } else if (isPart(old) && isPart(now)) {
      for (const name of new Set([...Object.keys(old), ...Object.keys(now)]))
        compare(old[name], now[name], below(key, name), below(pattern, name));
    } else if (JSON.stringify(old) !== JSON.stringify(now)) {
      // TLS that begins or ends changes how the port speaks, while a new file only renews the certificate.
      const speaksOtherwise =
        /\.tls_(cert|key)$/.test(pattern) && (old === undefined) !== (now === undefined);
      const setting = settings.get(pattern);
      if (setting?.restart === true) needsRestart.push(key);
      else (setting?.live === true && !speaksOtherwise ? live : needsUpgrade).push(key);
    }
  };
  compare(before, after, '', '');
  return { live, needsUpgrade, needsRestart };
}

/**
 * The configuration that runs after a reload: live settings as they are now, the rest as before.
 * @param removed whether chains and ports that the file no longer has, and that go on until the next process, are in it
 */
export function withLiveSettings(before: Config, after: Config, removed: 'kept' | 'dropped'): Config {
  const { needsUpgrade, needsRestart } = compareConfigs(before, after);
  const waiting = new Set([...needsUpgrade, ...needsRestart]);
  const merged = (old: unknown, now: unknown, key: string): unknown => {
    if (isListOfParts(old) && isListOfParts(now)) {
      const nows = byName(now);
      return [...byName(old)].flatMap(([name, part]) => {
        if (nows.has(name)) return [merged(part, nows.get(name), `${key}[${name}]`)];
        return removed === 'kept' ? [part] : [];
      });
    }
    if (isPart(old) && isPart(now)) {
      const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
      const values = names.map((name) => [name, merged(old[name], now[name], below(key, name))]);
      return Object.fromEntries(values.filter(([, value]) => value !== undefined));
    }
    return waiting.has(key) ? old : now;
  };
  return merged(before, after, '') as Config;
}

function below(key: string, name: string): string {
  return key === '' ? name : `${key}.${name}`;
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfParts(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.some(isPart);
}

/** Chains and ports are known by their names, wherever they stand in the file; nodes by their place. */
function byName(parts: readonly unknown[]): Map<string, unknown> {
  return new Map(
    parts.map((part, i) => {
      const { name, listen } = (isPart(part) ? part : {}) as { name?: string; listen?: string };
      return [name ?? listen ?? String(i), part];
    }),
  );
}
