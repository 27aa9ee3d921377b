import type { ChainConfig, PortConfig } from './schema.ts';

/** Four bytes: some firmware refuses every other length. */
const ZCASH_NONCE1_BYTES = 4;
const TRUE_NONCE1_BYTES = 3;

/** What a port is called where the configuration gives it no name. */
export function portName(chain: ChainConfig, port: PortConfig): string {
  return port.name ?? `${chain.name}@${port.listen}`;
}

/** How many bytes of the nonce the pool fixes on a port. */
export function nonce1BytesOf(port: PortConfig): number {
  return port.nonce1_bytes ?? (port.dialect === 'zcash' ? ZCASH_NONCE1_BYTES : TRUE_NONCE1_BYTES);
}
