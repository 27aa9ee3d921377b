import type { ServerEffect, Verdict } from '@adit/stratum';

/** What the test pool needs of a session of either dialect. */
export interface EngineSession {
  line(line: Uint8Array): Effects;
  verdict(token: number, verdict: Verdict): Effects;
  tick(): Effects;
  /** The newest job of the engine. */
  job(clean: boolean): Effects;
  /** Called when the connection is closed. */
  closed(): void;
}

export type Effects = readonly ServerEffect<unknown>[];

/** The work and the verdicts of one dialect, without a socket. */
export interface Engine {
  /** @param n the number of the connection, from 1 */
  open(n: number): EngineSession;
  /** Makes a new job for all connections. @param clean whether older jobs end */
  nextJob(clean: boolean): void;
  judge(submission: unknown): Verdict;
}

export function refuse(reason: Extract<Verdict, { accepted: false }>['reason']): Verdict {
  return { accepted: false, reason };
}
