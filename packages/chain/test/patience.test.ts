import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { Patience } from '../src/patience.ts';
import { VirtualClock } from './zcash/virtual-clock.ts';

interface Node {
  readonly name: string;
  /** Milliseconds until it answers; without it the node never answers. */
  ms?: number;
}

/** Nodes that answer with their names, and a clock that shows how long each question took. */
function rig() {
  const clock = new VirtualClock();
  const patience = new Patience<Node>(clock);
  const asked: string[] = [];
  const ask = async (nodes: readonly Node[], advance = 60_000) => {
    let at: number | undefined;
    const since = clock.time;
    const answers = patience.ask(nodes, async ({ name, ms }) => {
      asked.push(name);
      if (ms === undefined) return new Promise<string>(() => {});
      if (ms > 0) await clock.sleep(ms);
      return name;
    });
    void answers.then(() => {
      at = clock.time - since;
    });
    await clock.advance(advance);
    return { took: at, answers: at === undefined ? undefined : await answers };
  };
  return { patience, asked, ask };
}

const quick = { name: 'quick', ms: 0 };
const hangs = { name: 'hangs' };

test('a node that hangs delays a look once, by two seconds, and the next look by half a second', async () => {
  const { patience, asked, ask } = rig();
  patience.begin();
  assert.deepEqual(await ask([hangs, quick]), { took: 2_000, answers: [undefined, 'quick'] });
  assert.deepEqual(await ask([hangs, quick]), { took: 0, answers: [undefined, 'quick'] });
  assert.deepEqual(asked, ['hangs', 'quick', 'quick']);
  patience.begin();
  assert.equal((await ask([hangs, quick])).took, 500);
});

test('if no node answers, all nodes are awaited', async () => {
  const { ask } = rig();
  assert.equal((await ask([hangs, { name: 'late', ms: 9_000 }])).took, 9_000 + 2_000);
});

test('the answer of a slow but healthy node counts in the next look', async () => {
  const { patience, ask } = rig();
  const slow = { name: 'slow', ms: 3_000 };
  patience.begin();
  assert.deepEqual((await ask([slow, quick])).answers, [undefined, 'quick']);
  patience.begin();
  assert.deepEqual(await ask([slow, quick]), { took: 3_000, answers: ['slow', 'quick'] });
});

test('a node that breaks the connection is not asked again in the same look; one that answers wrongly is', async () => {
  for (const [code, times] of [
    ['ADIT_RPC_UNREACHABLE', 1],
    ['ADIT_RPC_BAD_ANSWER', 2],
  ] as const) {
    const patience = new Patience<Node>();
    let asked = 0;
    const ask = () =>
      patience.ask([hangs], async () => {
        asked += 1;
        throw new AditError(code, 'no');
      });
    assert.deepEqual([await ask(), await ask()], [[undefined], [undefined]]);
    assert.equal(asked, times);
  }
});
