/** A ban of an IPv4 address or an IPv6 /64. All times are in milliseconds of the wall clock. */
export interface Ban {
  readonly subject: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Number of bans of the subject with less than a week between them, this one included. */
  readonly times: number;
}
