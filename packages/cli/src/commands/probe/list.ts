import { attackTable, checkTable, type Listed, MINER_CHECKS, POOL_CHECKS } from '@adit/conformance';
import { AditError } from '@adit/primitives';

export interface ListOptions {
  readonly list: boolean;
  readonly markdown: boolean;
  readonly json: boolean;
  readonly junit: boolean;
  readonly output?: string;
}

/** @throws AditError `ADIT_BAD_OPTION` if the options ask for a list and a report at once */
export function checkListOptions({ list, markdown, json, junit, output }: ListOptions): void {
  if (markdown && !list) throw bad('--markdown is a form of --list: say both');
  if (list && markdown && json)
    throw bad('--json and --markdown are two forms of the list: take one of them');
  if (list && (junit || output !== undefined)) {
    throw bad(
      `${junit ? '--junit' : '--output'} is for the report of a run, and --list asks nothing; --list --json prints the list as JSON`,
    );
  }
}

/**
 * Prints the checks.
 * @param checks of one dialect, without those that `--only` leaves out
 * @param all for Markdown: every check of the kind, as in the documents
 */
export function printChecks(
  kind: 'pool' | 'miner',
  checks: readonly Listed[],
  { markdown, json, all }: Pick<ListOptions, 'markdown' | 'json'> & { readonly all: boolean },
): void {
  if (markdown) process.stdout.write(all ? tables(kind) : checkTable(checks));
  else if (json) process.stdout.write(`${JSON.stringify(checks.map(listed), undefined, 2)}\n`);
  else for (const check of checks) process.stdout.write(sentence(check));
}

function listed({ id, title, group, dialects, rules, aggressive }: Listed) {
  return { id, title, group, dialects, rules, aggressive: aggressive === true };
}

function sentence({ id, title, rules, aggressive }: Listed): string {
  const only = aggressive === true ? ' (only with --aggressive)' : '';
  return `${id}${only}\n    ${title}\n    ${rules.join('; ')}\n`;
}

/** The tables of docs/probe.md. */
function tables(kind: 'pool' | 'miner'): string {
  if (kind === 'miner') return checkTable(MINER_CHECKS);
  return `${checkTable(POOL_CHECKS)}\n${attackTable(POOL_CHECKS, MINER_CHECKS)}`;
}

function bad(sentence: string): AditError {
  return new AditError('ADIT_BAD_OPTION', sentence);
}
