import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SCHEME_KINDS, type SchemeKind } from '@adit/money';
import { AditError } from '@adit/primitives';

/** A numbered share, as slices keep it. */
export interface StoredShare {
  readonly number: number;
  /** From `ShareAccounts`. */
  readonly account: number;
  readonly scheme: SchemeKind;
  readonly score: bigint;
  readonly weight: bigint;
}

/** The row of a journal that a share is. */
export interface ShareOrigin {
  readonly instance: string;
  readonly sequence: number;
}

/** What one account has in a slice by shares of one scheme. */
export interface StoredSum {
  readonly account: number;
  readonly scheme: SchemeKind;
  readonly score: bigint;
  readonly weight: bigint;
}

/** Level 1 of nine makes slices some 5 % larger than the default level, and takes a third of its time. */
const LEVEL = { level: 1 };
/** A slice of 4,096 shares has some 100 kB. More than this is not a slice. */
const MAX_BYTES = { maxOutputLength: 4 * 1024 * 1024 };
const HEADER_BYTES = 4;

interface Header {
  readonly schemes: readonly SchemeKind[];
  /** Pairs of score and weight: a few hundred, since the targets of miners take few values. */
  readonly values: readonly (readonly [string, string])[];
}

/** Packs shares with consecutive numbers. Their numbers are not kept: they follow from that of the first one. */
export function packShares(shares: readonly StoredShare[]): Uint8Array {
  const values = new Map<string, number>();
  const list: [string, string][] = [];
  const body = Buffer.alloc(shares.length * 7);
  const valuesAt = shares.length * 4;
  const schemesAt = valuesAt + shares.length * 2;
  // Most shares in a row have one of a few objects as their score.
  let last: StoredShare | undefined;
  let lastIndex = 0;
  for (const [i, share] of shares.entries()) {
    if (last === undefined || share.score !== last.score || share.weight !== last.weight) {
      const key = `${share.score} ${share.weight}`;
      lastIndex = values.get(key) ?? list.length;
      if (lastIndex === list.length) {
        values.set(key, lastIndex);
        list.push([String(share.score), String(share.weight)]);
      }
      last = share;
    }
    body.writeUInt32LE(share.account, i * 4);
    body.writeUInt16LE(lastIndex, valuesAt + i * 2);
    body.writeUInt8(SCHEME_KINDS.indexOf(share.scheme), schemesAt + i);
  }
  const header = Buffer.from(JSON.stringify({ schemes: SCHEME_KINDS, values: list } satisfies Header));
  const length = Buffer.alloc(HEADER_BYTES);
  length.writeUInt32LE(header.length);
  return deflateRawSync(Buffer.concat([length, header, body]), LEVEL);
}

/**
 * @param first number of the first share
 * @param count how many there must be
 * @returns oldest first
 * @throws AditError `ADIT_LEDGER_SHARES` for bytes that {@link packShares} did not make
 */
export function unpackShares(packed: Uint8Array, first: number, count: number): readonly StoredShare[] {
  return reading(() => {
    const bytes = inflateRawSync(packed, MAX_BYTES);
    const end = HEADER_BYTES + bytes.readUInt32LE(0);
    const { schemes, values } = JSON.parse(bytes.subarray(HEADER_BYTES, end).toString()) as Header;
    const exact = values.map(([score, weight]) => ({ score: BigInt(score), weight: BigInt(weight) }));
    const body = bytes.subarray(end);
    if (body.length !== count * 7) throw new RangeError(`${body.length} bytes for ${count} shares`);
    return Array.from({ length: count }, (_, i) => {
      const value = exact[body.readUInt16LE(count * 4 + i * 2)];
      const scheme = schemes[body.readUInt8(count * 6 + i)];
      if (value === undefined || scheme === undefined) throw new RangeError(`share ${first + i}`);
      return { number: first + i, account: body.readUInt32LE(i * 4), scheme, ...value };
    });
  });
}

/** Packs sums, ordered as they come. */
export function packSums(sums: Iterable<StoredSum>): Uint8Array {
  const rows = [...sums].map(({ account, scheme, score, weight }) => [
    account,
    scheme,
    String(score),
    String(weight),
  ]);
  return deflateRawSync(JSON.stringify(rows), LEVEL);
}

/** @throws AditError `ADIT_LEDGER_SHARES` for bytes that {@link packSums} did not make */
export function unpackSums(packed: Uint8Array): readonly StoredSum[] {
  return reading(() => {
    const rows = JSON.parse(inflateRawSync(packed, MAX_BYTES).toString()) as [
      number,
      SchemeKind,
      string,
      string,
    ][];
    return rows.map(([account, scheme, score, weight]) => ({
      account,
      scheme,
      score: BigInt(score),
      weight: BigInt(weight),
    }));
  });
}

/** The sums of shares by account and scheme, ordered by both, so that the same shares make the same bytes. */
export function sumsOf(shares: Iterable<StoredShare>): readonly StoredSum[] {
  const sums = new Map<number, StoredSum & { score: bigint; weight: bigint }>();
  for (const { account, scheme, score, weight } of shares) {
    const key = account * SCHEME_KINDS.length + SCHEME_KINDS.indexOf(scheme);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { account, scheme, score, weight });
    else {
      sum.score += score;
      sum.weight += weight;
    }
  }
  return [...sums].sort(([a], [b]) => a - b).map(([, sum]) => sum);
}

/** Packs the rows of shares as runs of one journal. */
export function packOrigin(origins: readonly ShareOrigin[]): Uint8Array {
  const instances: string[] = [];
  const runs: number[] = [];
  let [last, next] = ['', -1];
  for (const { instance, sequence } of origins) {
    if (instance === last && sequence === next) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
    else {
      if (!instances.includes(instance)) instances.push(instance);
      runs.push(instances.indexOf(instance), sequence, 1);
    }
    last = instance;
    next = sequence + 1;
  }
  return deflateRawSync(JSON.stringify([instances, runs]), LEVEL);
}

/** @throws AditError `ADIT_LEDGER_SHARES` for bytes that {@link packOrigin} did not make */
export function unpackOrigin(packed: Uint8Array): readonly ShareOrigin[] {
  return reading(() => {
    const text = inflateRawSync(packed, MAX_BYTES).toString();
    const [instances, runs] = JSON.parse(text) as [string[], number[]];
    const origins: ShareOrigin[] = [];
    for (let i = 0; i < runs.length; i += 3) {
      const [index = -1, start = 0, count = 0] = runs.slice(i, i + 3);
      const instance = instances[index];
      if (instance === undefined) throw new RangeError(`journal ${index}`);
      for (let k = 0; k < count; k += 1) origins.push({ instance, sequence: start + k });
    }
    return origins;
  });
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new AditError('ADIT_LEDGER_SHARES', 'a slice of shares in the ledger cannot be read', {
      cause: error,
    });
  }
}
