import { AditError } from '@adit/primitives';
import { z } from 'zod';
import type { ConfigFamily, Family, Located } from './config-family.ts';
import { nearest } from './nearest.ts';
import { TRUECHAIN } from './truechain/family.ts';
import { ZCASH } from './zcash/family.ts';

/** One entry for each family: a family of the pool without an entry does not compile. */
export type ConfigFamilies<Name extends string = Family> = Readonly<Record<Name, unknown>>;

/**
 * The families of chains in the configuration. They are distinguished only by tables with one entry for each family. This
 * table is closed: the program fixes which keys a file may have, and the page of settings and the template follow it.
 */
export const CONFIG_FAMILIES = {
  zcash: ZCASH,
  truechain: TRUECHAIN,
} as const satisfies ConfigFamilies;

const ROWS = Object.values(CONFIG_FAMILIES);
type ChainSchema = (typeof ROWS)[number]['schema'];

/** A `[[chain]]` of any family. `network` decides which family it is, and so which keys are allowed. */
export const chainSchema = z.discriminatedUnion(
  'network',
  ROWS.map(({ schema }) => schema) as [ChainSchema, ...ChainSchema[]],
);

export type ChainConfig = z.infer<typeof chainSchema>;

/** The families. Each is given only chains of its own. */
export const FAMILIES: readonly ConfigFamily<ChainConfig>[] = ROWS;

export const NETWORKS: readonly string[] = FAMILIES.flatMap(({ networks }) => networks);

const OF_NETWORK = new Map(
  FAMILIES.flatMap((family) => family.networks.map((network) => [network, family] as const)),
);

/**
 * The family of a chain.
 * @throws AditError `ADIT_UNKNOWN_CHAIN` with the names of all networks
 */
export function familyOf({ network }: { readonly network: string }): ConfigFamily<ChainConfig> {
  const family = OF_NETWORK.get(network);
  if (family !== undefined) return family;
  const likely = nearest(network, NETWORKS);
  const advice = likely === undefined ? '' : `; did you mean "${likely}"?`;
  throw new AditError(
    'ADIT_UNKNOWN_CHAIN',
    `the network: found "${network}", expected one of ${NETWORKS.join(', ')}${advice}`,
  );
}

/** Each family with its chains in the file; also a family without any. */
export function chainsByFamily(config: {
  readonly chain: readonly ChainConfig[];
}): (readonly [ConfigFamily<ChainConfig>, readonly Located<ChainConfig>[]])[] {
  const located = config.chain.map((chain, c) => ({ key: `chain[${c}]`, chain }));
  return FAMILIES.map((family) => [
    family,
    located.filter(({ chain }) => family.networks.includes(chain.network)),
  ]);
}
