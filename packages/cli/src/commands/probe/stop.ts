import { fail, untilStopped } from '../../exit.ts';

/** Of a run that a signal ended: its findings are not all that there are to be had. */
export const STOPPED_STATUS = 130;

/** Aborted by Ctrl-C or SIGTERM. A second one ends the process at once. @param said to whoever waits for the end then */
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
