import { AditError } from '@adit/primitives';

/** Longest name of an account. A unified address of all receivers has about 350 characters; the rest is for names. */
const MOST_CHARACTERS = 512;

/**
 * Checks the name of an account that a caller hands over. It becomes part of the names of books and of source keys.
 * @throws AditError `ADIT_BAD_ACCOUNT` if it is empty, longer than 512 characters, or not well-formed Unicode: two halves of
 *   characters that do not belong together become the same bytes in a database
 */
export function checkAccountId(id: string): void {
  if (typeof id === 'string' && id.length > 0 && id.length <= MOST_CHARACTERS && id.isWellFormed()) return;
  throw new AditError(
    'ADIT_BAD_ACCOUNT',
    `an account needs a name of 1 to ${MOST_CHARACTERS} characters that is well-formed Unicode`,
  );
}

/**
 * Orders names by their UTF-8 bytes, as SQLite and PostgreSQL (`COLLATE "C"`) do. JavaScript's `<` compares UTF-16 units,
 * which puts characters beyond U+FFFF before some of those below it: then two stores would give a unit to different accounts.
 * @returns negative if `a` comes first, positive if `b` does, zero if they are equal
 */
export function compareIds(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Halves of characters beyond U+FFFF rank above every whole character. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}
