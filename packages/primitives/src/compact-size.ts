import { checkWhole } from './check-values.ts';

/** Bitcoin's variable-length count in its shortest form. @param count 0 to 2^32-1 @throws AditError `ADIT_BAD_OPTION` */
export function compactSize(count: number): Uint8Array {
  checkWhole(count, 'a count', 0, 0xffff_ffff);
  if (count < 0xfd) return Uint8Array.of(count);
  if (count <= 0xffff) return Uint8Array.of(0xfd, count & 255, count >> 8);
  const bytes = new Uint8Array(5);
  bytes[0] = 0xfe;
  new DataView(bytes.buffer).setUint32(1, count, true);
  return bytes;
}
