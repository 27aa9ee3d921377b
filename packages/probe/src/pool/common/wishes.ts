import { parsePassword } from '@adit/stratum';

/** How much easier, or harder, a target is asked for: far enough that the hashes between the two are easily found. */
export const WISH_FACTOR = 8n;
/** Pools know only difficulties of this size, in one spelling. */
const MOST = 1e15;
const LEAST = 1e-9;

/**
 * A password with a wish in it, in place of one that it may have already.
 * @param difficulty decimal text
 */
export function withWish(password: string, difficulty: string): string {
  const { password: rest } = parsePassword(password);
  return `${rest}${rest === '' ? '' : ','}d=${difficulty}`;
}

/**
 * Difficulties that mean a target so many times easier, or harder.
 * @param scales how many hashes difficulty 1 stands for: pools differ in it, and do not say
 * @param hashes that a share takes on average now
 */
export function wishes(hashes: number, scales: readonly number[], which: 'easier' | 'harder'): string[] {
  const factor = which === 'easier' ? 1 / Number(WISH_FACTOR) : Number(WISH_FACTOR);
  const texts = scales.flatMap((scale) => {
    const difficulty = (hashes * factor) / scale;
    return difficulty >= LEAST && difficulty < MOST ? [plain(difficulty)] : [];
  });
  return [...new Set(texts)];
}

function plain(difficulty: number): string {
  return difficulty.toFixed(9).replace(/\.?0+$/, '');
}
