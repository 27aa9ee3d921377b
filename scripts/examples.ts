import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A program in a README. */
export interface Example {
  /** `packages/pow/README.md:17`, the line of its first line. */
  readonly place: string;
  readonly source: string;
  /**
   * `runs` to its end; `serves` until the example after it has ended; `checked` by the compiler only, where the page says why
   * it cannot run.
   */
  readonly mode: 'runs' | 'serves' | 'checked';
  /** What it prints: the `text` block that follows it; undefined where the page does not say. */
  readonly output: string | undefined;
}

const BLOCK = /(?:<!-- example: ([^\n]*?) -->\n)?^```(ts|text)\n([\s\S]*?)^```$/gm;
const MODES: readonly (readonly [RegExp, Example['mode']])[] = [
  [/^goes on until the next one has ended$/, 'serves'],
  [/^only checked, because .+/, 'checked'],
];

/** The programs of a page, in order. @throws Error for a mark that is not known */
export function examplesOf(root: string, page: string): Example[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  const examples: Example[] = [];
  for (const { 1: mark, 2: language, 3: body = '', index, 0: whole } of text.matchAll(BLOCK)) {
    const line = text.slice(0, index + whole.indexOf('```')).split('\n').length + 1;
    const last = examples.at(-1);
    if (language === 'ts')
      examples.push({ place: `${page}:${line}`, source: body, mode: modeOf(mark), output: undefined });
    else if (last !== undefined) examples[examples.length - 1] = { ...last, output: body };
  }
  return examples;
}

function modeOf(mark: string | undefined): Example['mode'] {
  if (mark === undefined) return 'runs';
  const mode = MODES.find(([pattern]) => pattern.test(mark))?.[1];
  if (mode === undefined) throw new Error(`a mark of an example that is not known: ${mark}`);
  return mode;
}
