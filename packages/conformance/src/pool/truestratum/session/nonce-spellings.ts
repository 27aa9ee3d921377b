import { blockHalf, fruitHalf } from '@adit/pow';
import { nonceReadings } from '@adit/stratum';
import type { TrueStratumSeenJob } from './seen-jobs.ts';
import type { TrueStratumSession } from './truestratum-session.ts';

const RANGE = 1n << 64n;

/** Whether one of the nonces is a share of the job. */
export async function isOneOf(
  session: TrueStratumSession,
  job: TrueStratumSeenJob,
  nonces: readonly bigint[],
): Promise<boolean> {
  const hasher = await session.hasher(job);
  return nonces.some((nonce) => {
    const digest = hasher.hash(job.headerHash, nonce);
    // A pool may also accept a half that equals the target.
    return blockHalf(digest) <= job.target || fruitHalf(digest) <= job.target;
  });
}

/** A name of a form of a nonce, and the form as JSON text. */
export type Form = [what: string, text: string];

/** Forms that are another number than the nonce, or not a number, as JSON text. */
export function wrongForms(nonce: bigint): Form[] {
  const digits = nonce.toString();
  const forms: Form[] = [
    ['negative', `"${nonce - RANGE}"`],
    ['negative, as a number', `${nonce - RANGE}`],
    ['beyond 2^64', `"${nonce + RANGE}"`],
    ['beyond 2^64, as a number', `${nonce + RANGE}`],
    ['17 hex digits', `"0x${(nonce + RANGE).toString(16)}"`],
    ['a list', `["${digits}"]`],
    ['an object', `{"nonce":"${digits}"}`],
    ['null', 'null'],
    ['true', 'true'],
    ['empty', '""'],
    ['junk', '"nonce"'],
  ];
  // Only where a double can still tell it from the nonce.
  if (!Number.isInteger(Number(`${digits}.5`))) forms.push(['a fraction, as a number', `${digits}.5`]);
  return forms;
}

/** Forms in which a lenient pool may still read the nonce, as JSON text. */
export function lenientForms(nonce: bigint): Form[] {
  const digits = nonce.toString();
  const wide = [...digits].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
  const forms: Form[] = [
    ['a fraction', `"${digits}.0"`],
    ['a sign', `"+${digits}"`],
    ['a space before it', `" ${digits}"`],
    ['a space after it', `"${digits} "`],
    ['a line end after it', `"${digits}\\n"`],
    ['a NUL after it', `"${digits}\\u0000"`],
    ['full-width digits', `"${wide}"`],
  ];
  // A pool may read up to 16 characters as hex.
  if (digits.length > 14) forms.push(['an exponent', `"${digits}e0"`]);
  return forms;
}

/** Other spellings of the nonce, which a pool may or may not understand, as JSON text. */
export async function spellings(
  session: TrueStratumSession,
  job: TrueStratumSeenJob,
  nonce: bigint,
): Promise<Form[]> {
  const hex = nonce.toString(16);
  const found: Form[] = [
    ['the same again', `"${nonce}"`],
    ['a leading zero', `"0${nonce}"`],
    ['many leading zeros', `"${String(nonce).padStart(40, '0')}"`],
    ['hex', `"0x${hex}"`],
    ['16 hex digits', `"0x${hex.padStart(16, '0')}"`],
    ['hex in upper case', `"0X${hex.toUpperCase()}"`],
  ];
  if (/[a-f]/.test(hex)) found.push(['hex without 0x', `"${hex}"`]);
  // A pool that reads numbers as doubles sees another nonce, and that one may be a share too.
  const rounded = BigInt(Number(nonce));
  if (
    rounded === nonce ||
    rounded >= RANGE ||
    !(await isOneOf(session, job, nonceReadings(rounded, session.nonce1)))
  ) {
    found.push(['a JSON number', `${nonce}`]);
  }
  const own = nonce & ((1n << BigInt(64 - 8 * session.nonce1.length)) - 1n);
  if (own !== nonce && !(await isOneOf(session, job, [own]))) {
    found.push(['without the extranonce', `"${own}"`]);
  }
  return found;
}
