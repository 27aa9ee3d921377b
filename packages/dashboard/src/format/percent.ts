import { UNKNOWN } from './rate.ts';

/** A ratio as a percentage in the reader's language. @param ratio 1 is 100 % @param digits behind the point */
export function percentText(ratio: number | null | undefined, locale: string, digits: number): string {
  if (typeof ratio !== 'number' || !Number.isFinite(ratio)) return UNKNOWN;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(ratio);
}
