/**
 * Milliseconds that this thread has been computing: what a rate is measured by. On a core of its own that is the time
 * of the wall; on a shared one it leaves out the turns that the neighbours had, which say nothing about the code.
 */
export function computingTime(): number {
  // Older Nodes do not have it: there the wall has to do.
  if (typeof process.threadCpuUsage !== 'function') return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
