import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Parts of names. Figures whose names have one of them run; without any part, all figures run. */
  readonly filters: readonly string[];
  /** Prints one JSON object and nothing else. */
  readonly json: boolean;
  /** Prints the names of the figures and measures nothing. */
  readonly list: boolean;
  readonly rounds: number;
  /** Rounds of the load benchmark, each of which takes half a minute. */
  readonly loadRounds: number;
  /** A file to which the report is written too. */
  readonly out: string | undefined;
  /** A file of an earlier run, to compare with. */
  readonly against: string | undefined;
  /** The folder of another checkout, whose pool is measured in turn with this one. */
  readonly beside: string | undefined;
}

export const USAGE = `npm run bench -- [part of a name ...] [--rounds N] [--json] [--out FILE] [--against FILE] [--beside FOLDER] [--list]
  stratum         whole processes under load: some minutes, and only where it is asked for
  ledger          a million shares into an empty ledger, a block of 10,000 accounts, a plan among 100,000: a minute, and only where it is asked for
  --rounds N      rounds; 5 where left out, 3 of the load benchmark
  --against FILE  compare with the JSON of an earlier run; status 1 where a figure became slower beyond noise
  --beside FOLDER with stratum: floods this pool and that of another checkout in turn, and prints ratios`;

/** Reads the arguments. @throws Error with a sentence for the user */
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
      beside: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new Error(`--rounds must be an integer from 1 to 1000, not ${values.rounds}`);
  }
  const { json, list, out, against, beside } = values;
  const loadRounds = values.rounds === undefined ? 3 : rounds;
  return { filters: positionals, json, list, rounds, loadRounds, out, against, beside };
}
