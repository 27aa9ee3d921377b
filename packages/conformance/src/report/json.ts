import type { Finding } from './finding.ts';
import { summarise } from './summary.ts';

/** The head of a report. */
export interface ReportHead {
  readonly kind: 'pool' | 'miner';
  /** The pool, or the address of the probe: `127.0.0.1:3333`. */
  readonly target: string;
  readonly dialect: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** The report as one JSON document. Its shape is stable. */
export function jsonReport(head: ReportHead, findings: readonly Finding[]): string {
  const { startedAt, ...rest } = head;
  const report = {
    report: 'adit-probe',
    version: 1,
    ...rest,
    startedAt: new Date(startedAt).toISOString(),
    summary: summarise(findings),
    findings,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
