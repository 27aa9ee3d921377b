import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import { zcashChain } from '../../src/zcash/chains.ts';
import { ZcashWorkSource } from '../../src/zcash/work-source.ts';
import { FakeNode } from './fake-node.ts';
import { heights, withSource } from './rig.ts';
import { sampleTemplate } from './sample-template.ts';

const transaction = (text: string): Uint8Array => new TextEncoder().encode(text);
const hashOf = (height: number): string => height.toString(16).padStart(64, '0');

test('the first template becomes work, after a proposal, and then a long poll waits with its id', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10, transactions: [transaction('x')] }));
  await withSource([node], {}, async (rig) => {
    assert.deepEqual(heights(rig), [10]);
    assert.equal(rig.work[0]?.newTip, true);
    assert.equal(node.proposals, 1);
    await rig.clock.advance(250);
    assert.deepEqual(
      node.requests.map(({ longPollId }) => longPollId),
      [undefined, 'poll-10-1'],
    );
    assert.deepEqual(
      rig.statuses.map(({ state, height }) => ({ state, height })),
      [{ state: 'ready', height: 9 }],
    );
  });
});

test('a node whose long-poll ids oscillate is not polled faster than minimumPollMs allows', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10, longpollid: 'a' }));
  const answer = node.getBlockTemplate.bind(node);
  let turn = 0;
  node.getBlockTemplate = (request) => {
    turn += 1;
    node.template = sampleTemplate({
      height: 10,
      longpollid: `turn-${turn}`,
      transactions: [transaction(`${turn}`)],
    });
    return answer(request);
  };
  await withSource([node], { minimumPollMs: 100 }, async ({ clock }) => {
    await clock.advance(1000);
    assert.ok(node.requests.length <= 12, String(node.requests.length));
    assert.ok(node.requests.length >= 10, String(node.requests.length));
  });
  assert.throws(
    () =>
      new ZcashWorkSource(
        { chain: zcashChain('zcash'), minimumPollMs: 50 },
        { nodes: [node], onWork() {}, onStatus() {} },
      ),
    { code: 'ADIT_BAD_OPTION' },
  );
});

test('a node without long polling is asked every second, and the same content is not new work', async () => {
  const bare = (curtime: number) => ({ ...sampleTemplate({ height: 10, curtime }), longpollid: undefined });
  const node = new FakeNode('a', bare(1_790_000_000));
  await withSource([node], {}, async (rig) => {
    for (let second = 1; second <= 29; second += 1) {
      node.template = bare(1_790_000_000 + second);
      await rig.clock.advance(1000);
    }
    assert.equal(node.requests.length, 30);
    assert.equal(rig.work.length, 1);
    node.template = bare(1_790_000_030);
    await rig.clock.advance(1000);
    assert.equal(rig.work.length, 2);
    assert.equal(rig.work[1]?.newTip, false);
  });
});

test('a template of a lower height is refused as a lie unless the node proves a reorg', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10 }));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(250);
    node.best = hashOf(10);
    node.known.set(hashOf(10), { confirmations: 1, height: 9 });
    node.publish(sampleTemplate({ height: 9 }));
    await rig.clock.settle();
    assert.deepEqual(heights(rig), [10]);
    assert.equal(rig.statuses.at(-1)?.state, 'lying');
    // Its tip agrees with the template, but its best chain still contains the old tip.
    node.best = hashOf(9);
    await rig.clock.advance(1000);
    assert.deepEqual(heights(rig), [10]);
    assert.match(rig.statuses.at(-1)?.detail ?? '', /goes back behind its own best chain/);
    // Now the old tip has left its best chain.
    node.known.set(hashOf(10), { confirmations: -1, height: 9 });
    await rig.clock.advance(5000);
    assert.deepEqual(heights(rig), [10, 9]);
    assert.equal(rig.work.at(-1)?.newTip, true);
    assert.equal(rig.statuses.at(-1)?.state, 'ready');
  });
});

test('the source follows another parent at the same height after a real reorg', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10, previous: 'aa'.repeat(32) }));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(250);
    node.best = 'bb'.repeat(32);
    node.known.set('aa'.repeat(32), { confirmations: -1, height: 9 });
    node.publish(sampleTemplate({ height: 10, previous: 'bb'.repeat(32) }));
    await rig.clock.settle();
    assert.deepEqual(
      rig.work.map(({ newTip }) => newTip),
      [true, true],
    );
  });
});

test('two heights for one parent are a lie', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10, previous: 'aa'.repeat(32) }));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(250);
    node.publish(sampleTemplate({ height: 12, previous: 'aa'.repeat(32) }));
    await rig.clock.settle();
    assert.deepEqual(heights(rig), [10]);
    assert.equal(rig.statuses.at(-1)?.state, 'lying');
  });
});

test('a contradictory template is not mined, is reported, and the node gets another chance later', async () => {
  const bad = { ...sampleTemplate({ height: 10 }), bits: '1f055553' };
  const node = new FakeNode('a', bad);
  await withSource([node], {}, async (rig) => {
    assert.equal(rig.work.length, 0);
    assert.equal(rig.statuses.at(-1)?.state, 'lying');
    assert.match(rig.statuses.at(-1)?.detail ?? '', /getblocktemplate\.target/);
    node.template = sampleTemplate({ height: 10 });
    await rig.clock.advance(500);
    assert.deepEqual(heights(rig), [10]);
  });
});

test('a syncing node is asked with growing pauses until it is ready, and its state is reported once', async () => {
  const node = new FakeNode('a');
  node.failure = new RpcError('a', 'getblocktemplate', -10, 'not synced');
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(500 + 1000 + 2000);
    assert.equal(node.requests.length, 4);
    assert.deepEqual(
      rig.statuses.map(({ state }) => state),
      ['syncing'],
    );
    node.failure = undefined;
    node.template = sampleTemplate({ height: 10 });
    await rig.clock.advance(4000);
    assert.deepEqual(heights(rig), [10]);
    assert.deepEqual(
      rig.statuses.map(({ state }) => state),
      ['syncing', 'ready'],
    );
  });
});

test('when the first node goes down the second serves, and the first takes over again when it is back', async () => {
  const first = new FakeNode('first', sampleTemplate({ height: 10 }));
  const second = new FakeNode('second', sampleTemplate({ height: 10, longpollid: 'second-10' }));
  await withSource([first, second], { refreshMs: 0 }, async (rig) => {
    await rig.clock.advance(250);
    assert.equal(second.requests.length, 0);
    first.failure = new AditError('ADIT_RPC_UNREACHABLE', 'gone');
    first.publish(undefined);
    await rig.clock.advance(250);
    assert.equal(second.requests.length, 1);
    second.publish(sampleTemplate({ height: 11, longpollid: 'second-11' }));
    await rig.clock.advance(1000);
    second.publish(
      sampleTemplate({ height: 11, longpollid: 'second-11b', transactions: [transaction('z')] }),
    );
    await rig.clock.advance(1000);
    assert.deepEqual(heights(rig), [10, 11, 11]);
    first.failure = undefined;
    first.template = sampleTemplate({ height: 12 });
    first.count = 11;
    await rig.clock.advance(10_000);
    assert.deepEqual(heights(rig), [10, 11, 11, 12]);
    assert.equal(first.requests.at(-1)?.longPollId, 'poll-12-0');
    const states = rig.statuses.filter(({ node }) => node === 'first').map(({ state }) => state);
    assert.deepEqual(
      states.filter((state, index) => state !== states[index - 1]),
      ['ready', 'down', 'ready'],
    );
  });
});

test('after a failover to a node that lags, its lower template is refused for staleAfterMs', async () => {
  const first = new FakeNode('first', sampleTemplate({ height: 10 }));
  const second = new FakeNode('second', sampleTemplate({ height: 8 }));
  second.best = hashOf(8);
  await withSource([first, second], { staleAfterMs: 60_000 }, async (rig) => {
    await rig.clock.advance(250);
    first.failure = new AditError('ADIT_RPC_UNREACHABLE', 'gone');
    first.publish(undefined);
    await rig.clock.advance(30_000);
    assert.deepEqual(heights(rig), [10]);
    assert.ok(rig.statuses.some(({ node, state }) => node === 'second' && state === 'syncing'));
    await rig.clock.advance(120_000);
    assert.deepEqual(heights(rig), [10, 8]);
  });
});

test('a template that the node refuses as a proposal is never handed out', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10 }));
  node.verdict = { valid: false, reason: 'bad-merkle-root' };
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(10_000);
    assert.equal(rig.work.length, 0);
    assert.match(rig.statuses.at(-1)?.detail ?? '', /refuses its own template: bad-merkle-root/);
    node.verdict = { valid: false, reason: 'invalid-equihash-solution-for-blockheader' };
    await rig.clock.advance(10_000);
    assert.deepEqual(heights(rig), [10]);
  });
});

test('each new branch of the coinbase is proposed again, and a node without proposals is reported and used', async () => {
  const coinbase = (branch: string): Uint8Array => transaction(`\x05\0\0\x80GGGG${branch} and the rest`);
  const node = new FakeNode('a', sampleTemplate({ height: 10, coinbase: coinbase('1111') }));
  node.proposeFailure = new RpcError('a', 'getblocktemplate', -8, 'Invalid mode');
  await withSource([node], {}, async (rig) => {
    assert.deepEqual(heights(rig), [10]);
    assert.ok(rig.statuses.some(({ detail }) => detail.includes('cannot be tested')));
    await rig.clock.advance(250);
    node.publish(sampleTemplate({ height: 11, coinbase: coinbase('1111') }));
    await rig.clock.advance(250);
    assert.equal(node.proposals, 1);
    node.publish(sampleTemplate({ height: 12, coinbase: coinbase('2222') }));
    await rig.clock.advance(250);
    assert.equal(node.proposals, 2);
    assert.deepEqual(heights(rig), [10, 11, 12]);
  });
});

test('without proposeFirst nothing is proposed', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10 }));
  await withSource([node], { proposeFirst: false }, async (rig) => {
    assert.deepEqual(heights(rig), [10]);
    assert.equal(node.proposals, 0);
  });
});

for (const reason of [
  'inconclusive-not-best-prevblk',
  'block-source-validateproposal-proposal-is-not-based-on-the-current-best-chain-tip-previous-block-hash-must-be-the-best-chain-tip',
]) {
  test(`a proposal that comes too late for its tip only means to ask again at once (${reason.slice(0, 40)})`, async () => {
    const node = new FakeNode('a', sampleTemplate({ height: 10 }));
    node.propose = async () => {
      node.proposals += 1;
      if (node.proposals > 1) return { valid: true };
      node.template = sampleTemplate({ height: 11 });
      return { valid: false, reason };
    };
    await withSource([node], {}, async (rig) => {
      assert.deepEqual(heights(rig), [11]);
      assert.equal(rig.work[0]?.at, 0, 'no time has gone by');
      assert.ok(rig.statuses.every(({ state }) => state === 'ready'));
    });
  });
}

test('a node that always calls its own template outdated is not asked without a pause', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10 }));
  node.verdict = { valid: false, reason: 'inconclusive-not-best-prevblk' };
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(1_000);
    assert.deepEqual(heights(rig), []);
    assert.ok(node.requests.length <= 6, String(node.requests.length));
  });
});

test('a long poll that stays silent is replaced by a plain request', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10 }));
  await withSource([node], { staleAfterMs: 60_000 }, async (rig) => {
    await rig.clock.advance(250);
    assert.deepEqual(node.requests.at(-1), { longPollId: 'poll-10-0', timeoutMs: 60_000 });
    node.failure = new AditError('ADIT_RPC_TIMEOUT', 'silence');
    node.publish(sampleTemplate({ height: 10 }));
    await rig.clock.settle();
    node.failure = undefined;
    await rig.clock.advance(250);
    assert.deepEqual(node.requests.at(-1), { longPollId: undefined, timeoutMs: undefined });
    await rig.clock.advance(250);
    assert.equal(node.requests.at(-1)?.longPollId, 'poll-10-0');
    assert.deepEqual(
      rig.statuses.map(({ state }) => state),
      ['ready'],
    );
  });
});

test('after stop the source calls nothing, and no poll is under way', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10 }));
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(250);
    await rig.source.stop();
    const { length } = node.requests;
    node.publish(sampleTemplate({ height: 11 }));
    await rig.clock.advance(10_000);
    assert.equal(node.requests.length, length);
    assert.deepEqual(heights(rig), [10]);
    rig.source.start();
    await rig.clock.settle();
    assert.deepEqual(heights(rig), [10, 11]);
  });
});
