import { AditError, checkBytes, encodeHex, targetToHex, uint32LE } from '@adit/primitives';
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
 * @throws AditError `ADIT_BAD_BYTES` unless the hashes have 32 bytes; `ADIT_BAD_OPTION` unless version, time and bits are
 *   integers of 32 bits, the id a text, and `clean` true or false
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
  if (typeof id !== 'string') throw bad('the id of a job must be a text', id);
  if (typeof clean !== 'boolean') throw bad('clean must be true or false', clean);
  return notificationLine('mining.notify', [
    id,
    uint32Hex(job.version, 'version'),
    encodeHex(job.prevHash),
    encodeHex(job.merkleRoot),
    encodeHex(job.reserved),
    uint32Hex(job.time, 'time'),
    uint32Hex(job.bits, 'bits'),
    clean,
    ...extras,
  ]);
}

function uint32Hex(value: number, name: string): string {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw bad(`${name} must be an integer from 0 to 2^32-1`, value);
  return encodeHex(uint32LE(value));
}

function bad(rule: string, value: unknown): AditError {
  return new AditError('ADIT_BAD_OPTION', `${rule}, not ${String(value)}`);
}

/** `mining.set_target`: 64 hex digits, big-endian, padded with zeros, because some miners refuse 62 digits. */
export function setTargetLine(target: bigint): string {
  return notificationLine('mining.set_target', [targetToHex(target, 32)]);
}

/** `mining.set_extranonce`: another nonce1, for miners that asked for it. */
export function setExtranonceLine(nonce1: Uint8Array): string {
  return notificationLine('mining.set_extranonce', [encodeHex(nonce1)]);
}
