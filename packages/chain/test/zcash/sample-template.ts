import { encodeHex, reverseBytes } from '@adit/primitives';
import {
  authDataRoot,
  blockCommitments,
  doubleSha256,
  transactionMerkleRoot,
} from '../../src/zcash/merkle.ts';

export interface SampleOptions {
  height?: number;
  /** Display order. */
  previous?: string;
  transactions?: readonly Uint8Array[];
  coinbase?: Uint8Array;
  /** Id (header order) and auth digest (hash order) of the coinbase; made up by default. */
  coinbaseDigests?: { txid: Uint8Array; auth: Uint8Array };
  bits?: string;
  target?: string;
  curtime?: number;
  longpollid?: string;
}

const display = (hash: Uint8Array): string => encodeHex(reverseBytes(hash));

/** A consistent template over made-up transactions, with the fields that Zebra gives. */
export function sampleTemplate(options: SampleOptions = {}): Record<string, unknown> {
  const height = options.height ?? 3_500_000;
  const curtime = options.curtime ?? 1_790_000_000;
  const coinbase = options.coinbase ?? new TextEncoder().encode(`\x05\0\0\x80 coinbase of height ${height}`);
  const items = [coinbase, ...(options.transactions ?? [])].map((data) => ({
    data,
    txid: doubleSha256(data),
    auth: doubleSha256(doubleSha256(data)),
    ...(data === coinbase ? options.coinbaseDigests : undefined),
  }));
  const history = doubleSha256(Uint8Array.of(height & 255));
  const authRoot = authDataRoot(items.map(({ auth }) => auth));
  const commitments = display(blockCommitments(history, authRoot));
  const [first, ...others] = items.map(({ data, txid, auth }) => ({
    data: encodeHex(data),
    hash: display(txid),
    authdigest: display(auth),
    fee: 0,
  }));
  return {
    version: 4,
    previousblockhash: options.previous ?? height.toString(16).padStart(64, '0'),
    blockcommitmentshash: commitments,
    lightclientroothash: commitments,
    finalsaplingroothash: commitments,
    defaultroots: {
      merkleroot: display(transactionMerkleRoot(items.map(({ txid }) => txid))),
      chainhistoryroot: display(history),
      authdataroot: display(authRoot),
      blockcommitmentshash: commitments,
    },
    transactions: others,
    coinbasetxn: first,
    longpollid: options.longpollid ?? `poll-${height}-${others.length}`,
    target: options.target ?? '0005555400000000000000000000000000000000000000000000000000000000',
    mintime: curtime - 100,
    curtime,
    maxtime: curtime + 5000,
    bits: options.bits ?? '1f055554',
    height,
  };
}
