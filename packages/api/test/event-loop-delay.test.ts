import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { EventLoopDelay } from '../src/event-loop-delay.ts';

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** The longest delay of a scrape. */
async function longest(registry: Registry, delay: EventLoopDelay): Promise<number> {
  delay.collect();
  const line = /^adit_event_loop_delay_seconds\{quantile="1"\} (\S+)$/m.exec(await registry.metrics());
  return Number(line?.[1]);
}

test('every scrape of a window shows that the event loop was blocked in it', async () => {
  const registry = new Registry();
  let now = 0;
  const delay = new EventLoopDelay(registry, { now: () => now });
  try {
    // The timer of the histogram starts in the next turn of the event loop.
    for (let seen = 0; seen < 0.08; ) {
      await turn();
      block(100);
      await turn();
      seen = await longest(registry, delay);
    }
    assert.ok((await longest(registry, delay)) >= 0.08, 'a second scrape still shows it');
    now = 10_000;
    assert.ok((await longest(registry, delay)) >= 0.08, 'the scrape that ends the window still shows it');
    assert.ok((await longest(registry, delay)) < 0.08, 'the next window starts empty');
  } finally {
    delay.close();
  }
});
