import { AditError } from '@adit/primitives';
import type { Dialect } from '@adit/stratum';
import type { Question } from './question.ts';

/** Which checks a run asks. */
export interface Choice {
  readonly dialect: Dialect;
  /** Ids of the checks; all of the dialect where left out. */
  readonly only?: readonly string[];
}

/**
 * The checks of a dialect that are chosen, in the given order.
 * @throws AditError `ADIT_BAD_OPTION` for an id that the dialect does not have
 */
export function chosenChecks<C extends Question>(
  checks: readonly C[],
  { dialect, only }: Choice,
): readonly C[] {
  const all = checks.filter(({ dialects }) => dialects.includes(dialect));
  if (only === undefined) return all;
  const unknown = only.find((id) => !all.some((check) => check.id === id));
  if (unknown !== undefined) {
    throw new AditError(
      'ADIT_BAD_OPTION',
      `there is no check ${JSON.stringify(unknown)} for ${dialect}; --list names all`,
    );
  }
  return all.filter(({ id }) => only.includes(id));
}
