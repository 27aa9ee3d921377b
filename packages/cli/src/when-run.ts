/**
 * Loads the code of a command only when the command runs, so that the pool and `--check` start without reading the
 * hundreds of files that only other commands need.
 */
export function whenRun<Args extends readonly unknown[]>(
  load: () => Promise<(...args: Args) => Promise<void> | void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    const run = await load();
    await run(...args);
  };
}
