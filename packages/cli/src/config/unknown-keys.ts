import { FAMILIES, familyOf, NETWORKS } from './families.ts';
import { type Fault, keyOf } from './faults.ts';
import { likelyKey } from './likely-key.ts';

/** No setting has a longer name. */
export const LONGEST_KEY = 64;

type Level = 'chain' | 'port';

/**
 * The fault for a key that the part at `path` may not have. A key of another family is reported with the name of that
 * family; any other key is misspelled.
 * @param raw the file as TOML has it
 */
export function unknownKeyFault(raw: unknown, path: readonly PropertyKey[], key: string): Fault {
  const level = levelOf(path);
  const network = valueAt(raw, [...path.slice(0, 2), 'network']);
  const owner = level === undefined ? undefined : FAMILIES.find(({ keys }) => keys[level].includes(key));
  const at = keyOf([...path, key]);
  if (level === undefined || owner === undefined || !isNetwork(network))
    return { key: keyOf(path), at, message: strange(keyOf(path), key) };
  const own = familyOf({ network });
  const [theirs, ours] = {
    chain: [owner.label, own.label],
    port: [`${owner.dialect} ports (${owner.label})`, `${own.dialect} ports`],
  }[level];
  return {
    key: at,
    message: `belongs to ${theirs}; expected only settings of ${ours}, since network is "${network}"`,
  };
}

/** Keys that no family knows, of a chain without a valid `network`: one of them may be the misspelled `network`. */
export function strangeChainKeys(raw: unknown, path: readonly PropertyKey[]): Fault[] {
  return strangeKeys(raw, path).map((key) => ({
    key: keyOf(path),
    at: keyOf([...path, key]),
    message: strange(keyOf(path), key),
  }));
}

/** The names of these keys. */
export function strangeKeys(raw: unknown, path: readonly PropertyKey[]): string[] {
  const chain = valueAt(raw, path);
  const known = new Set(FAMILIES.flatMap(({ keys }) => keys.chain));
  return Object.keys(typeof chain === 'object' && chain !== null ? chain : {}).filter(
    (key) => !known.has(key),
  );
}

/** @param key at most as long as a line of the file, which is cut here */
function strange(path: string, key: string): string {
  const shown = key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}...` : key;
  const likely = key.length > LONGEST_KEY ? undefined : likelyKey(path, key);
  return `found "${shown}", which is no setting${path === '' ? '' : ` of ${path}`}; ${likely ?? 'expected one of those that `adit settings` lists'}`;
}

function isNetwork(value: unknown): value is string {
  return typeof value === 'string' && NETWORKS.includes(value);
}

/** Only `chain[0]` and `chain[0].ports[1]` have keys that belong to families. */
function levelOf([first, , third, ...more]: readonly PropertyKey[]): Level | undefined {
  if (first !== 'chain') return undefined;
  if (third === undefined) return 'chain';
  return third === 'ports' && more.length === 1 ? 'port' : undefined;
}

/** The value of a path in the file as TOML has it; undefined if there is none. */
export function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    raw,
  );
}
