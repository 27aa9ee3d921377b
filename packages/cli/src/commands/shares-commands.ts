import { type Command, Option } from 'commander';
import { whenRun } from '../when-run.ts';

/** Adds `adit shares export` and `adit shares sum`. @param configOption makes the option that every command has */
export function addSharesCommands(adit: Command, configOption: () => Option): void {
  const shares = adit
    .command('shares')
    .description('read the share journals: each share once, with its smallest weight; a pool may be running');
  const withWhich = (command: Command): Command =>
    command
      .addOption(configOption())
      .option(
        '--data <folder>',
        'data folder, or the folder data of a backup; default: the one of the configuration',
      )
      .addOption(several('--also <folder>', 'a further data folder; a share in both counts once'))
      .option(
        '--archived',
        'read archived journals too; they are unpacked beside the archives meanwhile',
        false,
      )
      .option('--since <time>', 'from this time on: 2026-01-31, or 2026-01-31T12:00:00Z')
      .option('--until <time>', 'before this time');
  withWhich(shares.command('export'))
    .description('write every share as a line; docs/journal.md explains the columns')
    .addOption(several('--from-sequence <instance:n>', 'rows of an instance from this sequence on'))
    .option('--csv', 'as CSV with a line of names (default)', false)
    .option('--jsonl', 'as one JSON object a line', false)
    .option('-o, --output <file>', 'file to write; default: standard output')
    .action(whenRun(async () => (await import('./shares.ts')).runExport));
  withWhich(shares.command('sum'))
    .description('add up shares and weights by network and account')
    .option('--json', 'as JSON', false)
    .action(whenRun(async () => (await import('./shares.ts')).runSum));
}

/** An option that may be given several times. */
function several(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be given several times`).argParser(
    (value: string, before: readonly string[] = []) => [...before, value],
  );
}
