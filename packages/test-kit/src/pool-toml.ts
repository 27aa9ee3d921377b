import { SMALL } from './pools.ts';

/** TOML that no value of JavaScript stands for: `nan`, `0x10`, a text with a mistake in it. */
export interface RawToml {
  readonly raw: string;
}

export type TomlValue = string | number | boolean | RawToml | readonly TomlValue[];

/** The keys of one table; a key that is undefined is left out. */
export type TomlTable = Readonly<Record<string, TomlValue | undefined>>;

/** A `[[chain]]` with its `[[chain.nodes]]` and `[[chain.ports]]`. */
export interface TomlChain {
  readonly keys: TomlTable;
  /** Tables of the chain, such as `money` for `[chain.money]`. */
  readonly tables?: Readonly<Record<string, TomlTable>>;
  readonly nodes: readonly TomlTable[];
  readonly ports: readonly TomlTable[];
}

/** What a test says of a chain; all else is as `zcashToml` and `trueChainToml` have it. */
export interface TomlChanges {
  readonly chain?: TomlTable;
  readonly tables?: Readonly<Record<string, TomlTable>>;
  readonly node?: TomlTable;
  /** One for each port; a single port where left out. */
  readonly ports?: readonly TomlTable[];
}

const NOWHERE = 'http://127.0.0.1:1';

export function raw(text: string): RawToml {
  return { raw: text };
}

/** A port of the Zcash family on a free port of loopback. */
export function zcashPortToml(changes: TomlTable = {}): TomlTable {
  return { listen: '127.0.0.1:0', dialect: 'zcash', start_difficulty: 1, ...changes };
}

/** A port of TrueChain on a free port of loopback. */
export function truePortToml(changes: TomlTable = {}): TomlTable {
  return { listen: '127.0.0.1:0', dialect: 'truestratum', start_difficulty: 100_000, ...changes };
}

/** A chain with small parameters and one port. @param url of its node; where nobody answers where left out */
export function zcashToml(
  url = NOWHERE,
  { chain, tables = {}, node, ports = [{}] }: TomlChanges = {},
): TomlChain {
  return {
    keys: { name: 'chain', network: SMALL.name, ...chain },
    tables,
    nodes: [{ url, ...node }],
    ports: ports.map(zcashPortToml),
  };
}

/** TrueChain with one port. @param url of its node; where nobody answers where left out */
export function trueChainToml(
  url = NOWHERE,
  { chain, tables = {}, node, ports = [{}] }: TomlChanges = {},
): TomlChain {
  return {
    keys: { name: 'chain', network: 'truechain', ...chain },
    tables,
    nodes: [{ url, ...node }],
    ports: ports.map(truePortToml),
  };
}

/** The text of a port alone, as `poolToml` writes it. */
export function portText(port: TomlTable): string {
  return tableText('[[chain.ports]]', port);
}

/**
 * The text of a configuration of `adit pool`.
 * @param tables such as `{ admin: { enabled: false } }`; the keys of `top` belong to none
 */
export function poolToml(
  chains: readonly TomlChain[],
  { top = {}, ...tables }: Readonly<Record<string, TomlTable>> = {},
): string {
  return [
    linesOf(top),
    ...Object.entries(tables).map(([name, table]) => tableText(`[${name}]`, table)),
    ...chains.flatMap(({ keys, tables: ofChain = {}, nodes, ports }) => [
      tableText('[[chain]]', keys),
      ...Object.entries(ofChain).map(([name, table]) => tableText(`[chain.${name}]`, table)),
      ...nodes.map((node) => tableText('[[chain.nodes]]', node)),
      ...ports.map(portText),
    ]),
  ].join('');
}

function tableText(header: string, table: TomlTable): string {
  return `${header}\n${linesOf(table)}`;
}

function linesOf(table: TomlTable): string {
  return Object.entries(table)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${textOf(value)}\n`]))
    .join('');
}

function textOf(value: TomlValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return numberText(value);
  return 'raw' in value ? value.raw : `[${value.map(textOf).join(', ')}]`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0.0' : String(value);
}
