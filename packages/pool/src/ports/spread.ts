const STEP_MS = 50;

/**
 * Visits the members one after the other, the last one first, evenly over `overMs` milliseconds.
 * @param overMs 0: all members in the first step
 * @param when whether the first visit is at once (`early`) or the last visit is at the end (`late`): a single member
 *   is visited then
 * @returns a function that stops the visits
 */
export function spread<T>(
  members: readonly T[],
  overMs: number,
  visit: (member: T) => void,
  when: 'early' | 'late' = 'early',
): () => void {
  const waiting = [...members];
  const total = waiting.length;
  const start = performance.now();
  const step = () => {
    const share = overMs <= 0 ? 1 : (performance.now() - start) / overMs;
    const part = Math.min(1, share) * total;
    const due = when === 'early' ? Math.ceil(part) : Math.floor(part);
    for (const member of waiting.splice(total - due).reverse()) visit(member);
    if (waiting.length === 0) clearInterval(timer);
  };
  const timer = setInterval(step, STEP_MS);
  // The first step runs at once: with `overMs` of 0 a caller may stop the rest without losing a member.
  step();
  return () => clearInterval(timer);
}
