import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Parts of names; a figure runs when it has one of them, all run where there are none. */
  readonly filters: readonly string[];
  /** Print one JSON object and nothing else. */
  readonly json: boolean;
  /** Print the names of the figures and measure nothing. */
  readonly list: boolean;
  readonly rounds: number;
  /** Of the load benchmark, whose rounds take half a minute. */
  readonly loadRounds: number;
  /** File that the report is written to as well. */
  readonly out: string | undefined;
  /** File that an earlier run wrote. */
  readonly against: string | undefined;
}

export const USAGE = `npm run bench -- [part of a name ...] [--rounds N] [--json] [--out FILE] [--against FILE] [--list]
  stratum         whole processes under load: some minutes, and only where it is asked for
  --rounds N      rounds; 5 where left out, 3 of the load benchmark
  --against FILE  compare with the JSON of an earlier run; status 1 where a figure became slower beyond noise`;

/** @throws Error with a sentence for the user */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      out: { type: 'string' },
      against: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new Error(`--rounds must be an integer from 1 to 1000, not ${values.rounds}`);
  }
  const { json, list, out, against } = values;
  const loadRounds = values.rounds === undefined ? 3 : rounds;
  return { filters: positionals, json, list, rounds, loadRounds, out, against };
}
