import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../../shared/vectors/zcash/', import.meta.url);

/** Value of `{ skip }`: false if the vectors are there. */
export const NO_VECTORS: string | false = existsSync(FOLDER) ? false : '../shared/vectors/zcash is missing';

export interface TemplateVector {
  origin: string;
  response: Record<string, unknown>;
  derived: { notify_params: [string, string, string, string, string, string, string, boolean] };
}

export interface BlockVector {
  name: string;
  block: string;
  block_hash: string;
  txids: string[];
  merkle_root: string;
  auth_digests: string[];
  auth_data_root: string;
  coinbase: { raw: string; txid: string; version: number; sapling_outputs: number; orchard_actions: number };
}

export interface HeaderVector {
  name: string;
  network: string;
  header140: string;
  solution: string;
  merkle_root_display: string;
}

function read(file: string): unknown {
  return NO_VECTORS === false
    ? JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))
    : { templates: [], vectors: [] };
}

export const templates = (): TemplateVector[] =>
  (read('getblocktemplate.json') as { templates: TemplateVector[] }).templates;
/** Templates of a Zebra 7.0.0, by what each of them shows. */
export const zebraTemplates = (): [name: string, response: Record<string, unknown>][] =>
  Object.entries(
    (read('zebra-7.0.0.json') as { templates: Record<string, Record<string, unknown>> }).templates,
  );
/** Blocks that the same Zebra took, around its upgrades. */
export const zebraBlocks = (): { height: number; hex: string }[] =>
  NO_VECTORS === false
    ? (read('zebra-7.0.0.json') as { blocks: { height: number; hex: string }[] }).blocks
    : [];
export const blocks = (): BlockVector[] => (read('blocks.json') as { vectors: BlockVector[] }).vectors;
export const headers = (): HeaderVector[] => (read('headers.json') as { vectors: HeaderVector[] }).vectors;
export function vectorsOf<T>(file: string): T[] {
  return (read(file) as { vectors: T[] }).vectors;
}
