import type { Finding, Outcome } from './finding.ts';
import { OUTCOME_WORDS, OUTCOMES, summarise } from './summary.ts';

/** Colours a text, or returns it as it is where colours are not wanted. */
export type Paint = (text: string, outcome: Outcome) => string;

const PLAIN: Paint = (text) => text;
const MARGIN = ' '.repeat(16);

/** A finding for people: id and title, then sent, expected, rules and came. Failures also show the wire. */
export function findingText(finding: Finding, paint: Paint = PLAIN): string {
  const { id, title, outcome, sent, expected, rules, came, wire } = finding;
  const lines = [
    `${paint(OUTCOME_WORDS[outcome].padEnd(15), outcome)} ${id}: ${title}`,
    `${MARGIN}sent      ${sent}`,
    `${MARGIN}expected  ${expected}`,
    `${MARGIN}by        ${rules.join('; ')}`,
    `${MARGIN}came      ${came}`,
  ];
  if (outcome === 'fail') {
    const arrows = { probe: '>', peer: '<' } as const;
    for (const { connection, from, at, text } of wire) {
      lines.push(`${MARGIN}${String(at).padStart(7)} ms  ${connection} ${arrows[from]} ${text}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * `41 pass, 1 FAIL, 3 not applicable, 2 cannot tell, in 12.3 s`, and the names of what failed.
 * @param elapsed milliseconds of the whole run; the sum of the findings where left out, which lacks the wait for the miner
 */
export function summaryText(findings: readonly Finding[], paint: Paint = PLAIN, elapsed?: number): string {
  const summary = summarise(findings);
  const milliseconds = elapsed ?? summary.milliseconds;
  const counts = OUTCOMES.map((outcome) => paint(`${summary[outcome]} ${OUTCOME_WORDS[outcome]}`, outcome));
  const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  const names = failed.length > 0 ? `failed: ${failed.join(', ')}\n` : '';
  return `${counts.join(', ')}, in ${(milliseconds / 1000).toFixed(1)} s\n${names}`;
}
