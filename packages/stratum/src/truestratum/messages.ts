import { AditError, checkBytes, encodeHex, targetToHex } from '@adit/primitives';
import { notificationLine } from '../reply.ts';

/** Seeds in a dataset. */
export const SEED_COUNT = 10_240;
/** Bytes in a seed. */
export const SEED_BYTES = 16;

/** The name of the dialect in the subscribe reply. Real miners say 0.1.0 and do not look. */
export const TRUESTRATUM_VERSION = 'TrueStratum/1.0.0';

/** Despite its name, always a target: 16 bytes as 32 hex digits. */
export function setDifficultyLine(target: bigint): string {
  return notificationLine('mining.set_difficulty', [targetToHex(target, 16)]);
}

/**
 * `mining.notify`, with its line end.
 * @param seedHash dataset hash, 64 lower-case digits
 * @param headerHash hash without nonce, 64 lower-case digits
 * @throws AditError `ADIT_BAD_HEX` for bytes, or digits of another number
 */
export function trueNotifyLine(jobId: string, seedHash: string, headerHash: string, clean: boolean): string {
  checkDigits(seedHash, 'seedHash');
  checkDigits(headerHash, 'headerHash');
  return `{"id":null,"method":"mining.notify","params":["${jobId}","${seedHash}","${headerHash}",${clean}]}\n`;
}

/**
 * The `result` of a seedhash reply as JSON text, to be made once for a dataset: [[10240 seeds], hash].
 * @param seeds 163,840 bytes
 * @param datasetHash 32 bytes
 * @throws AditError `ADIT_BAD_BYTES`
 */
export function seedsResult(seeds: Uint8Array, datasetHash: Uint8Array): string {
  checkBytes(seeds, 'seeds', SEED_COUNT * SEED_BYTES);
  checkBytes(datasetHash, 'datasetHash', 32);
  const list: string[] = [];
  for (let i = 0; i < SEED_COUNT; i += 1) {
    list.push(`"${encodeHex(seeds.subarray(i * SEED_BYTES, (i + 1) * SEED_BYTES))}"`);
  }
  return `[[${list.join(',')}],"${encodeHex(datasetHash)}"]`;
}

/** The line is put together by hand, once for each connection: what is no text of this length would go out as it is. */
function checkDigits(text: string, what: string): void {
  if (typeof text === 'string' && text.length === 64) return;
  throw new AditError('ADIT_BAD_HEX', `${what} must be 64 hex digits`);
}
