import { messageOf } from '@adit/primitives';
import { cannotTell, type Finding, Judged, type Judgement, type WireLine } from '../report/finding.ts';
import type { Question } from './question.ts';

/** Asks a check once. An error that is not `Judged` is a fault of the probe, and the judgement says so. */
export async function judged(run: () => Promise<Judgement>): Promise<Judgement> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Judged) return error.judgement;
    return cannotTell(`the probe itself failed: ${messageOf(error)}`);
  }
}

/** What a check came to, for the report. The cause of a judgement stays inside the program. */
export function findingOf(
  { id, title, group, rules, sent, expected }: Question,
  { outcome, came }: Judgement,
  { begun, wire }: { readonly begun: number; readonly wire: readonly WireLine[] },
): Finding {
  const milliseconds = Math.round(performance.now() - begun);
  return { id, title, group, rules, sent, expected, outcome, came, milliseconds, wire: [...wire] };
}
