/** After the first node has taken a block, how long the answers of the others are waited for. */
export const SETTLE_MS = 2_000;

/**
 * The answers of several nodes: all of them, or, once one is enough, those that come within a while. A node that
 * hangs must not keep the others' good news back. What was started goes on all the same.
 * @param answers never reject
 * @returns undefined for an answer that was not waited for
 */
export async function settle<A>(
  answers: readonly Promise<A>[],
  isEnough: (answer: A) => boolean,
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>,
): Promise<readonly (A | undefined)[]> {
  const results: (A | undefined)[] = answers.map(() => undefined);
  const enough = Promise.withResolvers<void>();
  let left = answers.length;
  const all = Promise.all(
    answers.map(async (answer, index) => {
      const result = await answer;
      results[index] = result;
      left -= 1;
      if (isEnough(result)) enough.resolve();
    }),
  );
  await Promise.race([all, enough.promise]);
  if (left > 0) {
    const timer = new AbortController();
    await Promise.race([all, sleep(SETTLE_MS, timer.signal).catch(() => undefined)]);
    timer.abort();
  }
  return [...results];
}
