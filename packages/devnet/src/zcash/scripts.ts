/** Output script that pays to a public key hash. @param hash 20 bytes */
export function p2pkhScript(hash: Uint8Array): Uint8Array {
  return Uint8Array.of(0x76, 0xa9, 0x14, ...hash, 0x88, 0xac);
}

/** Output script that pays to a script hash. @param hash 20 bytes */
export function p2shScript(hash: Uint8Array): Uint8Array {
  return Uint8Array.of(0xa9, 0x14, ...hash, 0x87);
}
