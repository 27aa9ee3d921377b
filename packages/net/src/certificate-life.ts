import { X509Certificate } from 'node:crypto';

const DAY_MS = 86_400_000;
/** Certificates of the usual authorities are renewed a month before they end. One that ends sooner was forgotten. */
const SOON_DAYS = 14;

/** When a certificate counts, in milliseconds since 1970. */
export interface CertificateLife {
  readonly fromMs: number;
  readonly endsMs: number;
}

/**
 * The life of the first certificate in a PEM file; those of the authorities stand behind it.
 * @throws errors of `X509Certificate` where it is none
 */
export function certificateLife(pem: Uint8Array | string): CertificateLife {
  const { validFrom, validTo } = new X509Certificate(pem);
  return { fromMs: Date.parse(validFrom), endsMs: Date.parse(validTo) };
}

/**
 * Says of a certificate what its owner has to know: it has ended, ends soon, or does not count yet.
 * @param nowMs wall clock
 * @returns the sentence without its subject; undefined where nothing is wrong
 */
export function certificateFault({ fromMs, endsMs }: CertificateLife, nowMs: number): string | undefined {
  if (endsMs <= nowMs) return `ended on ${day(endsMs)}, and miners refuse it: renew it`;
  if (fromMs > nowMs)
    return `counts from ${day(fromMs)} on, and it is ${day(nowMs)} here: is the clock right?`;
  const days = Math.floor((endsMs - nowMs) / DAY_MS);
  return days < SOON_DAYS ? `ends on ${day(endsMs)}, in ${days} days: renew it` : undefined;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
