import { useEffect, useState } from 'preact/hooks';

/** The clock of this browser, in milliseconds since 1970. @param everyMs how often the caller is shown anew */
export function useNow(everyMs = 5_000): number {
  const [nowMs, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return Math.max(nowMs, 0);
}
