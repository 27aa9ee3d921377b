/**
 * Waits until a condition holds, looking every few milliseconds. The time is long, because it is for what must come: on a
 * busy machine all takes many times as long as alone. @throws when it does not hold within the time
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds = 120,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
