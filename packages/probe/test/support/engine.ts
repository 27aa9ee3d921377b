import type { ServerEffect, Verdict } from '@adit/stratum';

/** What the test pool needs of a session, in either dialect. */
export interface EngineSession {
  line(line: Uint8Array): Effects;
  verdict(token: number, verdict: Verdict): Effects;
  tick(): Effects;
  /** The newest job of the engine. */
  job(clean: boolean): Effects;
  /** The connection is gone. */
  closed(): void;
}

export type Effects = readonly ServerEffect<unknown>[];

/** Work and judgement of one dialect, without a socket. */
export interface Engine {
  /** @param n number of the connection, from 1 */
  open(n: number): EngineSession;
  /** Makes a new job for everybody. @param clean whether the older ones lose their worth */
  nextJob(clean: boolean): void;
  judge(submission: unknown): Verdict;
}

export function refuse(reason: Extract<Verdict, { accepted: false }>['reason']): Verdict {
  return { accepted: false, reason };
}
