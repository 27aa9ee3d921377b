import type { AttackNumber } from './attacks.ts';

// The sources of rules, in the words of reports. Each source has one spelling.

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

/** Something that miners of the field need, although no document demands it. */
export function field(what: string): string {
  return `real miners: ${what}`;
}

/** @param number its number in the catalogue in docs/probe.md */
export function attack(number: AttackNumber): string {
  return `attack ${number}`;
}

export const JSON_RPC = 'JSON-RPC 1.0';
