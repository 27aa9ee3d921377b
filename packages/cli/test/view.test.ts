import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PoolView } from '../src/view/pool-view.ts';
import { RateWindow } from '../src/view/rates.ts';
import { drawScreen, rate } from '../src/view/screen.ts';

test('the view counts by chain, whichever port an event came from', () => {
  const view = new PoolView(
    new Map([
      ['asic', 'zcash'],
      ['cpu', 'zcash'],
      ['true', 'truechain'],
    ]),
    () => 0,
  );
  view.onEvent({ kind: 'authorized', port: 'asic', address: '127.0.0.1', connection: 1, worker: 'a' });
  view.onEvent({ kind: 'authorized', port: 'cpu', address: '127.0.0.1', connection: 2, worker: 'b' });
  view.onEvent({ kind: 'authorized', port: 'true', address: '127.0.0.1', connection: 3, worker: 'c' });
  view.onEvent({
    kind: 'disconnected',
    port: 'cpu',
    address: '',
    connection: 2,
    cause: 'left',
    detail: 'closed',
  });
  const names = { chain: 'zcash', port: 'asic', connection: 1, worker: 'a' };
  view.onEvent({ kind: 'share_accepted', ...names, weight: 100n, ms: 1 });
  view.onEvent({ kind: 'refused', ...names, reason: 'stale_job', detail: '', submission: true, ms: 1 });
  view.onEvent({ kind: 'refused', ...names, reason: 'unknown_method', detail: '', submission: false, ms: 0 });
  view.onEvent({
    kind: 'block_submitted',
    chain: 'truechain',
    what: 'fruit',
    height: 7,
    id: 'x',
    accepted: true,
    outcome: 'accepted',
    answers: [],
  });
  view.onEvent({
    kind: 'block_submitted',
    chain: 'truechain',
    what: 'block',
    height: 7,
    id: 'y',
    accepted: false,
    outcome: 'refused',
    answers: [],
  });
  const [zcash, truechain] = view.chains();
  assert.deepEqual([zcash?.miners, zcash?.accepted, zcash?.shareWeight], [1, 1, '100']);
  assert.deepEqual([...(zcash?.refused ?? [])], [['stale_job', 1]]);
  assert.deepEqual([truechain?.miners, truechain?.fruits, truechain?.blocks], [1, 1, 0]);
});

test('a rate covers the window, or the time since the start if that is shorter', () => {
  const window = new RateWindow(10_000, 0);
  window.add(50, 1_000);
  assert.equal(window.perSecond(2_000), 25);
  assert.equal(window.perSecond(10_000), 5);
  assert.equal(window.perSecond(11_001), 0);
});

test('the screen fits the terminal, and long event lists show their end', () => {
  const chain = {
    name: 'zcash',
    poolRate: 3.2456,
    miners: 1,
    accepted: 5,
    refused: new Map([['stale_job', 2]]),
    shareWeight: '16',
    lastVerdict: 'accepted from a',
    height: 7,
    blocks: 2,
    fruits: 0,
    node: 'ready: serves templates of height 7 with a very long sentence that would not fit in eighty columns',
    unit: 'Sol/s' as const,
    finds: ['block'],
    minerRate: 3.5,
    nodeSays: 'node accepted 2 blocks',
  };
  const events = Array.from({ length: 100 }, (_, i) => `event ${i}`);
  for (const [width, height] of [
    [80, 24],
    [110, 34],
    [40, 10],
  ] as const) {
    const lines = drawScreen({ title: 'Adit', seconds: 75, chains: [chain], events }, width, height);
    assert.ok(lines.every((line) => line.length <= Math.max(60, width)));
    if (height >= 24) assert.ok(lines.length <= height);
    assert.ok(lines.includes('event 99'));
  }
  const text = drawScreen({ title: 'Adit', seconds: 75, chains: [chain], events }, 110, 34).join('\n');
  for (const part of ['1:15', '3.25 Sol/s', '2 stale_job', 'blocks 2', 'height 7'])
    assert.ok(text.includes(part), part);
});

test('the screen counts fruits for a chain that may find some, whatever its miners count', () => {
  const view = new PoolView(new Map([['a', 'a']]), () => 0).chains();
  const shown = (finds: readonly string[]) => {
    const chains = view.map((chain) => ({
      ...chain,
      unit: 'H/s' as const,
      finds,
      minerRate: 0,
      nodeSays: '',
    }));
    return drawScreen({ title: 'Adit', seconds: 0, chains, events: [] }, 110, 34).join('\n');
  };
  assert.match(shown(['block', 'fruit']), /blocks 0 {3}fruits 0/);
  assert.doesNotMatch(shown(['block']), /fruits/);
});

test('rates are shown in their units', () => {
  assert.deepEqual(
    [rate(3.456, 'Sol/s'), rate(999, 'H/s'), rate(65_432, 'H/s')],
    ['3.46 Sol/s', '999 H/s', '65.4 kH/s'],
  );
});
