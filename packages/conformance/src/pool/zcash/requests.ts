import { targetFromHex, targetToHex } from '@adit/primitives';
import { shown } from '@adit/wire';
import { attack, field, zip301 } from '../../catalogue/rules.ts';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import { easiestAllowed } from '../common/password-difficulty.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, worst } from '../probe/replies.ts';
import { targetTexts } from '../tools/targets.ts';
import { loginZcash } from './session/login.ts';
import type { ZcashSession } from './session/zcash-session.ts';

const SUGGEST = zip301('mining.suggest_target()');

/** Checks of the requests that not every miner sends. */
export const REQUESTS: readonly PoolCheck[] = [
  {
    id: 'zcash-suggest-target',
    title: 'a suggested target is answered',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [SUGGEST],
    sent: 'mining.suggest_target with half of the current target',
    expected: 'a reply, or mining.set_target; the connection stays',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const { target } = await session.job();
      const from = session.connection.received.length;
      const id = session.connection.ask('mining.suggest_target', [targetToHex(target / 2n, 32)]);
      const heard = await session.connection.next(
        ({ message }) =>
          (message.kind === 'response' && message.id === id) ||
          ('method' in message && message.method === 'mining.set_target'),
        { from },
      );
      if (session.connection.closed !== undefined)
        return fail(`the connection was ${session.connection.closed}`);
      if (heard === undefined) return fail('no answer, and no mining.set_target');
      return pass(heard.message.kind === 'response' ? inWords(heard.message) : 'mining.set_target');
    },
  },
  {
    id: 'zcash-suggest-abuse',
    title: 'suggested targets do not make work too easy',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T08'), SUGGEST],
    sent: 'mining.suggest_target with zero, with 64 times f, 62 digits, a number, 1e-300, nothing, an object',
    expected:
      'every target that follows is 64 hex digits, above zero, and at most 2^32 times easier than the first, nor met by every second hash (but on a test port)',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const { target } = await session.job();
      const suggestions = ['0'.repeat(64), 'f'.repeat(64), 'f'.repeat(62), 1, 1e-300, null, {}];
      for (const suggestion of suggestions)
        await session.connection.request('mining.suggest_target', [suggestion]);
      await session.connection.request('mining.suggest_target', []);
      await session.connection.until(() => false, probe.options.limits.quietMs);
      return judgeTargets(probe, session, target);
    },
  },
  {
    id: 'zcash-other-requests',
    title: 'other requests of real miners are answered',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [
      field('mining.extranonce.subscribe, mining.multi_version, mining.configure, mining.get_transactions'),
    ],
    sent: 'each of these requests, after mining.authorize',
    expected: 'a result or an error for each: some miners wait for it; the connection stays',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const requests: readonly (readonly [string, readonly unknown[]])[] = [
        ['mining.extranonce.subscribe', []],
        ['mining.multi_version', [1]],
        ['mining.configure', [['minimum-difficulty'], { 'minimum-difficulty.value': 1 }]],
        ['mining.get_transactions', []],
      ];
      const judgements: Judgement[] = [];
      for (const [method, params] of requests) {
        const reply = await session.connection.request(method, params);
        judgements.push((reply === undefined ? fail : pass)(`${method}: ${inWords(reply)}`));
      }
      return worst(judgements);
    },
  },
];

/** Passes where every target of the pool is readable, not zero, and not far easier than the first. */
function judgeTargets({ dialect }: PoolProbe, session: ZcashSession, first: bigint): Judgement {
  for (const text of targetTexts(dialect, session.connection.received)) {
    const target = targetFromHex(text, dialect.targetBytes);
    if (target === undefined || target === 0n) return fail(`a target of ${shown(text)}`);
    if (target > easiestAllowed(first, 256)) return fail(`the target became ${targetToHex(target, 32)}`);
  }
  return session.connection.closed === undefined
    ? pass('all targets in bounds')
    : pass(`the connection was ${session.connection.closed}`);
}
