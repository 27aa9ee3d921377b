import type { ChildProcess } from 'node:child_process';

/** A child must not outlive the suite, also where that is ended half-way. @returns the child */
export function endWithUs<T extends ChildProcess>(child: T): T {
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}
