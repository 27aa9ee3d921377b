import { fail, untilStopped } from '../../exit.ts';

/** Exit status of a run that a signal ended: its findings are incomplete. */
export const STOPPED_STATUS = 130;

/**
 * Aborted by Ctrl-C or SIGTERM. A second signal ends the process at once.
 * @param said what to print at the first signal
 */
export function stopSignal(said?: string): AbortSignal {
  const stopped = new AbortController();
  untilStopped()
    .then(() => {
      if (said !== undefined) process.stderr.write(`adit: ${said}\n`);
      stopped.abort();
    })
    .catch(fail);
  return stopped.signal;
}
