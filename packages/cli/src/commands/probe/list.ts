interface Listed {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly rules: readonly string[];
  readonly aggressive?: true;
}

/** Prints what there is to ask. */
export function printChecks(checks: readonly Listed[], json: boolean): void {
  if (json) {
    const list = checks.map(({ id, title, group, rules, aggressive = false }) => ({
      id,
      title,
      group,
      rules,
      aggressive,
    }));
    process.stdout.write(`${JSON.stringify(list, undefined, 2)}\n`);
    return;
  }
  for (const { id, title, rules, aggressive } of checks) {
    process.stdout.write(
      `${id}${aggressive === true ? ' (only with --aggressive)' : ''}\n    ${title}\n    ${rules.join('; ')}\n`,
    );
  }
}
