import type { TestContext } from 'node:test';

/** @returns how to let time pass at once, for all that ask the clock that only grows; not inside of `until` */
export function timeMachine(context: TestContext): (ms: number) => void {
  const now = performance.now.bind(performance);
  let ahead = 0;
  context.mock.method(performance, 'now', () => now() + ahead);
  return (ms) => {
    ahead += ms;
  };
}
