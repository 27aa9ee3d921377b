import { CLIENT_LINE_LIMIT, SERVER_LINE_LIMIT } from '@adit/stratum';
import type { Random } from '@adit/test-kit/random';
import type { Ran, Target } from '../engine.ts';
import { fromText } from '../mutate.ts';
import { FROM_MINERS, FROM_POOLS } from '../seeds.ts';
import { guarded } from '../violation.ts';

/**
 * A line up to the limit: `unit` repeated between two texts, with `#` for the number of the copy. This form is short
 * enough to be printed, and a smaller count makes the line shorter.
 */
export interface LongLine {
  readonly head: string;
  readonly unit: string;
  readonly tail: string;
  readonly bytes: number;
}

/** A receiver of lines: a session that has been set up to a certain state. */
export type Hearer = () => { line(line: Uint8Array): unknown };

const IDS = ['1', '1.5', '12345678901234567890123', '"x"', 'null', '{}', '-0.10', '1e999', '[1]'];
const UNITS = [
  ...[
    '1',
    '{}',
    '[]',
    '"x"',
    '1.5',
    '"f"',
    '"#"',
    '{"#":0}',
    '{"a":{"b":{}}}',
    '[[]]',
    '"\\u0000"',
    'null',
    '1e999',
  ],
  ...[
    `"${'5a'.repeat(16)}"`,
    '""',
    '"d=1"',
    '{"id":1.5}',
    '[1,2,3]',
    '"127.0.0.1"',
    '-#',
    '"a",3333',
    `"${'e'.repeat(32)}"`,
  ],
];
const TEXTS = [
  'f',
  '0',
  'zz',
  'd=1,',
  ';d=',
  ' ',
  '\\u0000',
  '\\\\',
  '\\"',
  'é',
  '\\ud800',
  'a.b',
  '\u2028',
  '9',
];
const MEMBERS = ['"#":0', '"id":1.5', '"#":{}', '"id":#', '"params":[]', '"__proto__":{}'];

/** Sends single lines of every length up to the limit, and measures how long each takes. */
export function longLineTarget(
  name: string,
  hearers: readonly Hearer[],
  fromPools: boolean,
): Target<LongLine> {
  const most = fromPools ? CLIENT_LINE_LIMIT : SERVER_LINE_LIMIT;
  const bases = fromPools ? FROM_POOLS : FROM_MINERS;
  return {
    name,
    seeds: [
      { head: '', unit: '[', tail: '', bytes: most },
      { head: '{"id":', unit: '9', tail: ',"method":"x"}', bytes: most },
    ],
    mutate: (input, _other, random) => fresh(input, bases, most, random),
    run(input, clock): Ran {
      const line = Buffer.from(lineOf(input), 'latin1');
      let slowest = 0;
      for (const hearer of hearers) {
        const session = hearer();
        const since = clock();
        guarded(() => session.line(line));
        slowest = Math.max(slowest, clock() - since);
      }
      return { features: [`${input.unit}`], slowest, lines: hearers.length };
    },
    *smaller(input) {
      for (const part of [0.25, 0.5, 0.75, 0.9]) yield { ...input, bytes: Math.floor(input.bytes * part) };
    },
  };
}

export function lineOf({ head, unit, tail, bytes }: LongLine): string {
  const room = bytes - head.length - tail.length;
  let text = '';
  if (!unit.includes('#')) text = unit.repeat(Math.max(0, Math.floor(room / unit.length)));
  else
    for (let n = 0, part = unit.replaceAll('#', '0'); text.length + part.length <= room; ) {
      text += part;
      n += 1;
      part = unit.replaceAll('#', String(n));
    }
  return head + (text.endsWith(',') ? text.slice(0, -1) : text) + tail;
}

function fresh(input: LongLine, bases: readonly string[], most: number, random: Random): LongLine {
  const bytes = random.chance(3) ? most : 1 + random.below(most);
  if (random.chance(4)) return { ...input, bytes };
  const base = random.pick(bases);
  const method = /"method": ?"([^"]*)"/.exec(base)?.[1] ?? 'x';
  const start = `{"id":${random.pick(IDS)},"method":"${method}","params":[`;
  const few = '"w.1",'.repeat(random.below(5));
  switch (random.below(6)) {
    case 0:
      return { head: `${start}${few}"`, unit: fromText(random.pick(TEXTS)), tail: '"]}', bytes };
    case 1:
      return { head: `{"method":"${method}",`, unit: `${random.pick(MEMBERS)},`, tail: '}', bytes };
    case 2:
      return {
        head: `{"id":${random.pick(IDS)},"result":[`,
        unit: `${random.pick(UNITS)},`,
        tail: '],"error":null}',
        bytes,
      };
    case 3:
      return {
        head: `{"id":${random.pick(IDS)},"result":[[`,
        unit: `${random.pick(UNITS)},`,
        tail: '],""]}',
        bytes,
      };
    case 4: {
      const [key, value] = random.pick([
        ['id', 'x'],
        ['method', 'm'],
        ['error', 'no'],
      ] as const);
      return {
        head: `{"${key}":"${value}`,
        unit: fromText(random.pick(TEXTS)),
        tail: '","params":[]}',
        bytes,
      };
    }
    default:
      return { head: start + few, unit: `${random.pick(UNITS)},`, tail: ']}', bytes };
  }
}
