import type { Dialect } from '@adit/stratum';

/** One question to a pool or a miner, in the words of the report. */
export interface Question {
  /** A unique name in kebab-case. It never changes, because scripts name it with `--only`. */
  readonly id: string;
  /** A sentence that is true of a pool, or a miner, that passes. */
  readonly title: string;
  readonly group: 'conformance' | 'attack';
  readonly dialects: readonly Dialect[];
  /** The sources of the rule: ZIP 301, a section of the TrueStratum document, an attack of the catalogue. */
  readonly rules: readonly string[];
  readonly sent: string;
  readonly expected: string;
}
