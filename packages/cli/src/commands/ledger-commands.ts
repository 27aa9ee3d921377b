import type { Command, Option } from 'commander';
import { whenRun } from '../when-run.ts';
import type { PayoutOrder } from './ledger/payouts.ts';

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
      .option('--reason <text>', 'why, for the audit; needed for changes')
      .option('--by <name>', 'who, for the audit; default: the user of the system');
  ledger
    .command('run')
    .description('keep the books until it is stopped; `adit pool` does it beside itself by default')
    .addOption(configOption())
    .action(whenRun(async () => (await import('./ledger/run.ts')).runLedger));
  reads(ledger.command('status'))
    .description('what the pool owes and has, and how far the ledger is')
    .action(whenRun(async () => (await import('./ledger/status.ts')).runLedgerStatus));
  reads(ledger.command('blocks'))
    .description('found blocks with their states, the newest first')
    .option('--state <state>', 'only blocks in this state')
    .action(whenRun(async () => (await import('./ledger/blocks.ts')).runBlocks));
  changes(ledger.command('reconcile'))
    .description('compare the wallet with the books')
    .option('--book', 'book the difference: a person took it out of the wallet, or put it in', false)
    .action(whenRun(async () => (await import('./ledger/payouts.ts')).runReconcile));
  reads(ledger.command('balances').argument('[account]', 'this account only'))
    .description('what each account is owed, and what is immature')
    .action(whenRun(async () => (await import('./ledger/balances.ts')).runBalances));
  reads(ledger.command('statement').argument('<account>'))
    .description('every entry of an account, the newest first')
    .option('--limit <n>', 'most lines', '50')
    .action(whenRun(async () => (await import('./ledger/statement.ts')).runStatement));
  reads(ledger.command('verify'))
    .description('check every rule of the books')
    .option(
      '--from-journals',
      'make all shares, rounds and credits again from the journals, and compare',
      false,
    )
    .option(
      '--accept',
      'take over what was changed behind the back of the ledger; what it changed may be a theft',
      false,
    )
    .option('--reason <text>', 'why it is taken over, for the audit')
    .option('--by <name>', 'who does it; default: the user of the system')
    .action(whenRun(async () => (await import('./ledger/verify.ts')).runVerify));
  reads(ledger.command('luck'))
    .description('expected and found blocks by account, and whether blocks may be withheld; it only reports')
    .option('--account <name>', 'this account only')
    .option('--limit <n>', 'most accounts', '50')
    .action(whenRun(async () => (await import('./ledger/luck.ts')).runLuck));
  reads(ledger.command('audit'))
    .description('who did what, in the order in which it was done')
    .option('--after <number>', 'rows behind this one', '0')
    .option('--limit <n>', 'most rows', '100')
    .action(whenRun(async () => (await import('./ledger/audit.ts')).runAudit));
  ledger
    .command('archive')
    .description('pack journals that are accounted for and old, check the archives, and remove the journals')
    .addOption(configOption())
    .option('--dry-run', 'only say what would go, and why the rest stays', false)
    .option('--days <n>', 'age of the newest share from which a journal goes; default: archive_days')
    .option('--by <name>', 'who, for the audit; default: the user of the system')
    .option('--json', 'as JSON', false)
    .action(whenRun(async () => (await import('./ledger/archive.ts')).runArchive));
  changes(ledger.command('import-balances').argument('<file>', 'CSV: payee,amount in whole coins'))
    .description('take over what another pool owed, once; nothing is imported where one line is wrong')
    .option('--total <amount>', 'sum of all amounts in whole coins, as the old pool says it; needed')
    .option('--dry-run', 'only read the file', false)
    .action(whenRun(async () => (await import('./ledger/import-balances.ts')).runImportBalances));
  addReserveCommands(ledger, reads, changes);
  const account = ledger.command('account').description('change the terms or the payee of an account');
  changes(account.command('park').argument('<account>'))
    .description('set an account aside: it earns, and is not paid')
    .action(whenRun(async () => (await import('./ledger/account.ts')).runPark));
  changes(account.command('unpark').argument('<account>'))
    .description('pay an account again')
    .action(whenRun(async () => (await import('./ledger/account.ts')).runUnpark));
  changes(account.command('payee').argument('<account>').argument('<address>'))
    .description('pay an account to this address: at once if it had none, otherwise after 48 hours')
    .action(whenRun(async () => (await import('./ledger/payee.ts')).runPayee));
  changes(account.command('terms').argument('<account>'))
    .description("fee and minimum of an account's own; what is left out is as the chain has it")
    .option('--fee <percent>', 'fee in percent')
    .option('--minimum <amount>', 'least balance that is paid out, in whole coins')
    .option('--donate <percent>', 'donation in percent of what is left behind the fee')
    .option('--cause <name>', 'who gets the donation')
    .action(whenRun(async () => (await import('./ledger/account.ts')).runTerms));
  addKeyCommands(ledger);
  addPayoutCommands(ledger, reads, changes);
}

/** Adds `adit ledger reserve` with its commands. */
function addReserveCommands(
  ledger: Command,
  reads: (command: Command) => Command,
  changes: (command: Command) => Command,
): void {
  const reserve = reads(ledger.command('reserve'))
    .description('what the reserve of pps and fpps holds, and whether it pays for new shares')
    .action(whenRun(async () => (await import('./ledger/reserve.ts')).runReserve));
  changes(reserve.command('fund').argument('<amount>', 'whole coins'))
    .description('put money into the reserve')
    .option('--from <source>', 'deposit: coins that you sent to the wallet for it; fees; owner', 'deposit')
    .action(whenRun(async () => (await import('./ledger/reserve.ts')).runFund));
  changes(reserve.command('release').argument('<amount>', 'whole coins'))
    .description('take money out of the reserve; while it pays for shares, its floor stays')
    .option('--to <account>', 'owner: your capital in the books; fees', 'owner')
    .action(whenRun(async () => (await import('./ledger/reserve.ts')).runRelease));
}

/** Adds `adit ledger key` with its commands. */
function addKeyCommands(ledger: Command): void {
  const key = ledger
    .command('key')
    .description('files with the encrypted key of a wallet that the ledger signs for');
  key
    .command('new')
    .argument('<file>', 'file to make; one that is there already is never written')
    .description('make a key of TrueChain, and print its address')
    .option('--passphrase-file <file>', 'file with the passphrase; default: the variable WALLET_PASSPHRASE')
    .action(whenRun(async () => (await import('./ledger/key.ts')).runKeyNew));
  key
    .command('address')
    .argument('<file>', 'file with a key')
    .description('print the address of a key; it needs no passphrase')
    .action(whenRun(async () => (await import('./ledger/key.ts')).runKeyAddress));
}

/** Adds `adit ledger payouts` with its commands. */
function addPayoutCommands(
  ledger: Command,
  reads: (command: Command) => Command,
  changes: (command: Command) => Command,
): void {
  const payouts = reads(ledger.command('payouts'))
    .description('all batches with their states, and why payouts wait')
    .action(whenRun(async () => (await import('./ledger/payouts.ts')).runList));
  reads(payouts.command('plan'))
    .description('what would be paid now; it binds nothing')
    .action(whenRun(async () => (await import('./ledger/payouts.ts')).runPlan));
  reads(payouts.command('show').argument('<batch>'))
    .description('a batch with its payees')
    .action(whenRun(async () => (await import('./ledger/payouts.ts')).runShow));
  for (const [order, words] of Object.entries(ORDERS))
    changes(payouts.command(order).argument('<batch>', WHICH[order as PayoutOrder]))
      .description(words)
      .action(async (batch, options) =>
        (await import('./ledger/payouts.ts')).runOrder(order as PayoutOrder, batch, options),
      );
  changes(payouts.command('replace').argument('<batch>'))
    .description('sign a dearer transaction in place of each payment that no block has (TrueChain)')
    .option('--speed-up', 'the same payments, at a higher price', false)
    .option('--cancel', 'cancellations; a balance is back when its cancellation is final', false)
    .action(whenRun(async () => (await import('./ledger/payouts.ts')).runReplace));
  changes(payouts.command('resolve').argument('<batch>'))
    .description('end a doubt: name the transaction that paid, or ask for a proof that none did')
    .option('--paid <txid>', 'the transaction that paid it; the chain still has to confirm it')
    .option('--unpaid', 'give the balances back, if a proof can be had', false)
    .action(whenRun(async () => (await import('./ledger/payouts.ts')).runResolve));
}

const ORDERS: Readonly<Record<PayoutOrder, string>> = {
  approve: 'let the ledger pay a planned batch',
  hold: 'stop a batch, or all payouts',
  resume: 'let a batch, or all payouts, go on',
  discard: 'give a batch up of which no transaction can exist',
};
const WHICH: Readonly<Record<PayoutOrder, string>> = {
  approve: 'id of the batch',
  hold: 'id of the batch, or all',
  resume: 'id of the batch, or all',
  discard: 'id of the batch',
};
