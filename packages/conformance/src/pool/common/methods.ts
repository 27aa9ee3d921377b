import { DIALECTS } from '@adit/stratum';
import { attack, JSON_RPC } from '../../catalogue/rules.ts';
import type { PoolCheck } from '../check.ts';
import { fresh, type HostileLine, sayHostile } from '../tools/hostile-lines.ts';
import { requestText } from '../tools/messages.ts';

/** In ZIP 301 a target is the answer to this method, and a result is optional. */
const NEEDS_NO_ANSWER = 'mining.suggest_target';

/** Parameters in every wrong shape, as JSON text; undefined leaves them out. */
const SHAPES: readonly (readonly [string, string | undefined])[] = [
  ['missing', undefined],
  ['null', 'null'],
  ['an empty object', '{}'],
  ['an object with numbers as keys', '{"0":"a","1":"b","2":"c","length":5}'],
  ['a text', '"alice"'],
  ['a number', '7'],
  ['false', 'false'],
  ['none', '[]'],
  ['nulls', '[null,null,null,null,null]'],
  ['numbers', '[1,2,3,4,5]'],
  ['objects', '[{},{},{},{},{}]'],
  ['an array in an array', '[[[["alice"]]]]'],
  ['a hundred', `[${Array(100).fill('[]').join(',')}]`],
];

/** Checks of attack T13: every method gets parameters that it cannot work with. */
export const METHODS: readonly PoolCheck[] = [
  {
    ...describe('hostile-subscribe', 'mining.subscribe'),
    run: async (probe) =>
      await sayHostile(probe, linesOf('mining.subscribe', 9_000, {}), { open: fresh, each: true }),
  },
  {
    ...describe('hostile-authorize', 'mining.authorize'),
    run: async (probe) => await sayHostile(probe, linesOf('mining.authorize', 9_100, { mustFail: true })),
  },
  {
    ...describe('hostile-submit', 'mining.submit'),
    run: async (probe) => await sayHostile(probe, linesOf('mining.submit', 9_200, { mustFail: true })),
  },
  {
    ...describe('hostile-others', 'every other method of the dialect'),
    run: async (probe) =>
      await sayHostile(
        probe,
        probe.dialect.otherMethods.flatMap((method, i) => linesOf(method, 9_300 + 100 * i, {})),
      ),
  },
];

function describe(id: string, method: string): Omit<PoolCheck, 'run'> {
  return {
    id,
    title: `${method} with parameters of any shape does no harm`,
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T13'), JSON_RPC],
    sent: `${method} with params missing, null, objects, texts, numbers, none, too many, of wrong types`,
    expected:
      'an answer under its id, or an orderly end of the connection; nothing accepted; the pool serves on',
  };
}

function linesOf(method: string, firstId: number, { mustFail }: { mustFail?: true }): HostileLine[] {
  return SHAPES.map(([what, params], i) => {
    const id = String(firstId + i);
    const line =
      params === undefined ? JSON.stringify({ id: firstId + i, method }) : requestText(id, method, params);
    return {
      what: `${method}, params ${what}`,
      line,
      ...(method === NEEDS_NO_ANSWER ? {} : { id }),
      ...(mustFail === undefined ? {} : { mustFail }),
    };
  });
}
