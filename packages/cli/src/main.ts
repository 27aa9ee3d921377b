import './old-node.ts';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ZCASH_CHAINS } from '@adit/chain';
import { DIALECTS } from '@adit/stratum';
import { Argument, Command, Option } from 'commander';
import { addLedgerCommands } from './commands/ledger-commands.ts';
import { probeCommand } from './commands/probe/index.ts';
import { addSharesCommands } from './commands/shares-commands.ts';
import { CONFIG_VARIABLE, configFile, LOCAL_CONFIG, SYSTEM_CONFIG } from './config/which-file.ts';
import { USUAL_DIALECT } from './dialects.ts';
import { fail } from './exit.ts';
import { EXIT } from './exit-status.ts';
import { FAMILY_NAMES } from './family-names.ts';
import { takeParentOptions } from './parent-options.ts';
import { VERSION } from './version.ts';
import { whenRun } from './when-run.ts';

const runPool = whenRun(async () => (await import('./commands/pool.ts')).runPool);
const checkPool = whenRun(async () => (await import('./commands/check-pool.ts')).checkPool);

/** The whole command line, with nothing run yet. */
export function program(): Command {
  const adit = new Command('adit')
    .description('A Stratum pool and miner for Equihash (Zcash) and TrueHash (TrueChain)')
    .version(VERSION)
    .showHelpAfterError('(adit --help lists all commands)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT.usage))
    .hook('preAction', (_program, command) => complete(command))
    .addHelpText(
      'after',
      `
Examples:
  adit demo                                 both devnets, a pool and two miners, live in the terminal
  adit init zcash                           write a commented adit.toml
  adit pool --check                         say whether adit.toml is right
  adit pool                                 run the pool
  adit status                               show the state of the running pool
  adit miners                               show who mines, with rates and shares
  adit upgrade                              start the code on disk in its place; no miner has to wait
  adit miner --url stratum+tcp://me.rig1:x@127.0.0.1:3333 --dialect zcash --threads 2
  adit probe pool stratum+tcp://127.0.0.1:3333   whether a pool keeps the rules, and stands the known attacks
  adit devnet zcash --port 8232             a node that checks every block, for trying things`,
    );
  adit
    .command('pool')
    .description('run the pool')
    .addOption(configOption())
    .option('--check', 'only check the configuration, and ask its nodes')
    .action(({ config, check = false }: { config: string; check?: boolean }) =>
      check ? checkPool(config) : runPool(config),
    );
  controlled(adit.command('status'), 'show the state of the running pool').action(
    whenRun(async () => (await import('./commands/control.ts')).runStatus),
  );
  controlled(adit.command('miners'), 'show who mines: rates, shares, since when, from where')
    .option('-w, --workers', 'a row for each worker instead of each account', false)
    .option('--account <name>', 'only the workers of this account')
    .option('--limit <n>', 'most rows', '50')
    .action(whenRun(async () => (await import('./commands/miners.ts')).runMiners));
  controlled(adit.command('reload'), 'read the configuration again, without closing connections').action(
    whenRun(async () => (await import('./commands/control.ts')).runReload),
  );
  controlled(
    adit.command('upgrade'),
    'start the program on disk in place of the running one; miners move over',
  ).action(whenRun(async () => (await import('./commands/control.ts')).runUpgrade));
  controlled(adit.command('stop'), 'end the running pool in good order').action(
    whenRun(async () => (await import('./commands/control.ts')).runStop),
  );
  const bans = controlled(adit.command('bans'), 'list the banned addresses, with the reasons').action(
    whenRun(async () => (await import('./commands/control.ts')).runBans),
  );
  controlled(
    bans.command('add').argument('<address>', 'IPv4 address, or an IPv6 address for its /64'),
    'ban an address',
  )
    .option('--minutes <n>', 'length of the ban', '60')
    .option('--reason <text>', 'reason in the list and the log; the banned miner is told it, too', 'by hand')
    .action(whenRun(async () => (await import('./commands/control.ts')).runBan));
  controlled(bans.command('lift').argument('<address>', 'address as the list shows it'), 'end a ban').action(
    whenRun(async () => (await import('./commands/control.ts')).runLift),
  );
  adit
    .command('backup')
    .description('copy the data of a pool, which may be running, into a new folder')
    .argument('<folder>', 'folder to make')
    .addOption(configOption())
    .option('--json', 'print the manifest as JSON', false)
    .action(whenRun(async () => (await import('./commands/backup.ts')).runBackup));
  adit
    .command('restore')
    .description('make the data folder of a pool from a backup')
    .argument('<folder>', 'folder of the backup')
    .option('--data <folder>', 'data folder to make; default: the one of the configuration')
    .addOption(configOption())
    .option('--json', 'print what was done as JSON', false)
    .action(whenRun(async () => (await import('./commands/backup.ts')).runRestore));
  addSharesCommands(adit, configOption);
  addLedgerCommands(adit, configOption);
  const web = adit
    .command('web')
    .description('serve the public API and the pages, in a process beside the pool')
    .addOption(configOption())
    .action(whenRun(async () => (await import('./commands/web.ts')).runWeb));
  web
    .command('key')
    .description('print the key that opens an account where privacy is private')
    .argument('<account>', 'the whole name of the account')
    .option('--chain <name>', 'only of this chain')
    .addOption(configOption())
    .action(whenRun(async () => (await import('./commands/web.ts')).runWebKey));
  adit
    .command('settings')
    .description('every key of the configuration: default, bounds, and whether a reload applies it')
    .option('--json', 'as JSON', false)
    .option('--markdown', 'as a table for documents', false)
    .action(whenRun(async () => (await import('./commands/settings.ts')).runSettings));
  adit
    .command('init')
    .description('write a commented configuration')
    .argument('<network>', 'zcash, zcash-testnet, truechain, ...')
    .option('-o, --output <file>', 'file to write', 'adit.toml')
    .option('--public-address <address>', 'host:port where miners reach the first port')
    .action(whenRun(async () => (await import('./commands/init.ts')).runInit));
  adit
    .command('migrate')
    .description('write a configuration made of one of another pool')
    .addArgument(new Argument('<program>', 'whose configuration it is').choices(['miningcore', 's-nomp']))
    .argument('<file>', 'its config.json, or a file of pool_configs/')
    .option('-o, --output <file>', 'file to write', 'adit.toml')
    .action(whenRun(async () => (await import('./commands/migrate.ts')).runMigrate));
  adit
    .command('miner')
    .description('mine with the CPU')
    .requiredOption('--url <url>', 'stratum+tcp://worker:password@host:port, or stratum+tls://')
    .addOption(
      new Option('--dialect <dialect>', 'how the pool speaks').choices(DIALECTS).default(USUAL_DIALECT),
    )
    .option('--threads <n>', 'mining threads', '1')
    .addOption(network('parameters of Equihash', 'zcash'))
    .addOption(
      new Option('--nonce-layout <layout>', 'where the pool puts nonce1')
        .choices(['leading', 'trailing'])
        .default('leading'),
    )
    .option('--ca <file>', 'PEM of the authorities to trust, for stratum+tls://')
    .option('--insecure', 'take any certificate', false)
    .action(whenRun(async () => (await import('./commands/miner.ts')).runMiner));
  adit
    .command('devnet')
    .description('run a small node of our own on loopback')
    .addArgument(new Argument('<chain>', 'which node').choices(FAMILY_NAMES))
    .option('--port <port>', 'port for JSON-RPC, 0 takes a free one', '0')
    .addOption(network('parameters of the Zcash devnet', 'zcash-devnet'))
    .option('--follow <url>', 'continue the chain of another devnet, and share its blocks, to try failover')
    .action(whenRun(async () => (await import('./commands/devnet.ts')).runDevnet));
  adit
    .command('demo')
    .description('both devnets, a pool and two miners')
    .option('--blocks <n>', 'end with status 0 after n accepted blocks and fruits')
    .option('--data <folder>', 'where journals are kept', './adit-data')
    .addOption(network('parameters of the Zcash devnet', 'zcash-devnet'))
    .action(whenRun(async () => (await import('./commands/demo.ts')).runDemo));
  adit.addCommand(probeCommand());
  return adit;
}

/** A command for a running pool, which is found through its configuration. */
function controlled(command: Command, description: string): Command {
  return command
    .description(description)
    .addOption(configOption())
    .option('--json', 'print the answer as JSON', false);
}

function configOption(): Option {
  return new Option(
    '-c, --config <file>',
    `configuration of the pool (default: $${CONFIG_VARIABLE}, else ${LOCAL_CONFIG} here, else ${SYSTEM_CONFIG})`,
  );
}

/** Completes the options of the command that is about to run. */
function complete(command: Command): void {
  takeParentOptions(command);
  if (!command.options.some((option) => option.attributeName() === 'config')) return;
  const given: unknown = command.getOptionValue('config');
  command.setOptionValue('config', configFile(typeof given === 'string' ? given : undefined));
}

function network(description: string, byDefault: string): Option {
  return new Option('--network <name>', description).choices(Object.keys(ZCASH_CHAINS)).default(byDefault);
}

/** Exit status 128 + SIGPIPE, as of other programs whose output is closed. */
const READER_GONE = 141;

/**
 * Ends a command silently when its output is closed, as in `adit probe pool --list | head`. A pool goes on without its
 * log, because miners depend on it.
 */
function endWithReader(command: string | undefined): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (command !== 'pool') process.exit(READER_GONE);
    });
  }
}

/** Runs the command line. @param args without the names of Node and the script */
export async function main(args: readonly string[]): Promise<void> {
  endWithReader(args[0]);
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    fail(error);
  }
}

/**
 * Whether this file is the script itself, as in a checkout; bin/adit.js imports it. A checkout may lie behind a link, so that an
 * upgrade and a rollback are a change of the link: then the script's name is not that of the file.
 */
function isScript(): boolean {
  const [, script] = process.argv;
  return (
    script !== undefined && existsSync(script) && realpathSync(script) === fileURLToPath(import.meta.url)
  );
}

if (isScript()) {
  await main(process.argv.slice(2));
  process.exit(process.exitCode ?? 0);
}
