import {
  authDataRoot,
  blockCommitments,
  coinbaseTextOf,
  withCoinbaseText,
  workFromTemplate,
  type ZcashWork,
  zcashChain,
} from '@adit/chain';
import { decodeZcashHeader, equihashSizes, zcashBlockHash } from '@adit/pow';
import { BlockHasher } from '@adit/pow/threads';
import {
  bigintToBytes,
  concatBytes,
  decodeHex,
  encodeHex,
  hashValue,
  reverseBytes,
  targetFromBits,
} from '@adit/primitives';
import { type BenchCase, must, rate } from '../case.ts';
import { readShares } from '../shares.ts';

interface Block {
  readonly header: Uint8Array;
  readonly solution: Uint8Array;
  /** With its length prefix, which is hashed too. */
  readonly prefixed: Uint8Array;
  readonly target: bigint;
}

/** The transaction id of the coinbase below, in display order: ZIP 244 over its bytes. */
const COINBASE = {
  txid: 'f366e4f70aba00facac3c0b4107d6149e8a79fe9f240c91f11e60b9fc4f5f242',
  authDigest: '7d24f251cb488646c29d5559b37daa28a6dfce3870a6a911d08f50b07cf96c0f',
};
const SIZES = equihashSizes({ n: 200, k: 9 });

/**
 * The cost of a share before its proof is checked: header and solution hashed twice, and compared with the target. And
 * the cost of a new work from a template of 1,000 transactions.
 */
export function zcashCases(): BenchCase[] {
  const checking = (hashOf: (block: Block) => Uint8Array) => () => {
    const blocks = realBlocks();
    return rate(() => {
      for (const block of blocks) must(hashValue(hashOf(block)) <= block.target, 'a block meets its target');
      return blocks.length;
    });
  };
  const hasher = new BlockHasher(SIZES);
  return [
    {
      // As in a pool.
      name: 'zcash.header_check_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: checking(({ header, solution }) => hasher.hash(header, solution)),
    },
    {
      // As in a browser.
      name: 'zcash.header_check_wasm_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: checking(({ header, prefixed }) => zcashBlockHash(header, prefixed)),
    },
    {
      // Version 5 takes 14 hashes, ten of them up the tree.
      name: 'zcash.varied_works_per_s',
      unit: 'works/s',
      better: 'higher',
      prepare: () => {
        const work = variableWork(1_000);
        let counter = 0;
        return rate(() => {
          counter += 1;
          const varied = withCoinbaseText(work, coinbaseTextOf('bench', bigintToBytes(BigInt(counter), 16)));
          must(varied.reserved !== work.reserved, 'the commitments follow the text');
          return 1;
        });
      },
    },
  ];
}

/** @returns work of a made-up template with a coinbase of version 5 that pays one address */
function variableWork(transactions: number): ZcashWork {
  const display = (hash: Uint8Array) => encodeHex(reverseBytes(hash));
  const height = 3_500_000;
  const ids = Array.from({ length: transactions }, (_, i) => bigintToBytes(BigInt(i + 1), 32));
  const history = new Uint8Array(32);
  const coinbase = {
    data:
      '050000800a27a7265b16a53700000000e067350001' +
      `${'00'.repeat(32)}ffffffff0903e0673504f09fa693ffffffff01` +
      `40597307000000001976a914${'ad'.repeat(20)}88ac000000`,
    hash: COINBASE.txid,
    authdigest: COINBASE.authDigest,
  };
  const digests = [reverseBytes(decodeHex(COINBASE.authDigest)), ...ids];
  const work = workFromTemplate(
    {
      version: 4,
      height,
      previousblockhash: '11'.repeat(32),
      bits: '1f07ffff',
      curtime: 1_790_000_000,
      blockcommitmentshash: display(blockCommitments(history, authDataRoot(digests))),
      defaultroots: { chainhistoryroot: display(history) },
      coinbasetxn: coinbase,
      transactions: ids.map((id) => ({ data: '00', hash: display(id), authdigest: display(id) })),
    },
    zcashChain('zcash'),
  );
  must(work.variation !== undefined, 'the coinbase can be varied');
  return work;
}

function realBlocks(): Block[] {
  const set = readShares().find(({ name }) => name === '200_9');
  const blocks = (set?.shares ?? []).map(({ header, solution }) => ({
    header,
    solution,
    prefixed: concatBytes(SIZES.prefix, solution),
    target: targetFromBits(decodeZcashHeader(header).bits) ?? 0n,
  }));
  must(blocks.length > 0, 'there are blocks');
  return blocks;
}
