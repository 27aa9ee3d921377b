/**
 * Milliseconds of processor time of this thread, by which rates are measured. On a core of its own this is wall time; on
 * a shared core it leaves out the time of other programs, which says nothing about the code.
 */
export function computingTime(): number {
  // Older Nodes do not have it; there the rates are by wall time.
  if (typeof process.threadCpuUsage !== 'function') return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
