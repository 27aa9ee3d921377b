import { receiverFromKey, writeAddress } from '@adit/wallets';
import { stringify } from 'smol-toml';
import { FAMILIES } from '../../src/config/families.ts';
import type { SchemaKey } from './schema-keys.ts';

type Table = Record<string, unknown>;

const REWARDS = [writeAddress(receiverFromKey(`p2pkh:${'11'.repeat(20)}`), 'zcash')];

/** What a table that is not there by itself needs, by its name. */
const NEEDED: Readonly<Record<string, (family: number) => Table>> = {
  money: (family) => (FAMILIES[family]?.kind === 'zcash' ? { reward_addresses: REWARDS } : {}),
  wallet: () => ({ kind: 'paper' }),
};

/** The chain of a family as short as it can be. @param family index in `FAMILIES` */
function chainOf(family: number): Table {
  const { dialect = '', networks = [] } = FAMILIES[family] ?? {};
  return {
    name: 'chain',
    network: networks[0],
    nodes: [{ url: 'http://127.0.0.1:1' }],
    ports: [{ listen: '127.0.0.1:0', dialect, start_difficulty: 1 }],
  };
}

/**
 * A valid configuration with one key changed.
 * @param value undefined takes the key away
 * @param name of the key in place of its own, for a misspelled one
 */
export function configWith(
  { path, family }: Pick<SchemaKey, 'path' | 'family'>,
  value: unknown,
  name?: string,
): string {
  const config: Table = { admin: { enabled: false }, chain: [chainOf(family)] };
  let table = config;
  for (const part of path.slice(0, -1)) {
    table[part] ??= NEEDED[String(part)]?.(family) ?? {};
    table = table[part] as Table;
  }
  const key = String(path.at(-1));
  delete table[key];
  if (value !== undefined) table[name ?? key] = value;
  return stringify(config);
}

/** What a key has in that configuration; undefined if it has none there. */
export function sampleOf({ path, family }: Pick<SchemaKey, 'path' | 'family'>): unknown {
  const config: Table = { chain: [chainOf(family)] };
  return path.reduce<unknown>(
    (value, part) => (value as Table | undefined)?.[part] ?? NEEDED[String(part)]?.(family),
    config,
  );
}
