import { UNKNOWN } from './rate.ts';

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "3 minutes ago", in the reader's language. @param seconds since then; below zero counts as now */
export function agoText(seconds: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const past = Math.max(0, Math.floor(seconds));
  const [unit, size] = STEPS.find(([, step]) => past >= step) ?? ['second', 1];
  return format.format(-Math.floor(past / size), unit);
}

/** "2 h 5 min": the two largest units that are not zero. */
export function durationText(seconds: number | null | undefined, locale: string): string {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) return UNKNOWN;
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, size] of STEPS) {
    const count = Math.floor(rest / size);
    if (count === 0 && !(unit === 'second' && parts.length === 0)) continue;
    rest -= count * size;
    parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** Date and time in the zone of the reader. */
export function momentText(ms: number, locale: string, options: Intl.DateTimeFormatOptions = MOMENT): string {
  return new Intl.DateTimeFormat(locale, options).format(ms);
}

const MOMENT: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'medium' };
export const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
