import { isDeepStrictEqual } from 'node:util';
import { familyOf, NETWORKS } from './families.ts';
import { configJsonSchema, type JsonSchema } from './json-schema.ts';
import type { Config } from './schema.ts';
import type { Holds } from './values.ts';

/** A setting of the configuration file, described for people. */
export interface Setting {
  /** limits.max_connections, chain[].ports[].listen */
  readonly key: string;
  /** The family of chains, or the ports, that have the setting; empty if all have it. */
  readonly belongs: string;
  readonly description: string;
  readonly default: string;
  /** True if every configuration, or every part that it belongs to, must have it. */
  readonly required: boolean;
  readonly bounds: string;
  /** Whether `adit reload` applies it. */
  readonly live: boolean;
  /** True if even `adit upgrade` does not apply it: the pool must be stopped and started. */
  readonly restart: boolean;
  /** What the value names: a file, a folder, a variable; undefined for other values. */
  readonly holds?: Holds;
}

/** All settings, in the order of the schema. Every key with a note on when it takes effect is a setting. */
export function allSettings(): readonly Setting[] {
  return SETTINGS;
}

/** To read them out of the schema takes milliseconds, and a file with many misspelled keys asks for each of them. */
const SETTINGS = settingsOf(configJsonSchema(), { key: '', belongs: '', required: false });

type Place = Pick<Setting, 'key' | 'belongs' | 'required'>;

function settingsOf(schema: JsonSchema, place: Place): Setting[] {
  const belongs = schema.belongs ?? place.belongs;
  const { key } = place;
  if (schema.live !== undefined) {
    const { description = '', live, restart = false, holds } = schema;
    const byDefault = schema.default === undefined ? '' : JSON.stringify(schema.default);
    const bounds = boundsOf(schema);
    const kind = holds === undefined ? {} : { holds };
    return [{ ...place, belongs, description, default: byDefault, bounds, live, restart, ...kind }];
  }
  if (schema.oneOf !== undefined)
    return inCommon(schema.oneOf.map((part) => settingsOf(part, { ...place, belongs })));
  if (schema.items !== undefined)
    return settingsOf(schema.items, { key: `${key}[]`, belongs, required: true });
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
    settingsOf(part, {
      key: below(key, name),
      belongs,
      required: schema.required?.includes(name) === true,
    }),
  );
}

/**
 * Joins the settings of several families. A setting that is the same in all families appears once. The others name
 * their family, and follow the setting that they follow there.
 */
function inCommon(families: readonly (readonly Setting[])[]): Setting[] {
  const isSame = (one: Setting, other: Setting) =>
    isDeepStrictEqual({ ...one, belongs: '' }, { ...other, belongs: '' });
  const [first = [], ...others] = families;
  const merged = first.map((setting) =>
    others.every((family) => family.some((one) => isSame(one, setting)))
      ? { ...setting, belongs: '' }
      : setting,
  );
  for (const family of others) {
    /** Place after the previous setting of this family. */
    let at = 0;
    for (const setting of family) {
      const same = merged.findIndex((one) => one.belongs === '' && isSame(one, setting));
      if (same >= 0) {
        at = same + 1;
        continue;
      }
      const twin = merged.findLastIndex(({ key }) => key === setting.key);
      let place = twin >= 0 ? twin + 1 : at;
      // Skip the settings of the families before this one.
      while (twin < 0 && (merged[place]?.belongs ?? '') !== '') place += 1;
      merged.splice(place, 0, setting);
      at = place + 1;
    }
  }
  return merged;
}

function boundsOf({ enum: values, const: only, bounds, ...numbers }: JsonSchema): string {
  if (bounds !== undefined) return bounds;
  if (only !== undefined) return String(only);
  if (values !== undefined) return values.map(String).join(', ');
  const { minimum, exclusiveMinimum, maximum } = numbers;
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`);
  // JSON Schema gives this maximum to every integer, so it is not a bound.
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least === undefined && most === undefined) return '';
  return most === undefined ? `from ${least}` : `${least ?? ''} to ${most}`;
}

export interface Difference {
  /** Keys as in the file, with the names of chains and ports: chain[zcash].ports[asic].share_seconds */
  readonly live: readonly string[];
  readonly needsUpgrade: readonly string[];
  readonly needsRestart: readonly string[];
}

/** The keys that differ between two configurations, by when they take effect. */
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
        // Parts that were added or removed wait for the next process.
        if (olds.has(name) && nows.has(name)) compare(olds.get(name), nows.get(name), part, `${pattern}[]`);
        else needsUpgrade.push(part);
      }
    } else if (isPart(old) && isPart(now) && !settings.has(pattern)) {
      // A chain of another family is another chain, even with the same name. None of its settings can be applied to
      // this one.
      if (isOtherFamily(old, now)) return void needsUpgrade.push(key);
      for (const name of new Set([...Object.keys(old), ...Object.keys(now)]))
        compare(old[name], now[name], below(key, name), below(pattern, name));
    } else if (JSON.stringify(old) !== JSON.stringify(now)) {
      // To begin or end TLS changes how the port speaks. A new certificate file only renews it.
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
 * The configuration that runs after a reload: new values of live settings, old values of all others.
 * @param removed what happens to chains and ports that the file has no longer, and that run until the next process
 */
export function withLiveSettings(before: Config, after: Config, removed: 'kept' | 'dropped'): Config {
  const { needsUpgrade, needsRestart } = compareConfigs(before, after);
  const waiting = new Set([...needsUpgrade, ...needsRestart]);
  const merged = (old: unknown, now: unknown, key: string): unknown => {
    if (waiting.has(key)) return old;
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
    return now;
  };
  return merged(before, after, '') as Config;
}

function isOtherFamily({ network: old }: Part, { network: now }: Part): boolean {
  return isNetwork(old) && isNetwork(now) && familyOf({ network: old }) !== familyOf({ network: now });
}

function isNetwork(value: unknown): value is string {
  return typeof value === 'string' && NETWORKS.includes(value);
}

/** The key of a value within a part. */
export function below(key: string, name: string): string {
  return key === '' ? name : `${key}.${name}`;
}

type Part = Readonly<Record<string, unknown>>;

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfParts(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.some(isPart);
}

/** Chains and ports are identified by their names, in any order; nodes by their position. */
function byName(parts: readonly unknown[]): Map<string, unknown> {
  return new Map(parts.map((part, i) => [nameOfPart(part) ?? String(i), part]));
}

/** The name of a chain or a port, which may be its address; undefined for nodes and other values. */
export function nameOfPart(part: unknown): string | undefined {
  const { name, listen } = (isPart(part) ? part : {}) as { name?: string; listen?: string };
  return name ?? listen;
}
