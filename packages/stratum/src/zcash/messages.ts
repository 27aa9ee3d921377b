import { encodeHex, targetToHex, uint32LE } from '@adit/primitives';
import { notificationLine } from '../reply.ts';

/** What a Zcash job hands to a miner; all hashes in header byte order. */
export interface ZcashJobFields {
  readonly version: number;
  /** 32 bytes each. */
  readonly prevHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** The slot after the merkle root: final Sapling root, chain history root, block commitments. */
  readonly reserved: Uint8Array;
  readonly time: number;
  readonly bits: number;
}

/** `mining.notify` for all connections alike. @param extras (n,k) and personalization, for GPU miners */
export function zcashNotifyLine(
  id: string,
  job: ZcashJobFields,
  clean: boolean,
  extras: readonly string[] = [],
): string {
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

/** 64 digits, big-endian, zero-padded: miners exist that refuse 62. */
export function setTargetLine(target: bigint): string {
  return notificationLine('mining.set_target', [targetToHex(target, 32)]);
}

export function setExtranonceLine(nonce1: Uint8Array): string {
  return notificationLine('mining.set_extranonce', [encodeHex(nonce1)]);
}
