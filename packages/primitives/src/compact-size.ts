/** Bitcoin's variable-length count in its shortest form. @param count 0 to 2^32-1 */
export function compactSize(count: number): Uint8Array {
  if (count < 0xfd) return Uint8Array.of(count);
  if (count <= 0xffff) return Uint8Array.of(0xfd, count & 255, count >> 8);
  const bytes = new Uint8Array(5);
  bytes[0] = 0xfe;
  new DataView(bytes.buffer).setUint32(1, count, true);
  return bytes;
}
