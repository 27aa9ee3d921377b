const UNITS = ['', 'k', 'M', 'G', 'T'];

/** `1.23 k`: three digits that count. */
export function rateText(rate: number): string {
  let value = rate;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const text = value === 0 ? '0' : value.toPrecision(3);
  return `${text} ${UNITS[unit] ?? ''}`.trimEnd();
}
