import { ALL_MINER_CHECKS, attackTable, checkTable, type Listed, POOL_CHECKS } from '@adit/probe';

export interface ListOptions {
  readonly json: boolean;
  readonly markdown: boolean;
}

/** Prints what there is to ask. @param checks of one dialect; as Markdown all of the kind are printed */
export function printChecks(kind: 'pool' | 'miner', checks: readonly Listed[], options: ListOptions): void {
  if (options.markdown) process.stdout.write(markdown(kind));
  else if (options.json) process.stdout.write(`${JSON.stringify(checks.map(listed), undefined, 2)}\n`);
  else for (const check of checks) process.stdout.write(sentence(check));
}

function listed({ id, title, group, dialects, rules, aggressive }: Listed) {
  return { id, title, group, dialects, rules, aggressive: aggressive === true };
}

function sentence({ id, title, rules, aggressive }: Listed): string {
  const only = aggressive === true ? ' (only with --aggressive)' : '';
  return `${id}${only}\n    ${title}\n    ${rules.join('; ')}\n`;
}

/** As docs/probe.md has it. */
function markdown(kind: 'pool' | 'miner'): string {
  if (kind === 'miner') return checkTable(ALL_MINER_CHECKS);
  return `${checkTable(POOL_CHECKS)}\n${attackTable(POOL_CHECKS, ALL_MINER_CHECKS)}`;
}
