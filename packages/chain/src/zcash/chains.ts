import type { EquihashParams } from '@adit/pow';
import { AditError } from '@adit/primitives';

/** What is fixed for a chain of the Zcash family, and what its node does not tell. */
export interface ZcashChainParams {
  readonly name: string;
  readonly equihash: EquihashParams;
  /** Easiest target that consensus allows. Displayed difficulties count from it: it is difficulty 1. */
  readonly powLimit: bigint;
  /** Time between blocks that the difficulty rule aims at, below the first of `spacings`: see `blockSecondsAt`. */
  readonly blockSeconds: number;
  /** Heights from which blocks come faster or slower, ascending. */
  readonly spacings?: readonly { readonly fromHeight: number; readonly blockSeconds: number }[];
  /**
   * True if bits depend on the header's time (testnet's minimum-difficulty rule): a miner must not change the time
   * then.
   */
  readonly pinTime: boolean;
  /** Values of `chain` in `getblockchaininfo` that its nodes may give. */
  readonly nodeWords: readonly string[];
  /** Hash of its first block in display order, if known. A fork has that of the chain that it left. */
  readonly genesis?: string;
  /** Why a pool cannot mine it. A miner still can, at a pool that does. */
  readonly unmineable?: string;
}

const MAIN_LIMIT = (1n << 243n) - 1n; // 0007ff..ff
const TEST_LIMIT = (1n << 251n) - 1n; // 07ff..ff
const EASY_LIMIT = ((1n << 256n) - 1n) / 17n; // 0f0f..0f

const ZCASH_GENESIS = '00040fe8ec8471911baa1db1266ea15dd06b4a8a5c453883c000b031973dce08';
const TESTNET_GENESIS = '05a60a92d99d85997cce3b87616c089f6124d7342af37106edc76126334a2c38';
const ZCLASSIC_GENESIS = '0007104ccda289427919efc39dc9e4d499804b7bebc22df55f8b834301260602';
/** Nodes that descend from newer Bitcoin code give `coinbasevalue`, and the pool would have to make the coinbase. */
const NO_COINBASE = 'its node gives no coinbase (coinbasetxn) in its templates';

/**
 * Every chain here is plain Equihash over Zcash's header. A pool mines it from the coinbase that the node makes
 * (`coinbasetxn`), if the node gives one.
 * Zclassic and Ycash left 200,9 for 192,7, BitcoinZ and LitecoinZ for 144,5.
 */
export const ZCASH_CHAINS: Readonly<Record<string, ZcashChainParams>> = Object.fromEntries(
  [
    {
      ...chain('zcash', 200, 9, 'ZcashPoW', MAIN_LIMIT, 75),
      spacings: nu7From(3_543_405),
      genesis: ZCASH_GENESIS,
    },
    {
      ...chain('zcash-testnet', 200, 9, 'ZcashPoW', TEST_LIMIT, 75),
      pinTime: true,
      spacings: nu7From(4_465_026),
      nodeWords: ['test'],
      genesis: TESTNET_GENESIS,
    },
    // Zebra calls Regtest "test".
    { ...chain('zcash-regtest', 48, 5, 'ZcashPoW', EASY_LIMIT, 75), nodeWords: ['regtest', 'test'] },
    chain('komodo', 200, 9, 'ZcashPoW', EASY_LIMIT, 60),
    chain('pirate', 200, 9, 'ZcashPoW', EASY_LIMIT, 60),
    { ...chain('zclassic', 192, 7, 'ZcashPoW', MAIN_LIMIT, 75), genesis: ZCLASSIC_GENESIS },
    { ...chain('ycash', 192, 7, 'ZcashPoW', MAIN_LIMIT, 75), genesis: ZCASH_GENESIS },
    { ...chain('bitcoin-gold', 144, 5, 'BgoldPoW', MAIN_LIMIT, 600), unmineable: NO_COINBASE },
    chain('bitcoinz', 144, 5, 'BitcoinZ', MAIN_LIMIT, 150),
    { ...chain('litecoinz', 144, 5, 'ZcashPoW', MAIN_LIMIT, 150), unmineable: NO_COINBASE },
    // Adit's own: one CPU thread finds a block in seconds.
    devnet('zcash-devnet', 200, 9),
    devnet('zcash-devnet-48_5', 48, 5),
  ].map((params) => [params.name, params]),
);

/** @throws AditError `ADIT_UNKNOWN_CHAIN` with the names of all chains */
export function zcashChain(name: string): ZcashChainParams {
  const params = Object.hasOwn(ZCASH_CHAINS, name) ? ZCASH_CHAINS[name] : undefined;
  if (params !== undefined) return params;
  throw new AditError('ADIT_UNKNOWN_CHAIN', `chain must be one of ${Object.keys(ZCASH_CHAINS).join(', ')}`);
}

/** The time between blocks that the difficulty rule aims at for a block of this height. */
export function blockSecondsAt(params: ZcashChainParams, height: number): number {
  const last = params.spacings?.findLast(({ fromHeight }) => height >= fromHeight);
  return last?.blockSeconds ?? params.blockSeconds;
}

/** From NU7 on, three blocks come in the time of one. */
function nu7From(fromHeight: number): readonly { fromHeight: number; blockSeconds: number }[] {
  return [{ fromHeight, blockSeconds: 25 }];
}

function chain(
  name: string,
  n: number,
  k: number,
  personalization: string,
  powLimit: bigint,
  blockSeconds: number,
): ZcashChainParams {
  const nodeWords = ['main'];
  return { name, equihash: { n, k, personalization }, powLimit, blockSeconds, pinTime: false, nodeWords };
}

/** A chain for tests: its node is our devnet, or a real one on Regtest. */
function devnet(name: string, n: number, k: number): ZcashChainParams {
  return { ...chain(name, n, k, 'ZcashPoW', EASY_LIMIT, 20), nodeWords: [name, 'regtest', 'test'] };
}
