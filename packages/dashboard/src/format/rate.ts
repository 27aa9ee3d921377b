import type { Rate } from '../api/types.ts';

/** Powers of 1,000. Rates have no Chinese prefixes: miners there read k, M and G, too. */
const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y', 'R', 'Q'] as const;
/** Narrow space that no line breaks at. */
const NARROW = '\u202f';
/** What stands for a figure that is not known. */
export const UNKNOWN = '–';
const DIGITS = 3;

interface Scaled {
  readonly text: string;
  readonly prefix: string;
}

/** Three digits and a prefix. The prefix is chosen after rounding, so that 999.95 becomes 1.00 k and not 1000. */
function scaled(value: number): Scaled {
  let rest = value;
  for (const [index, prefix] of PREFIXES.entries()) {
    const text = threeDigits(rest);
    if (Number(text) < 1000 || index === PREFIXES.length - 1) return { text, prefix };
    rest /= 1000;
  }
  return { text: threeDigits(rest), prefix: '' };
}

function threeDigits(value: number): string {
  if (value === 0) return '0';
  const whole = Math.floor(value);
  const decimals = Math.max(0, DIGITS - (whole === 0 ? 1 : String(whole).length));
  return value >= 1000 ? String(Math.round(value)) : value.toFixed(decimals);
}

function isFigure(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** A rate for people, such as "41.2 kSol/s". @param value in units a second; what is not a number shows as a dash */
export function rateText(value: number | null | undefined, unit: string): string {
  if (!isFigure(value)) return UNKNOWN;
  const { text, prefix } = scaled(value);
  return `${text}${NARROW}${prefix}${unit}`;
}

/** The limits of a rate, such as "38.0 – 44.1 kSol/s"; undefined where the API gives none. */
export function limitsText({ low, high }: Pick<Rate, 'low' | 'high'>, unit: string): string | undefined {
  if (!isFigure(low) || !isFigure(high)) return undefined;
  const [from, to] = [scaled(low), scaled(high)];
  const left = from.prefix === to.prefix ? from.text : rateText(low, unit);
  return `${left} – ${to.text}${NARROW}${to.prefix}${unit}`;
}

/** A weight or a difficulty for people: "1.23 M". */
export function largeText(value: number | null | undefined): string {
  if (!isFigure(value)) return UNKNOWN;
  const { text, prefix } = scaled(value);
  return prefix === '' ? text : `${text}${NARROW}${prefix}`;
}
