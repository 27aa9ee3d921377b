import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A child must not outlive the suite, also where that is ended half-way. @returns the child */
export function endWithUs<T extends ChildProcess>(child: T): T {
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

/**
 * Resolves when a child has ended; at once where there is none.
 * @param killAfterMs where it has not heeded the signal by then, it is killed
 */
export async function endChild(
  child: ChildProcess | undefined,
  signal: NodeJS.Signals,
  killAfterMs?: number,
): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  clearTimeout(timer);
}
