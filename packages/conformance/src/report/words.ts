/** A time as a sentence has it: `2.5 s`. @param ms milliseconds */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
