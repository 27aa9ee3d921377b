import { ATTACKS, type Attack } from '../catalogue/attacks.ts';
import { attack } from '../catalogue/rules.ts';
import type { Question } from '../checks/question.ts';

/** The part of a check that stands in the documents. */
export interface Listed extends Omit<Question, 'sent' | 'expected'> {
  readonly aggressive?: true;
}

/** The checks as a Markdown table, in the given order. */
export function checkTable(checks: readonly Listed[]): string {
  const rows = checks.map(({ id, title, group, dialects, rules, aggressive }) => {
    const where = dialects.length > 1 ? 'both' : dialects.join();
    const kind = aggressive === true ? `${group}, \`--aggressive\`` : group;
    return `| \`${id}\` | ${cell(title)} | ${where} | ${kind} | ${rules.map(cell).join('; ')} |`;
  });
  return `| id | passes if | dialect | kind | sources |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** The catalogue of attacks as a Markdown table, with the checks that ask about each. */
export function attackTable(pool: readonly Listed[], miner: readonly Listed[]): string {
  const entries = Object.entries(ATTACKS) as [keyof typeof ATTACKS, Attack][];
  const rows = entries.map(([number, { what, unseen }]) => {
    const of = (checks: readonly Listed[]) =>
      checks.filter(({ rules }) => rules.includes(attack(number))).map(({ id }) => `\`${id}\``);
    const pools = of(pool);
    const miners = of(miner).map((id) => `miner: ${id}`);
    const asked = [...pools, ...miners].join(', ');
    return `| ${number} | ${cell(what)} | ${asked}${unseen === undefined ? '' : `${asked === '' ? '' : '; '}not seen from outside: ${cell(unseen)}`} |`;
  });
  return `| attack | what is tried | asked by |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
