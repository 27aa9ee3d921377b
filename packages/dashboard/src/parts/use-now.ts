import { useEffect, useState } from 'preact/hooks';

/** How often words such as "3 minutes ago" are written anew. */
const TICK_MS = 5_000;

/** The clock of this browser, in milliseconds since 1970. The caller is shown anew at each tick. */
export function useNow(): number {
  const [nowMs, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
