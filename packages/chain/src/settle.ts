/** How long the answers of the other nodes are awaited after the first node has taken a block. */
const SETTLE_MS = 2_000;

/**
 * Collects the answers of several nodes: all of them, or, once one is enough, those that come within `SETTLE_MS`. A
 * node that hangs must not delay the good news of the others. Requests under way are not aborted.
 * @param answers must not reject
 * @returns undefined in place of an answer that came too late
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
