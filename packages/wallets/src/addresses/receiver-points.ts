import { bigintFromBytes } from '@adit/primitives';
import { Field } from '@noble/curves/abstract/modular.js';
import { jubjub, jubjub_groupHash } from '@noble/curves/misc.js';

/** Bytes of a diversifier, in front of the key in a shielded receiver. */
const DIVERSIFIER_BYTES = 11;
const SAPLING_BASE = new TextEncoder().encode('Zcash_gd');
/** Base field of Pallas, Orchard's curve: y^2 = x^3 + 5. */
const PALLAS = Field(0x40000000000000000000000000000000224698fc094cf91b992d30ed00000001n);
const PALLAS_B = 5n;

/**
 * Whether a Sapling receiver can be paid: its diversifier has a base, and its key is a point of the prime-order group (protocol
 * specification, 4.2.2 and 5.6.3.1). A checksum does not say so, and one such payee makes a wallet refuse the whole payment.
 * @param receiver 43 bytes
 */
export function isSaplingReceiver(receiver: Uint8Array): boolean {
  try {
    // Throws where the diversifier has no base.
    jubjub_groupHash(receiver.subarray(0, DIVERSIFIER_BYTES), SAPLING_BASE);
    const key = jubjub.Point.fromBytes(receiver.subarray(DIVERSIFIER_BYTES));
    return !key.is0() && key.isTorsionFree();
  } catch {
    return false;
  }
}

/**
 * Whether the key of an Orchard receiver is a point of Pallas other than zero (5.6.4.2). Each diversifier has a base.
 * @param receiver 43 bytes
 */
export function isOrchardReceiver(receiver: Uint8Array): boolean {
  const littleEndian = receiver.slice(DIVERSIFIER_BYTES).reverse();
  const [top = 0] = littleEndian;
  // The highest bit says which of the two roots is y.
  littleEndian[0] = top & 0x7f;
  const x = bigintFromBytes(littleEndian);
  // Zero bytes stand for the point at infinity; 5 is not a square, so x = 0 is no other point.
  if (x === 0n || !PALLAS.isValid(x)) return false;
  const square = PALLAS.add(PALLAS.mul(PALLAS.sqr(x), x), PALLAS_B);
  return PALLAS.eql(PALLAS.pow(square, (PALLAS.ORDER - 1n) / 2n), PALLAS.ONE);
}
