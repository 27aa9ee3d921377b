import { createHash } from 'node:crypto';
import {
  AditError,
  bigintFromBytes,
  concatBytes,
  encodeHex,
  equalBytes,
  reverseBytes,
  targetFromBits,
  uint32LE,
} from '@adit/primitives';
import { Fields } from '@adit/rpc';
import { MAX_BLOCK_BYTES } from './block-limits.ts';
import type { BlockPayment } from './block-payment.ts';
import type { ZcashChainParams } from './chains.ts';
import { type CoinbaseVariation, coinbaseVariation, type GivenDigests } from './coinbase-variation.ts';
import {
  authDataPath,
  blockCommitments,
  rootOfAuthDataPath,
  rootOfTransactionPath,
  transactionPath,
} from './merkle.ts';
import type { OpaqueCause } from './opaque-cause.ts';

/** What one template asks miners to solve. Immutable. All hashes are in header byte order. */
export interface ZcashWork {
  readonly kind: 'zcash';
  /** Height and a hash of the content: two templates have the same id only if they are the same. */
  readonly id: string;
  readonly chain: ZcashChainParams;
  /** Height of the block to be found. */
  readonly height: number;
  readonly version: number;
  readonly prevHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** The field between merkle root and time: hashBlockCommitments from NU5 on. */
  readonly reserved: Uint8Array;
  readonly time: number;
  readonly bits: number;
  readonly target: bigint;
  /** Least and greatest header time that the node accepts; equal if the chain pins the time. */
  readonly minTime: number;
  readonly maxTime: number;
  /** Serialised as the node made it; not parsed here. */
  readonly coinbase: Uint8Array;
  /** Serialised, not parsed, without the coinbase. */
  readonly transactions: readonly Uint8Array[];
  /** Whether the coinbase is the only transaction. */
  readonly empty: boolean;
  readonly longPollId?: string;
  /** For `withCoinbaseText`; absent if the coinbase must stay as the node made it. */
  readonly variation?: CoinbaseVariation;
  /** Whom its coinbase pays in the place of the operator; absent where it pays the node's own address. See `withPayees`. */
  readonly payment?: BlockPayment;
  /** Why there is no `variation`. */
  readonly opaque?: OpaqueCause;
}

/** At least 60 bytes for each transaction, within the limit of a block. */
const MAX_TRANSACTIONS = 40_000;
/** Consensus: a block's time is at most 90 minutes after the median of the last eleven (mintime is that median + 1). */
const MAX_AFTER_MINTIME = 90 * 60 - 1;
/** How far beyond the node's clock a miner may go if the node names no limit (consensus allows two hours). */
const MAX_AFTER_CURTIME = 60 * 60;
const UINT32 = 0xffff_ffff;

/**
 * Turns the answer to `getblocktemplate` into work. Everything that can be checked is checked: the target against bits,
 * the roots against the ids. Transactions are not parsed, so any version passes. Only the coinbase is split if its
 * format is known, and then has a `variation`.
 *
 * @throws AditError `ADIT_BAD_FIELD` naming the field, `ADIT_BAD_TEMPLATE` if fields contradict each other,
 *   `ADIT_WRONG_NETWORK` if bits are easier than the chain allows
 */
export function workFromTemplate(template: unknown, chain: ZcashChainParams): ZcashWork {
  return withVariation(readTemplate(template, chain));
}

/** A work without its `variation`, and what the variation is made of: plain data, which a thread can hand over. */
export interface TemplateContent {
  readonly work: ZcashWork;
  readonly given: GivenDigests;
}

/**
 * The costly part of `workFromTemplate`: it reads every transaction.
 * @throws as `workFromTemplate`
 */
export function readTemplate(template: unknown, chain: ZcashChainParams): TemplateContent {
  const fields = new Fields(template, 'getblocktemplate');
  const height = fields.integer('height', 1, UINT32);
  const version = fields.integer('version', 1, 0x7fff_ffff);
  const prevHash = fields.displayHash('previousblockhash');
  const bits = Number(bigintFromBytes(fields.hex('bits', 4)));
  const target = readTarget(fields, bits, chain);
  const times = readTimes(fields, chain);
  const body = readTransactions(fields);
  const merkleRoot = rootOfTransactionPath(body.given.coinbaseTxid, body.given.transactionPath);
  const reserved = readReserved(fields);
  const chainHistoryRoot = checkRoots(fields, body, merkleRoot);
  const longPollId = fields.optionalString('longpollid', 256);

  const content = concatBytes(
    ...[version, bits, times.time, times.minTime, times.maxTime].map(uint32LE),
    prevHash,
    merkleRoot,
    reserved,
    body.coinbase,
  );
  const digest = createHash('sha256').update(content).digest();
  const id = `${height}-${encodeHex(digest.subarray(0, 8))}`;
  const work: ZcashWork = {
    kind: 'zcash',
    id,
    chain,
    height,
    version,
    prevHash,
    merkleRoot,
    reserved,
    bits,
    target,
    ...times,
    coinbase: body.coinbase,
    transactions: body.transactions,
    empty: body.transactions.length === 0,
    ...(longPollId === undefined ? {} : { longPollId }),
  };
  return { work, given: { ...body.given, chainHistoryRoot } };
}

/** The cheap part: a few hashes, whatever the length of the template. */
export function withVariation({ work, given }: TemplateContent): ZcashWork {
  const variation = coinbaseVariation(work, given);
  return typeof variation === 'string' ? { ...work, opaque: variation } : { ...work, variation };
}

function readTarget(fields: Fields, bits: number, chain: ZcashChainParams): bigint {
  let target: bigint;
  try {
    target = targetFromBits(bits);
  } catch {
    throw fields.fault('bits', 'a positive target of at most 256 bits');
  }
  if (target === 0n) throw fields.fault('bits', 'a target above zero');
  if (target > chain.powLimit) {
    const what = `its templates are of another network than ${chain.name}, whose easiest target is harder than bits ${bits.toString(16)}`;
    throw new AditError(
      'ADIT_WRONG_NETWORK',
      `${what}: compare the network in the configuration with the node's`,
    );
  }
  if (fields.has('target') && bigintFromBytes(fields.hex('target', 32)) !== target) {
    throw fields.fault('target', 'what bits expand to');
  }
  return target;
}

function readTimes(
  fields: Fields,
  chain: ZcashChainParams,
): { time: number; minTime: number; maxTime: number } {
  const time = fields.integer('curtime', 1, UINT32);
  if (chain.pinTime) return { time, minTime: time, maxTime: time };
  const minTime = fields.optionalInteger('mintime', 0, UINT32) ?? time;
  if (minTime > time) throw fields.fault('mintime', 'no later than curtime');
  const usual = Math.min(minTime + MAX_AFTER_MINTIME, time + MAX_AFTER_CURTIME, UINT32);
  const maxTime = fields.optionalInteger('maxtime', 0, UINT32) ?? Math.max(time, usual);
  if (maxTime < time) throw fields.fault('maxtime', 'no earlier than curtime');
  return { time, minTime, maxTime };
}

interface Body {
  coinbase: Uint8Array;
  transactions: readonly Uint8Array[];
  given: Omit<GivenDigests, 'chainHistoryRoot'>;
}

function readTransactions(fields: Fields): Body {
  if (!fields.has('coinbasetxn')) {
    throw fields.fault('coinbasetxn', 'there: set the miner address in the configuration of the node');
  }
  const items = [fields.object('coinbasetxn'), ...fields.objects('transactions', MAX_TRANSACTIONS)];
  const data = items.map((item) => {
    const bytes = item.hex('data');
    if (bytes.length === 0) throw item.fault('data', 'a transaction in hex');
    return bytes;
  });
  const size = data.reduce((sum, bytes) => sum + bytes.length, 0);
  if (size > MAX_BLOCK_BYTES)
    throw fields.fault('transactions', `at most ${MAX_BLOCK_BYTES} bytes, not ${size}`);
  const [coinbase = new Uint8Array(), ...transactions] = data;
  const [coinbaseTxid = new Uint8Array(), ...txids] = items.map((item) => item.displayHash('hash'));
  const digests = items.map((item) => item.optionalDisplayHash('authdigest'));
  const sigops = items.map((item) => item.optionalInteger('sigops', 0, UINT32));
  const [coinbaseAuthDigest, ...others] = digests;
  const authDataPathOf = digests.every((digest) => digest !== undefined)
    ? authDataPath(others.filter((digest) => digest !== undefined))
    : undefined;
  return {
    coinbase,
    transactions,
    given: {
      coinbaseTxid,
      coinbaseAuthDigest,
      transactionPath: transactionPath(txids),
      authDataPath: authDataPathOf,
      sigops: sigops.reduce(
        (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
        0,
      ),
    },
  };
}

/** The field has had three names, and stands once more in defaultroots. All that are present must agree. */
function readReserved(fields: Fields): Uint8Array {
  const names = ['blockcommitmentshash', 'lightclientroothash', 'finalsaplingroothash'];
  const given = names.filter((name) => fields.has(name));
  const [first] = given;
  if (first === undefined) throw fields.fault('blockcommitmentshash', '64 hex digits');
  const value = fields.displayHash(first);
  for (const name of given) {
    if (!equalBytes(fields.displayHash(name), value)) throw fields.fault(name, `equal to ${first}`);
  }
  const root = fields.optionalObject('defaultroots')?.optionalDisplayHash('blockcommitmentshash');
  if (root !== undefined && !equalBytes(root, value)) {
    throw fields.fault('defaultroots.blockcommitmentshash', `equal to ${first}`);
  }
  return value;
}

/** @returns the root of the chain history, in hash order, if the node gives it */
function checkRoots(fields: Fields, { given }: Body, merkleRoot: Uint8Array): Uint8Array | undefined {
  const roots = fields.optionalObject('defaultroots');
  if (roots === undefined) return undefined;
  expectEqual(
    roots.optionalDisplayHash('merkleroot'),
    merkleRoot,
    'defaultroots.merkleroot',
    'the transaction hashes',
  );
  const givenAuthRoot = roots.optionalDisplayHash('authdataroot');
  if (given.authDataPath !== undefined && given.coinbaseAuthDigest !== undefined) {
    expectEqual(
      givenAuthRoot,
      rootOfAuthDataPath(given.coinbaseAuthDigest, given.authDataPath),
      'defaultroots.authdataroot',
      'the authdigests',
    );
  }
  const history = roots.optionalDisplayHash('chainhistoryroot');
  if (history === undefined || givenAuthRoot === undefined) return history;
  expectEqual(
    roots.optionalDisplayHash('blockcommitmentshash'),
    blockCommitments(history, givenAuthRoot),
    'defaultroots.blockcommitmentshash',
    'chainhistoryroot and authdataroot',
  );
  return history;
}

function expectEqual(given: Uint8Array | undefined, computed: Uint8Array, name: string, from: string): void {
  if (given === undefined || equalBytes(given, computed)) return;
  throw new AditError(
    'ADIT_BAD_TEMPLATE',
    `getblocktemplate.${name} does not follow from ${from} (${encodeHex(reverseBytes(computed))} expected): ` +
      'such a block would be invalid, so it is not mined',
  );
}
