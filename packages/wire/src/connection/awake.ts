/** A pause of this process shortens a wait by at most this time. */
const STEP_MS = 100;

/**
 * Calls back after this process was awake for some time. Data that came while it was stopped, or while the machine was
 * busy or asleep, has not been read yet, so a wait must not count that time against the other side.
 * @returns ends the wait
 */
export function afterAwake(milliseconds: number, callback: () => void): () => void {
  let left = Math.max(0, milliseconds);
  let timer: NodeJS.Timeout;
  const step = () => {
    const length = Math.min(left, STEP_MS);
    left -= length;
    timer = setTimeout(left > 0 ? step : callback, length);
  };
  step();
  return () => clearTimeout(timer);
}
