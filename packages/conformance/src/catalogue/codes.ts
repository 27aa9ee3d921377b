/** The codes of ZIP 301. */
export const CODE = {
  other: 20,
  job: 21,
  duplicate: 22,
  low: 23,
  unauthorized: 24,
  unsubscribed: 25,
} as const;

/** The codes for a job that the pool does not know: that of ZIP 301, and the one that the TrueStratum document adds. */
export const NO_JOB_CODES: readonly number[] = [-1, CODE.job];
