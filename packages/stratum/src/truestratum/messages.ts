import { AditError, checkBytes, checkText, encodeHex, targetToHex } from '@adit/primitives';
import { notificationLine } from '../reply.ts';

/** Seeds in a dataset. */
export const SEED_COUNT = 10_240;
/** Bytes in a seed. */
export const SEED_BYTES = 16;

/** The name of the dialect in the subscribe reply. Real miners send 0.1.0, and do not read what the pool answers. */
export const TRUESTRATUM_VERSION = 'TrueStratum/1.0.0';

/** `mining.set_difficulty`. Despite its name it carries a target: 16 bytes as 32 hex digits. */
export function setDifficultyLine(target: bigint): string {
  return notificationLine('mining.set_difficulty', [targetToHex(target, 16)]);
}

/**
 * `mining.notify`, with its line end.
 * @param seedHash dataset hash, 64 lower-case digits
 * @param headerHash hash without nonce, 64 lower-case digits
 * @throws AditError `ADIT_BAD_HEX` for bytes, or for text that does not have 64 digits
 */
export function trueNotifyLine(jobId: string, seedHash: string, headerHash: string, clean: boolean): string {
  checkText(jobId, 'the id of a job');
  if (typeof clean !== 'boolean')
    throw new AditError('ADIT_BAD_OPTION', `clean must be true or false, not ${String(clean)}`);
  checkDigits(seedHash, 'seedHash');
  checkDigits(headerHash, 'headerHash');
  return `{"id":null,"method":"mining.notify","params":["${jobId}","${seedHash}","${headerHash}",${clean}]}\n`;
}

/**
 * The `result` of a seedhash reply as JSON text: [[10240 seeds], hash]. Callers make it once for each dataset.
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

/** The line is built without a JSON library, so anything that is not text of this length would be sent as it is. */
function checkDigits(text: string, what: string): void {
  if (typeof text === 'string' && text.length === 64) return;
  throw new AditError('ADIT_BAD_HEX', `${what} must be 64 hex digits`);
}
