import { AditError, messageOf } from '@adit/primitives';

/** Ends the process with one clear line and status 1. A fault of our own also shows where it is. */
export function fail(error: unknown): never {
  process.stderr.write(`adit: ${messageOf(error)}\n`);
  if (!(error instanceof AditError) && error instanceof Error && error.stack !== undefined) {
    process.stderr.write(`${error.stack}\n`);
  }
  process.exit(1);
}

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (asked) process.exit(130);
      asked = true;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
