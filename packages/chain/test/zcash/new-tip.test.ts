import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeNode } from './fake-node.ts';
import { type Rig, withSource } from './rig.ts';
import { sampleTemplate } from './sample-template.ts';

const HIDDEN = { longpollid: undefined };

function template(height: number, letters: string, more: Record<string, unknown> = {}) {
  const transactions = [...letters].map((letter) => new TextEncoder().encode(letter));
  return { ...sampleTemplate({ height, transactions, longpollid: `${height}${letters}` }), ...more };
}

/** What the pool was given: news, height, number of transactions, and the time. */
const told = ({ work }: Rig): string[] =>
  work.map(({ news, height, empty, at }) => `${news} ${height}${empty ? ' empty' : ''} @${at}`);

test('miners see only the full template if it follows the empty one of a new tip within 100 ms', async () => {
  const node = new FakeNode('a', template(10, 'x'));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(250);
    node.publish(template(11, ''));
    await rig.clock.settle();
    // The long poll with the id of the empty template is under way already, although no time has passed.
    assert.equal(node.requests.at(-1)?.longPollId, '11');
    await rig.clock.advance(7);
    node.publish(template(11, 'y'));
    await rig.clock.advance(1_000);
    assert.deepEqual(told(rig), ['tip 10 @0', 'tip 11 @257']);
  });
});

test('an empty template that stays empty goes out after 100 ms, and a full one seconds later goes out as filled', async () => {
  const node = new FakeNode('a', template(10, 'x'));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(250);
    node.publish(template(11, ''));
    await rig.clock.advance(4_300);
    node.publish(template(11, 'y'));
    await rig.clock.settle();
    assert.deepEqual(told(rig), ['tip 10 @0', 'tip 11 empty @350', 'filled 11 @4550']);
    assert.equal(rig.work.at(-1)?.newTip, false);
  });
});

test('without waiting transactions an empty template goes out at once', async () => {
  const node = new FakeNode('a', template(10, ''));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(1_000);
    node.publish(template(11, ''));
    await rig.clock.advance(1_000);
    node.publish(template(12, ''));
    await rig.clock.advance(1_000);
    assert.deepEqual(told(rig), ['tip 10 empty @0', 'tip 11 empty @1000', 'tip 12 empty @2000']);
  });
});

test('a node without long polling is asked again several times within the 100 ms', async () => {
  const node = new FakeNode('a', template(10, 'x', HIDDEN));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(500);
    node.template = template(11, '', HIDDEN);
    await rig.clock.advance(510);
    const asked = node.requests.length;
    node.template = template(11, 'y', HIDDEN);
    await rig.clock.advance(30);
    assert.deepEqual(told(rig), ['tip 10 @0', 'tip 11 @1020']);
    assert.equal(node.requests.length, asked + 1);
    await rig.clock.advance(900);
    assert.equal(node.requests.length, asked + 1, 'and every second from then on');
  });
});

test('the answer that Zebra gives every five seconds is not news: the same tip, submitold false', async () => {
  const node = new FakeNode('a', template(10, 'xy'));
  await withSource([node], {}, async (rig) => {
    for (let turn = 1; turn <= 6; turn += 1) {
      await rig.clock.advance(5_000);
      const moved = { curtime: 1_790_000_000 + 5 * turn, maxtime: 1_790_005_000 + 5 * turn };
      node.publish(template(10, 'xy', { ...moved, longpollid: `turn ${turn}`, submitold: false }));
    }
    await rig.clock.advance(1_000);
    assert.deepEqual(told(rig), ['tip 10 @0', 'order 10 @30000'], 'half a minute: a newer clock');
  });
});

test('waiting transactions in another order go out as a new order only', async () => {
  const node = new FakeNode('a', template(10, 'xyz'));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(5_000);
    node.publish(template(10, 'zyx', { submitold: false }));
    await rig.clock.advance(5_000);
    node.publish(template(10, 'yzx', { submitold: false }));
    await rig.clock.advance(5_000);
    node.publish(template(10, 'yzxw'));
    await rig.clock.advance(10_000);
    assert.deepEqual(told(rig), ['tip 10 @0', 'order 10 @5000', 'order 10 @10000', 'content 10 @20000']);
    assert.ok(rig.work.slice(1).every(({ newTip }) => !newTip));
  });
});

test('another node that takes over while an empty template waits brings the full one', async () => {
  const first = new FakeNode('first', template(10, 'x'));
  const second = new FakeNode('second', template(11, 'y'));
  first.count = second.count = 9;
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(2_000);
    first.publish(template(11, ''));
    await rig.clock.advance(10);
    first.failure = new Error('gone');
    first.publish(undefined);
    await rig.clock.advance(1_000);
    assert.deepEqual(
      rig.work.map(({ news, height, empty }) => [news, height, empty]),
      [
        ['tip', 10, false],
        ['tip', 11, false],
      ],
    );
  });
});
