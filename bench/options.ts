import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Parts of names; a figure runs when it has one of them, all run where there are none. */
  readonly filters: readonly string[];
  readonly json: boolean;
  readonly rounds: number;
  readonly out: string | undefined;
}

export const USAGE = `npm run bench -- [part of a name ...] [--rounds N] [--json] [--out FILE] [--list]`;

/** @throws Error with a sentence for the user */
export function readOptions(args: readonly string[]): BenchOptions & { readonly list: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      out: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new Error(`--rounds must be an integer from 1 to 1000, not ${values.rounds}`);
  }
  return { filters: positionals, json: values.json, list: values.list, rounds, out: values.out };
}
