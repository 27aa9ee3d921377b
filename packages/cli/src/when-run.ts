/**
 * Loads the code of a command when the command is run. A start of the pool, or of `--check`, does not read the
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
