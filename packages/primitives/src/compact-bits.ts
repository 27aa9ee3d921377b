import { AditError } from './errors.ts';

/**
 * The target that a header's `bits` field stands for: mantissa (23 bits) * 256^(exponent - 3).
 *
 * @param bits unsigned 32-bit integer, as in `1f07ffff`
 * @throws AditError `ADIT_BAD_BITS` when the sign bit is set or the target exceeds 256 bits;
 *   both are invalid by consensus (Bitcoin's SetCompact)
 */
export function targetFromBits(bits: number): bigint {
  const exponent = bits >>> 24;
  // Digits behind the point go before the sign is looked at: 01803456 is zero, not negative.
  const mantissa = BigInt(bits & 0x7fffff) >> BigInt(8 * Math.max(0, 3 - exponent));
  if (mantissa !== 0n && (bits & 0x800000) !== 0) {
    throw new AditError('ADIT_BAD_BITS', `bits ${hexBits(bits)} are negative`);
  }
  const target = mantissa << BigInt(8 * Math.max(0, exponent - 3));
  if (target >> 256n !== 0n) throw new AditError('ADIT_BAD_BITS', `bits ${hexBits(bits)} exceed 256 bits`);
  return target;
}

/** The `bits` field nearest below a target: what is lost are all bits after the first 23 or so. */
export function bitsFromTarget(target: bigint): number {
  let size = Math.ceil(target.toString(16).length / 2);
  // To the left where the target has fewer bytes than three: the shift is negative then.
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
