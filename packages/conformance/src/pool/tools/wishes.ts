import { parsePassword } from '@adit/stratum';

/** The factor by which a wish makes the target easier or harder. It is large enough to find hashes between the two quickly. */
export const WISH_FACTOR = 8n;
/** Pools understand difficulties within these bounds, in plain decimal digits. */
const MAX_DIFFICULTY = 1e15;
const MIN_DIFFICULTY = 1e-9;

/**
 * A password with a wish in it. It replaces the wish that the password may have already.
 * @param difficulty decimal text
 */
export function withWish(password: string, difficulty: string): string {
  const { password: rest } = parsePassword(password);
  return `${rest}${rest === '' ? '' : ','}d=${difficulty}`;
}

/**
 * Difficulties that ask for a target that is easier, or harder, by `WISH_FACTOR`.
 * @param scales how many hashes difficulty 1 may stand for: pools differ, and do not say which they use
 * @param hashes the average number of hashes for a share now
 */
export function wishes(hashes: number, scales: readonly number[], which: 'easier' | 'harder'): string[] {
  const factor = which === 'easier' ? 1 / Number(WISH_FACTOR) : Number(WISH_FACTOR);
  const texts = scales.flatMap((scale) => {
    const difficulty = (hashes * factor) / scale;
    return difficulty >= MIN_DIFFICULTY && difficulty < MAX_DIFFICULTY ? [plain(difficulty)] : [];
  });
  return [...new Set(texts)];
}

function plain(difficulty: number): string {
  return difficulty.toFixed(9).replace(/\.?0+$/, '');
}
