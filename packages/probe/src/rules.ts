import type { AttackNumber } from './attacks.ts';

/** Where a rule stands, in the words of reports: one spelling for one source. */

/** @param section a heading of ZIP 301 */
export function zip301(section: string): string {
  return `ZIP 301, ${section}`;
}

/** @param section number of a section of the TrueStratum document */
export function trueStratumDocument(section: number): string {
  return `TrueStratum document, section ${section}`;
}

/** @param section number of a section of the Zcash document of the same series */
export function zcashDocument(section: number): string {
  return `Zcash document, section ${section}`;
}

/** What miners of the field need although no text demands it. */
export function field(what: string): string {
  return `real miners: ${what}`;
}

/** @param number of the catalogue in docs/probe.md */
export function attack(number: AttackNumber): string {
  return `attack ${number}`;
}

export const JSON_RPC = 'JSON-RPC 1.0';
