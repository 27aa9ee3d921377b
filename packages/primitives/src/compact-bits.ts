import { checkBigint } from './check-values.ts';
import { AditError } from './errors.ts';

/**
 * The target that a header's `bits` field stands for: mantissa (23 bits) * 256^(exponent - 3).
 *
 * @param bits unsigned 32-bit integer, as in `1f07ffff`
 * @throws AditError `ADIT_BAD_BITS` when the sign bit is set or the target exceeds 256 bits;
 *   both are invalid by consensus (Bitcoin's SetCompact); also for anything that is not such an integer, such as hex text
 */
export function targetFromBits(bits: number): bigint {
  if (!Number.isInteger(bits) || bits < 0 || bits > 0xffff_ffff)
    throw new AditError('ADIT_BAD_BITS', `bits must be an integer from 0 to 2^32-1, not ${String(bits)}`);
  const exponent = bits >>> 24;
  // The fraction is cut off before the sign is read: 01803456 is zero, not negative.
  const mantissa = BigInt(bits & 0x7fffff) >> BigInt(8 * Math.max(0, 3 - exponent));
  if (mantissa !== 0n && (bits & 0x800000) !== 0) {
    throw new AditError('ADIT_BAD_BITS', `bits ${hexBits(bits)} are negative`);
  }
  const target = mantissa << BigInt(8 * Math.max(0, exponent - 3));
  if (target >> 256n !== 0n) throw new AditError('ADIT_BAD_BITS', `bits ${hexBits(bits)} exceed 256 bits`);
  return target;
}

/** @returns the `bits` field of the nearest representable target at or below `target`; it keeps the first 16 to 23 bits */
export function bitsFromTarget(target: bigint): number {
  checkBigint(target, 'a target');
  let size = Math.ceil(target.toString(16).length / 2);
  // For a target of fewer than three bytes the shift is negative, which shifts to the left.
  let mantissa = target >> BigInt(8 * (size - 3));
  // The top bit of the mantissa is the sign: shift it out of the way.
  if (mantissa & 0x800000n) {
    mantissa >>= 8n;
    size += 1;
  }
  return target === 0n ? 0 : ((size << 24) | Number(mantissa)) >>> 0;
}

function hexBits(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0');
}
