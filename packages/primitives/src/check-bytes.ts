import { AditError } from './errors.ts';

/**
 * Checks bytes that a caller hands over. Where types are lost (`JSON.parse`, plain JavaScript), hex text comes in the place
 * of bytes; unchecked it would be hashed, compared or sent as something else.
 *
 * @param what names the argument in the error, such as `prevHash`
 * @param length expected number of bytes; any when left out
 * @throws AditError `ADIT_BAD_BYTES` unless `value` is a Uint8Array (a Node Buffer is one) of that length
 */
export function checkBytes(value: Uint8Array, what: string, length?: number): void {
  if (isBytes(value) && (length === undefined || value.length === length)) return;
  const wanted = length === undefined ? 'a Uint8Array' : `a Uint8Array of ${length} bytes`;
  throw new AditError('ADIT_BAD_BYTES', `${what} must be ${wanted}, not ${described(value)}`);
}

/** Arrays of another realm (a frame, a `vm` context) are no instances of this realm's class, but carry its name. */
function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
}

function described(value: unknown): string {
  if (typeof value === 'string') return `a string of ${value.length}: decodeHex makes bytes of hex`;
  if (isBytes(value)) return `${value.length} bytes`;
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? `a ${value.constructor?.name ?? 'object'}` : `a ${typeof value}`;
}
