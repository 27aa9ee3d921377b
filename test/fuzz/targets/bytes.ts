import { LineSplitter, parseMessage, SERVER_LINE_LIMIT } from '@adit/stratum';
import type { Random } from '@adit/test-kit/random';
import { type Ran, type Target, without } from '../engine.ts';
import { mutateLine } from '../mutate.ts';
import { linesOf, readingOf } from '../reading.ts';
import { FROM_MINERS, FROM_POOLS } from '../seeds.ts';
import { smallerLine } from '../smaller-line.ts';
import { demand, guarded } from '../violation.ts';

/** A stream of bytes, and the places where it is cut. */
export interface Bytes {
  readonly parts: readonly string[];
  /** Longest line. */
  readonly limit: number;
  /** Lengths of the chunks, used in turn. */
  readonly cuts: readonly number[];
}

const LIMITS = [1, 16, 200, 1_000, SERVER_LINE_LIMIT] as const;
const ENDS = ['\n', '\r\n', '\n\n', '\r\r\n', '\r', '', '\n\r'] as const;
const MOST_PARTS = 40;

/** Splitting streams into lines, and parsing single lines, with any bytes and any cuts. */
export const bytesTarget: Target<Bytes> = {
  name: 'bytes',
  seeds: [...FROM_MINERS, ...FROM_POOLS].map((line) => ({
    parts: [line, '\n'],
    limit: SERVER_LINE_LIMIT,
    cuts: [7],
  })),

  mutate({ parts, limit, cuts }, other, random) {
    const at = random.below(parts.length + 1);
    const line = () => mutateLine(parts[at] ?? '', random.pick(other.parts), 4_000, random);
    switch (random.below(6)) {
      case 0:
        return { parts, limit: random.pick(LIMITS), cuts };
      case 1:
        return { parts, limit, cuts: cutsOf(random) };
      case 2:
        return { parts: [...parts, ...other.parts].slice(-MOST_PARTS), limit, cuts };
      case 3:
        return { parts: parts.toSpliced(at, 1, random.pick(ENDS)), limit, cuts };
      case 4:
        return { parts: parts.toSpliced(at, 0, line(), random.pick(ENDS)).slice(-MOST_PARTS), limit, cuts };
      default:
        return {
          parts: parts.toSpliced(at, 1, line()),
          limit,
          cuts: random.chance(2) ? cuts : cutsOf(random),
        };
    }
  },

  run(input, clock): Ran {
    const stream = input.parts.join('');
    const expected = linesOf(stream, input.limit);
    const { lines, tooLong, slowest } = cut(stream, input, clock);
    demand(
      tooLong === expected.tooLong,
      'framing',
      `the stream is ${expected.tooLong ? '' : 'not '}too long for ${input.limit}`,
    );
    demand(
      lines.length === expected.lines.length && lines.every((line, i) => line === expected.lines[i]),
      'framing',
      () => `the lines are ${JSON.stringify(expected.lines)}, not ${JSON.stringify(lines)}`,
    );
    const features = new Set<string>([`${tooLong} ${Math.min(lines.length, 4)}`]);
    let longest = slowest;
    for (const line of lines) {
      const bytes = Buffer.from(line, 'latin1');
      const since = clock();
      const message = guarded(() => parseMessage(bytes));
      longest = Math.max(longest, clock() - since);
      checkMessage(line, message);
      const fault = message.kind === 'fault' ? message.fault : '';
      const id = message.kind === 'notification' ? '' : spelling(message.id);
      features.add(`${message.kind} ${fault} ${id}`);
      if (message.kind === 'request') features.add(message.params.map((param) => typeof param).join());
    }
    return { features, slowest: longest, lines: lines.length };
  },

  *smaller({ parts, limit, cuts }) {
    for (const fewer of without(parts)) yield { parts: fewer, limit, cuts };
    if (cuts.length > 1 || cuts[0] !== 1) yield { parts, limit, cuts: [1] };
    for (const [i, part] of parts.entries()) {
      for (const line of smallerLine(part)) yield { parts: parts.with(i, line), limit, cuts };
    }
  },
};

function cutsOf(random: Random): number[] {
  return Array.from({ length: 1 + random.below(4) }, () => 1 + random.small(300));
}

/** Gives the stream to a splitter in chunks that share one buffer, as those of a socket do. */
function cut(stream: string, { limit, cuts }: Bytes, clock: () => number) {
  const splitter = new LineSplitter(limit);
  const bytes = Buffer.from(stream, 'latin1');
  const lines: string[] = [];
  let slowest = 0;
  let from = 0;
  for (let turn = 0; from < bytes.length; turn += 1) {
    const chunk = Buffer.from(bytes.subarray(from, from + (cuts[turn % cuts.length] ?? 1)));
    from += chunk.length;
    const since = clock();
    const pushed = guarded(() => splitter.push(chunk));
    slowest = Math.max(slowest, clock() - since);
    lines.push(...pushed.lines.map((line) => Buffer.from(line).toString('latin1')));
    chunk.fill(0x21);
    if (pushed.tooLong) return { lines, tooLong: true, slowest };
    demand(splitter.pending <= limit + 1, 'bound', `${splitter.pending} bytes wait`);
  }
  return { lines, tooLong: false, slowest };
}

function checkMessage(line: string, message: ReturnType<typeof parseMessage>): void {
  const reading = readingOf(line);
  const what = () =>
    `${JSON.stringify(message).slice(0, 200)} is not ${JSON.stringify(reading).slice(0, 200)}`;
  demand(message.kind === reading.kind, 'reading', what);
  if (message.kind !== 'notification' && reading.kind !== 'notification') {
    demand(message.id === reading.id, 'id', what);
  }
  if ('method' in message && 'method' in reading) {
    demand(message.method === reading.method, 'reading', what);
    demand(JSON.stringify(message.params) === JSON.stringify(reading.params), 'reading', what);
  }
  if (message.kind === 'fault') demand(/^[\x20-\x7e]{1,100}$/.test(message.fault), 'words', what);
}

/** @returns the kind of the id, as a feature */
export function spelling(id: string | undefined): string {
  if (id === undefined || id === 'null') return String(id);
  if (id.startsWith('"')) return /\\/.test(id) ? 'escaped' : `text${Math.min(id.length, 3)}`;
  return id.replace(/[0-9]+/g, '9');
}
