import type { Command, Option } from 'commander';
import { whenRun } from '../when-run.ts';

/** Adds `adit ledger` with its commands. @param configOption makes the option that every command has */
export function addLedgerCommands(adit: Command, configOption: () => Option): void {
  const ledger = adit
    .command('ledger')
    .description('the books: what miners are owed, found blocks, and payouts; docs/money.md explains them');
  const reads = (command: Command): Command =>
    command
      .addOption(configOption())
      .option('--chain <name>', 'network of the chain; needed where the ledger has several')
      .option('--json', 'as JSON', false);
  const changes = (command: Command): Command =>
    reads(command)
      .requiredOption('--reason <text>', 'why, for the audit')
      .option('--by <name>', 'who, for the audit; default: the user of the system');
  reads(ledger.command('balances').argument('[account]', 'this account only'))
    .description('what each account is owed, and what is immature')
    .action(whenRun(async () => (await import('./ledger/balances.ts')).runBalances));
  reads(ledger.command('statement').argument('<account>'))
    .description('every entry of an account, the newest first')
    .option('--limit <n>', 'most lines', '50')
    .action(whenRun(async () => (await import('./ledger/statement.ts')).runStatement));
  reads(ledger.command('verify'))
    .description('check every rule of the books')
    .action(whenRun(async () => (await import('./ledger/verify.ts')).runVerify));
  reads(ledger.command('audit'))
    .description('who did what, in the order in which it was done')
    .option('--after <number>', 'rows behind this one', '0')
    .option('--limit <n>', 'most rows', '100')
    .action(whenRun(async () => (await import('./ledger/audit.ts')).runAudit));
  const account = ledger.command('account').description('change the terms or the payee of an account');
  changes(account.command('park').argument('<account>'))
    .description('set an account aside: it earns, and is not paid')
    .action(whenRun(async () => (await import('./ledger/account.ts')).runPark));
  changes(account.command('unpark').argument('<account>'))
    .description('pay an account again')
    .action(whenRun(async () => (await import('./ledger/account.ts')).runUnpark));
  changes(account.command('terms').argument('<account>'))
    .description("fee and minimum of an account's own; what is left out is as the chain has it")
    .option('--fee <percent>', 'fee in percent')
    .option('--minimum <amount>', 'least balance that is paid out, in whole coins')
    .option('--donate <percent>', 'donation in percent of what is left behind the fee')
    .option('--cause <name>', 'who gets the donation')
    .action(whenRun(async () => (await import('./ledger/account.ts')).runTerms));
}
