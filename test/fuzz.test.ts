import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, test } from 'node:test';
import { ZcashServerSession } from '@adit/stratum';
import { Random } from '@adit/test-kit/random';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { fuzzSessions, fuzzSockets } from './fuzz/edge.ts';
import { Campaign, type Finding, type Target, threadMs } from './fuzz/engine.ts';
import { demandFlat, memoryOfOne } from './fuzz/memory.ts';
import { regressions } from './fuzz/regressions.ts';
import { FROM_MINERS } from './fuzz/seeds.ts';
import { heardClients, sessionTargets } from './fuzz/targets/all.ts';
import { longLineTarget } from './fuzz/targets/long-lines.ts';
import { serverTarget } from './fuzz/targets/server.ts';
import { zcashVariant } from './fuzz/targets/server-variants.ts';

/** Time that a part may take. Whatever has been tried by then must have been withstood; how much it was does not matter. */
const SESSIONS_MS = 1_500;
const SOCKETS_MS = 2_000;

/** Something is always tried, also where the time is over before it begins. */
const over = (ms: number) => {
  const end = performance.now() + ms;
  return (tried: number) => tried > 0 && performance.now() >= end;
};
const inWords = (findings: readonly Finding[]) =>
  findings.map((finding) => JSON.stringify(finding)).join('\n');

describe('the edge, attacked with generated and changed lines', () => {
  for (const seed of [1, randomInt(2 ** 24)]) {
    test(`sessions withstand seed ${seed}`, async (context) => {
      context.diagnostic(`seed ${seed}`);
      const { findings, targets } = await fuzzSessions(seed, over(SESSIONS_MS), sessionTargets(), false);
      assert.deepEqual(findings, [], inWords(findings));
      assert.ok(targets.every(({ inputs, behaviours }) => inputs > 0 && behaviours > 0));
    });
  }

  const seed = randomInt(2 ** 24);
  test(`a pool pays its honest miners beside strangers, and our miners outlive a pool that raves: seed ${seed}`, async (context) => {
    const pool = over(SOCKETS_MS);
    // One round each: a miner that has left comes back after seconds.
    const miners = (rounds: number) => rounds >= 2;
    const { findings, rounds, answers, shares, minerRounds } = await fuzzSockets(
      temporaryFolder(context),
      seed,
      {
        pool,
        miners,
      },
    );
    assert.deepEqual(findings, [], inWords(findings));
    assert.ok(rounds > 0 && answers > 0 && shares === 4 * rounds, `${rounds} rounds, ${shares} shares`);
    assert.ok(minerRounds >= 2);
  });

  for (const session of heardClients()) {
    test('a session that hears lines without end keeps none of them', async () => {
      demandFlat(await memoryOfOne('a client', session(), FROM_MINERS));
    });
  }

  for (const { file, target: name, why, input } of regressions()) {
    test(`${file} stays mended: ${why}`, () => {
      const target = sessionTargets().find((one) => one.name === name);
      assert.ok(target !== undefined, `no target ${name}`);
      assert.equal(new Campaign(target, 0, new Random(0)).try(input), undefined);
    });
  }
});

/**
 * Attacks a target that is known to be weak, until it gives way; so many inputs are more than enough.
 * @param seed one that finds it soon, where others take thousands of inputs
 */
function found<Input>(target: Target<Input>, most: number, seed = 1): Finding {
  const campaign = new Campaign(target, seed, new Random(seed));
  for (let i = 0; i < most; i += 1) {
    const finding = campaign.step();
    if (finding !== undefined) return finding;
  }
  throw new assert.AssertionError({ message: `${most} inputs did not find it` });
}

type Line = (...parameters: Parameters<ZcashServerSession['line']>) => ReturnType<ZcashServerSession['line']>;

/** A session whose `line` is wrapped. */
function weak(wrap: (line: Line) => Line): typeof ZcashServerSession {
  return class extends ZcashServerSession {
    readonly #line = wrap((...parameters) => super.line(...parameters));

    override line(...parameters: Parameters<Line>): ReturnType<Line> {
      return this.#line(...parameters);
    }
  };
}

const textOf = (line: Uint8Array) => Buffer.from(line).toString();

const WEAK: readonly [what: string, rule: string, wrap: (line: Line) => Line][] = [
  [
    'throws where the name of a worker is a number',
    'exception',
    (line) => (bytes, now) => {
      if (/authorize".*\[-?[0-9]/.test(textOf(bytes))) throw new TypeError('broken');
      return line(bytes, now);
    },
  ],
  [
    'forgets the answer to a request without params',
    'reply',
    (line) => (bytes, now) => {
      const effects = line(bytes, now);
      return textOf(bytes).includes('params') ? effects : effects.filter(({ kind }) => kind !== 'send');
    },
  ],
  [
    'answers with another spelling of the id',
    'reply',
    (line) => (bytes, now) =>
      line(bytes, now).map((effect) =>
        effect.kind === 'send' && typeof effect.data === 'string'
          ? {
              ...effect,
              data: effect.data.replace(/^\{"id":(-?[0-9.eE+-]{17,}),/, (_, id) => `{"id":${Number(id)},`),
            }
          : effect,
      ),
  ],
  [
    'pays for a share of an unknown job',
    'credit',
    (line) => (bytes, now) =>
      line(bytes, now).map((effect) =>
        effect.kind === 'send' && typeof effect.data === 'string'
          ? {
              ...effect,
              data: effect.data.replace(/"result":null,"error":\[21.*?\]/, '"result":true,"error":null'),
            }
          : effect,
      ),
  ],
  [
    'hands on a submission twice',
    'submit',
    (line) => (bytes, now) => {
      const effects = line(bytes, now);
      return [...effects, ...effects.filter(({ kind }) => kind === 'submit')];
    },
  ],
];

describe('the fuzzer', () => {
  for (const [what, rule, wrap] of WEAK) {
    test(`finds a session that ${what}, and an input as small as can be`, () => {
      const target = serverTarget('weak', [zcashVariant({}, weak(wrap))]);
      const finding = found(target, 5_000, rule === 'exception' ? 2 : 1);
      assert.equal(finding.rule, rule, finding.message);
      const again = new Campaign(target, 0, new Random(0)).try(finding.input as never);
      assert.equal(again?.rule, rule);
      const { steps } = finding.input as { steps: unknown[] };
      assert.ok(steps.length <= 5, JSON.stringify(steps));
    });
  }

  test('finds a session that computes too long over a list of many', () => {
    const target = longLineTarget(
      'weak',
      [
        () => ({
          line(line) {
            const many = textOf(line).split(',').length > 3_000;
            // As long as the clock of the thread says, on any machine.
            for (const end = threadMs() + 80; many && threadMs() < end; );
          },
        }),
      ],
      false,
    );
    assert.equal(found(target, 500).rule, 'slow');
  });

  test('does not take the time of others for the time of a line', () => {
    const target: Target<number> = {
      name: 'waits',
      seeds: [0],
      mutate: (input) => input,
      run: (_input, clock) => {
        const since = clock();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
        return { features: [], slowest: clock() - since, lines: 1 };
      },
      smaller: () => [],
    };
    assert.equal(new Campaign(target, 0, new Random(0)).try(0), undefined);
  });

  test('finds a session that remembers the lines it has heard', async () => {
    const heard: Uint8Array[] = [];
    const memory = await memoryOfOne('weak', { line: (line) => heard.push(line.slice()) }, FROM_MINERS);
    assert.throws(() => demandFlat(memory), /bytes a round/);
  });

  test('tries the same inputs for the same seed', () => {
    const inputs = () => {
      const [target] = sessionTargets();
      const seen: unknown[] = [];
      if (target === undefined) return '';
      const spied: typeof target = {
        ...target,
        mutate(...parameters) {
          const input = target.mutate(...parameters);
          seen.push(input);
          return input;
        },
      };
      const campaign = new Campaign(spied, 5, new Random(5));
      for (let i = 0; i < 400; i += 1) campaign.step();
      return JSON.stringify(seen);
    };
    const once = inputs();
    assert.ok(once.length > 10_000 && once === inputs());
  });
});
