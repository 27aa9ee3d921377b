/** The sender of a job, for fairness: groups take turns, and the members of a group take turns. */
export interface Lane {
  /** An address. */
  readonly group: string;
  /** A connection. */
  readonly member: number;
  /** True for a share that is a block by its hash: it goes before all others. */
  readonly urgent?: boolean;
}
