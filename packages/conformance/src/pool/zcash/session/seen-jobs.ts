import { encodeZcashHeader } from '@adit/pow';
import { equalBytes, readUint32LE, targetFromHex, tryDecodeHex } from '@adit/primitives';
import type { Received } from '@adit/wire';
import type { SeenJob } from '../../probe/pool-session.ts';

/** A job as it came, with the target and nonce1 in force when it came. */
export interface ZcashSeenJob extends SeenJob {
  /** Eight hex digits, as the job had them. */
  readonly time: string;
  readonly target: bigint;
  readonly nonce1: Uint8Array;
  /** 108 bytes. */
  readonly headerStart: Uint8Array;
}

const HEADER_START = 108;
/** The place of the time in a header: after the version and three hashes. */
export const TIME_OFFSET = 100;

/** Reads targets, changes of nonce1 and jobs in the order in which they came, and skips those that it cannot read. */
export function zcashJobs(received: readonly Received[], firstNonce1: Uint8Array): ZcashSeenJob[] {
  const jobs: ZcashSeenJob[] = [];
  let target: bigint | undefined;
  let nonce1 = firstNonce1;
  received.forEach(({ message, at }, place) => {
    if (message.kind !== 'notification' && message.kind !== 'request') return;
    const { method, params } = message;
    if (method === 'mining.set_target') target = targetFromHex(params[0], 32) ?? target;
    else if (method === 'mining.set_extranonce') nonce1 = tryDecodeHex(params[0]) ?? nonce1;
    else if (method === 'mining.notify' && target !== undefined) {
      const job = readJob(params);
      if (job !== undefined) jobs.push({ ...job, target, nonce1, at, place });
    }
  });
  return jobs;
}

/** What a check has waited for in vain, in the words of findings. */
export const NO_JOB_TO_KEEP = 'no job with clean_jobs false';
export const NO_OTHER_BLOCK = 'no job on another block';

/** Whether two jobs are on different blocks. Bytes 4 to 36 of a header name the block before it. */
export function onOtherBlock(a: ZcashSeenJob, b: ZcashSeenJob): boolean {
  return !equalBytes(a.headerStart.slice(4, 36), b.headerStart.slice(4, 36));
}

function readJob(
  params: readonly unknown[],
): Pick<ZcashSeenJob, 'id' | 'clean' | 'time' | 'headerStart'> | undefined {
  const [id, version, prevHash, merkleRoot, reserved, time, bits, clean] = params;
  const words = [version, time, bits].map((field) => tryDecodeHex(field, 4));
  const hashes = [prevHash, merkleRoot, reserved].map((field) => tryDecodeHex(field, 32));
  const [versionBytes, timeBytes, bitsBytes] = words;
  const [prev, root, slot] = hashes;
  if (typeof id !== 'string' || typeof time !== 'string' || typeof clean !== 'boolean') return undefined;
  if (versionBytes === undefined || timeBytes === undefined || bitsBytes === undefined) return undefined;
  if (prev === undefined || root === undefined || slot === undefined) return undefined;
  const header = encodeZcashHeader({
    version: readUint32LE(versionBytes),
    prevHash: prev,
    merkleRoot: root,
    reserved: slot,
    time: readUint32LE(timeBytes),
    bits: readUint32LE(bitsBytes),
    nonce: new Uint8Array(32),
  });
  return { id, clean, time, headerStart: header.slice(0, HEADER_START) };
}
