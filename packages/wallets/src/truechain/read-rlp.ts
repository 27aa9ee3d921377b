import { AditError, bigintFromBytes } from '@adit/primitives';

/** What was read: bytes, or a list. */
export type ReadRlp = Uint8Array | readonly ReadRlp[];

/** Lists in lists, of the deepest item that this chain writes. Deeper ones could use up the stack. */
const MOST_DEPTH = 4;

/**
 * Reads Ethereum's recursive length prefix as strictly as nodes do: lengths are the shortest ones, and nothing stands behind the item.
 * @throws AditError `ADIT_BAD_TRANSACTION` with the node's words
 */
export function readRlp(bytes: Uint8Array): ReadRlp {
  const { item, end } = itemAt(bytes, 0, bytes.length, 0);
  if (end !== bytes.length) throw bad('input contains more than one value');
  return item;
}

/**
 * A field that is an integer.
 * @throws AditError `ADIT_BAD_TRANSACTION` for a list, leading zeros, or more than 256 bits
 */
export function rlpInteger(item: ReadRlp | undefined): bigint {
  if (!(item instanceof Uint8Array)) throw bad('expected input string or byte');
  if (item.length > 32 || item[0] === 0) throw bad('non-canonical integer');
  return item.length === 0 ? 0n : bigintFromBytes(item);
}

function itemAt(
  bytes: Uint8Array,
  at: number,
  limit: number,
  depth: number,
): { readonly item: ReadRlp; readonly end: number } {
  const first = bytes[at];
  if (first === undefined || at >= limit) throw bad('value size exceeds available input length');
  if (first < 0x80) return { item: bytes.subarray(at, at + 1), end: at + 1 };
  const isList = first >= 0xc0;
  const base = isList ? 0xc0 : 0x80;
  const { start, length } = bodyAt(bytes, at, first - base, limit);
  const end = start + length;
  if (end > limit) throw bad('value size exceeds available input length');
  const body = bytes.subarray(start, end);
  if (!isList) {
    if (length === 1 && (body[0] ?? 0) < 0x80) throw bad('non-canonical size information');
    return { item: body, end };
  }
  if (depth >= MOST_DEPTH) throw bad('lists are too deep');
  const items: ReadRlp[] = [];
  for (let next = start; next < end; ) {
    const inner = itemAt(bytes, next, end, depth + 1);
    items.push(inner.item);
    next = inner.end;
  }
  return { item: items, end };
}

/** @param size the first byte less its base: a length below 56, or how many bytes the length has */
function bodyAt(
  bytes: Uint8Array,
  at: number,
  size: number,
  limit: number,
): { readonly start: number; readonly length: number } {
  if (size < 56) return { start: at + 1, length: size };
  const start = at + 1 + (size - 55);
  if (start > limit) throw bad('value size exceeds available input length');
  const digits = bytes.subarray(at + 1, start);
  const length = bigintFromBytes(digits);
  if (digits[0] === 0 || length < 56n) throw bad('non-canonical size information');
  if (length > BigInt(limit)) throw bad('value size exceeds available input length');
  return { start, length: Number(length) };
}

function bad(why: string): AditError {
  return new AditError('ADIT_BAD_TRANSACTION', `rlp: ${why}`);
}
