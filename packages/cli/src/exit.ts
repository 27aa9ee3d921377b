import { AditError, messageOf } from '@adit/primitives';
import { exitStatusOf } from './exit-status.ts';

/**
 * Ends the process with one clear line and a status, by default the one for this kind of error. For an internal fault
 * it also prints the stack.
 */
export function fail(error: unknown, status = exitStatusOf(error)): never {
  printError(error);
  process.exit(status);
}

/** The lines of `fail`, for a command that ends in another way. */
export function printError(error: unknown): void {
  process.stderr.write(`adit: ${messageOf(error)}\n`);
  if (!(error instanceof AditError) && error instanceof Error && error.stack !== undefined) {
    process.stderr.write(`${error.stack}\n`);
  }
}

/** One Ctrl-C may arrive twice: the terminal signals every process, and a launcher passes its signal on. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Resolves at the first SIGINT or SIGTERM.
 * @param onAgain called at a later one. Default: the process ends at once
 */
export function untilStopped(onAgain: () => void = () => process.exit(130)): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      if (askedAt !== undefined && performance.now() - askedAt > SAME_SIGNAL_MS) onAgain();
      askedAt ??= performance.now();
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
