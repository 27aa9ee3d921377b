import type { Command } from 'commander';

/**
 * Gives a command the options that were read by the command above it. `adit bans` and `adit bans add` both know
 * `--config`, and the parser gives the one in `adit bans add 10.0.0.1 --config FILE` to `bans`.
 */
export function takeParentOptions(command: Command): void {
  for (let above = command.parent; above !== null; above = above.parent) {
    for (const option of command.options) {
      const name = option.attributeName();
      if (command.getOptionValueSource(name) === 'cli' || above.getOptionValueSource(name) !== 'cli')
        continue;
      command.setOptionValueWithSource(name, above.getOptionValue(name), 'cli');
    }
  }
}
