import type { Mutant } from './mutants.ts';

/** What a run is made of. */
export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  /** Kinds of trouble that are left out: a failing seed is shrunk by leaving out all that it can do without. */
  readonly without?: ReadonlySet<Trouble>;
  readonly mutant?: Mutant;
  /** The books are in a file, and each process has a connection of its own that ends with it. */
  readonly onFile?: boolean;
  /** Is told each step. */
  readonly log?: (line: string) => void;
}

/** Everything that can happen beside the program's own steps. */
export const TROUBLES = [
  'kill',
  'lies',
  'disk_full',
  'reorganise',
  'fork',
  'lag',
  'nodes_away',
  'wallet_restart',
  'wallet_rebuild',
  'second_payer',
  'clock_jump',
  'operator',
  'upgrade',
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What came of a run without a fault. */
export interface SimulationResult {
  readonly paid: number;
  readonly released: number;
  readonly held: number;
  readonly kills: number;
}
