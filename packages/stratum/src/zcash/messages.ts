import { checkBytes, encodeHex, targetToHex, uint32LE } from '@adit/primitives';
import { notificationLine } from '../reply.ts';

/** The fields of a Zcash job that miners get; all hashes are in header byte order. */
export interface ZcashJobFields {
  readonly version: number;
  /** 32 bytes. */
  readonly prevHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** The header field after the merkle root: final Sapling root, chain history root or block commitments. */
  readonly reserved: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
  /** The compact form of the network's target. */
  readonly bits: number;
}

/**
 * `mining.notify`, the same for all connections, with its line end.
 * @param extras (n,k) and personalization, for GPU miners: `['48_5', 'ZcashPoW']`
 * @throws AditError `ADIT_BAD_BYTES` unless the hashes have 32 bytes
 */
export function zcashNotifyLine(
  id: string,
  job: ZcashJobFields,
  clean: boolean,
  extras: readonly string[] = [],
): string {
  checkBytes(job.prevHash, 'prevHash', 32);
  checkBytes(job.merkleRoot, 'merkleRoot', 32);
  checkBytes(job.reserved, 'reserved', 32);
  return notificationLine('mining.notify', [
    id,
    encodeHex(uint32LE(job.version)),
    encodeHex(job.prevHash),
    encodeHex(job.merkleRoot),
    encodeHex(job.reserved),
    encodeHex(uint32LE(job.time)),
    encodeHex(uint32LE(job.bits)),
    clean,
    ...extras,
  ]);
}

/** `mining.set_target`: 64 hex digits, big-endian, padded with zeros, because some miners refuse 62 digits. */
export function setTargetLine(target: bigint): string {
  return notificationLine('mining.set_target', [targetToHex(target, 32)]);
}

/** `mining.set_extranonce`: another nonce1, for miners that asked for it. */
export function setExtranonceLine(nonce1: Uint8Array): string {
  return notificationLine('mining.set_extranonce', [encodeHex(nonce1)]);
}
