const STEP_MS = 50;

/**
 * Visits the members one after the other, the last one first, evenly over a time.
 * @param overMs 0: all in the first step
 * @returns how to stop it
 */
export function spread<T>(members: readonly T[], overMs: number, visit: (member: T) => void): () => void {
  const waiting = [...members];
  const total = waiting.length;
  const start = performance.now();
  const step = () => {
    const share = overMs <= 0 ? 1 : (performance.now() - start) / overMs;
    const due = Math.min(total, Math.ceil(share * total));
    for (const member of waiting.splice(total - due).reverse()) visit(member);
    if (waiting.length === 0) clearInterval(timer);
  };
  const timer = setInterval(step, STEP_MS);
  // Where all of them are to be told at once, whoever asks may end this at once.
  step();
  return () => clearInterval(timer);
}
