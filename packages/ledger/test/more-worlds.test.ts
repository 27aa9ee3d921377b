import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NonceWitness } from '@adit/money';
import { AditError } from '@adit/primitives';
import { NonceSimulation } from './simulator/nonces/nonce-simulation.ts';
import { US } from './simulator/nonces/sim-account-chain.ts';
import { PpsSimulation } from './simulator/pps-simulation.ts';
import { described, faultOf, shrink } from './simulator/shrink.ts';
import { Fault } from './simulator/truth.ts';
import { WORLDS } from './simulator/worlds.ts';

/** `npm run simulate -- --seeds 1000 --world nonces` runs more; so do `--world pps` and `--file`. */
// In the worlds of nonces 36 to 38 somebody uses the key while a batch has no transaction yet: once it never came to an end.
const SHORT = [
  ['nonces', 'payments with nonces', { first: 36, seeds: 3, steps: 250, onFile: false }],
  [
    'pps',
    'shares that are paid at once, and their reserve',
    { first: 1, seeds: 2, steps: 50, onFile: false },
  ],
  ['payouts', 'payouts from a file', { first: 1, seeds: 2, steps: 60, onFile: true }],
] as const;

for (const [name, what, { first, seeds, steps, onFile }] of SHORT)
  test(`${what} in ${seeds} worlds: nothing is lost, and nothing is paid twice`, async () => {
    for (let seed = first; seed < first + seeds; seed += 1) {
      const options = { seed, steps, onFile };
      if ((await faultOf(options, WORLDS[name])) === undefined) continue;
      assert.fail(described(await shrink(options, WORLDS[name]), name));
    }
  });

type Uses = NonceWitness['uses'];

/** What programs with one fault each make of what the nodes say. */
const NONCE_MUTANTS: Readonly<Record<string, (uses: Uses) => Uses>> = {
  'takes the id of a transaction for its identity': (uses) => async (questions) => {
    const sights = await uses(questions);
    return sights.map((sight, i) =>
      sight.kind === 'used' && questions[i]?.txids.includes(sight.txid) !== true
        ? { ...sight, use: { ...sight.use, to: US, value: 0n } }
        : sight,
    );
  },
  'believes a proof without depth': (uses) => async (questions) =>
    (await uses(questions)).map((sight) =>
      sight.kind === 'used' ? { ...sight, use: { ...sight.use, depth: sight.use.depth + 100 } } : sight,
    ),
};

async function firstFault(
  run: (seed: number) => Promise<unknown>,
  most: number,
): Promise<string | undefined> {
  for (let seed = 1; seed <= most; seed += 1)
    try {
      await run(seed);
    } catch (error) {
      if (!(error instanceof Fault) && !(error instanceof AditError)) throw error;
      return `seed ${seed}: ${String(error)}`;
    }
  return undefined;
}

for (const [name, mutation] of Object.entries(NONCE_MUTANTS))
  test(`a program that ${name} is caught by payments with nonces`, async (context) => {
    const fault = await firstFault(
      (seed) => new NonceSimulation({ seed, steps: 200, mutant: mutation }).run(),
      15,
    );
    context.diagnostic(fault ?? '');
    assert.ok(fault !== undefined);
  });

test('a program that forgets up to which share it has paid is caught by shares that are paid at once', async (context) => {
  const fault = await firstFault(
    (seed) =>
      new PpsSimulation({
        seed,
        steps: 60,
        mutant: ({ all, run }) => ({
          all,
          run: async (sql, values = []) =>
            sql.startsWith('INSERT INTO pps_mark') || sql.startsWith('INSERT INTO pps_carry')
              ? 1
              : run(sql, values),
        }),
      }).run(),
    5,
  );
  context.diagnostic(fault ?? '');
  assert.ok(fault !== undefined);
});
