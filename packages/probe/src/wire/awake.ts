/** The most that a pause of this process takes off a wait. */
const STEP_MS = 100;

/**
 * Calls back after so much time in which this process was awake. What came while it stood still, stopped or on a machine
 * that was busy or asleep, has not been read yet: nobody else is to blame for that silence.
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
