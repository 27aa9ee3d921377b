/**
 * Writes an amount for people and for wallets that take whole coins, with all of its decimals: `-0.00500000`.
 * @param units the amount in the smallest unit
 * @param decimals of the coin: 8 on Zcash
 */
export function wholeCoins(units: bigint, decimals: number): string {
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${decimals === 0 ? '' : `.${digits.slice(point)}`}`;
}
