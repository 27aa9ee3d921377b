import { MINER_DIALECTS, type MinerDialects } from '@adit/miner';
import { CHAIN_FAMILIES, type ChainOptions } from '@adit/pool';
import type { CandidateFate, ChainFamilies } from '@adit/pool/family';
import type { Dialect } from '@adit/stratum';
import { DEMO_FAMILIES, type DemoFamilies } from '../../../cli/src/commands/demo-families.ts';
import { CONFIG_FAMILIES, type ConfigFamilies } from '../../../cli/src/config/families.ts';
import { EXAMINED_DIALECTS, type ExaminedDialects } from '../../../conformance/src/dialects.ts';
import { SPOKEN_DIALECTS, type SpokenDialects } from '../../../tap/src/dialects/spoken-dialects.ts';
import { TOY_FAMILY, type ToyChainOptions } from './chain.ts';
import { ToyMiner } from './miner.ts';

// Two tables are open: who builds a pool or a miner hands in a table with more rows.

export type AnyChain = ChainOptions | ToyChainOptions;

export const FAMILIES: ChainFamilies<AnyChain> = { ...CHAIN_FAMILIES, toy: TOY_FAMILY };

export const DIALECTS: MinerDialects<Dialect | 'toy'> = {
  ...MINER_DIALECTS,
  toy: (options, modules) => new ToyMiner(options, modules),
};

// The compiler asks for the row that is missing, in these two and in those that are closed: with a row more each line
// compiles. Where a line compiles without its mark, the compiler says so.

// @ts-expect-error the pool has no family for toy chains
CHAIN_FAMILIES satisfies ChainFamilies<AnyChain>;
({ ...CHAIN_FAMILIES, toy: TOY_FAMILY }) satisfies ChainFamilies<AnyChain>;

// @ts-expect-error the miner room does not mine the toy dialect
MINER_DIALECTS satisfies MinerDialects<Dialect | 'toy'>;
({ ...MINER_DIALECTS, toy: DIALECTS.toy }) satisfies MinerDialects<Dialect | 'toy'>;

// @ts-expect-error the probe has no questions about the toy dialect
EXAMINED_DIALECTS satisfies ExaminedDialects<Dialect | 'toy'>;
({ ...EXAMINED_DIALECTS, toy: EXAMINED_DIALECTS.zcash }) satisfies ExaminedDialects<Dialect | 'toy'>;

// @ts-expect-error the tap has no words for the toy dialect
SPOKEN_DIALECTS satisfies SpokenDialects<Dialect | 'toy'>;
({ ...SPOKEN_DIALECTS, toy: SPOKEN_DIALECTS.zcash }) satisfies SpokenDialects<Dialect | 'toy'>;

// @ts-expect-error the configuration has no shape for toy chains
CONFIG_FAMILIES satisfies ConfigFamilies<AnyChain['kind']>;
({ ...CONFIG_FAMILIES, toy: CONFIG_FAMILIES.zcash }) satisfies ConfigFamilies<AnyChain['kind']>;

// @ts-expect-error the demo has no node for toy chains
DEMO_FAMILIES satisfies DemoFamilies<AnyChain['kind']>;
({ ...DEMO_FAMILIES, toy: DEMO_FAMILIES.zcash }) satisfies DemoFamilies<AnyChain['kind']>;

// @ts-expect-error files and command lines do not name the toy dialect
'toy' satisfies Dialect;

// @ts-expect-error the pool decides by the state of a block, so a family has no words of its own for it
'buried' satisfies CandidateFate['state'];
