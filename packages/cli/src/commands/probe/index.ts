import { DIALECTS } from '@adit/stratum';
import { Argument, Command, Option } from 'commander';
import { fail } from '../../exit.ts';
import { whenRun } from '../../when-run.ts';
import { LOGIN } from './options.ts';

/** `adit probe`: questions to pools and miners. */
export function probeCommand(): Command {
  const probe = new Command('probe')
    .description('ask a pool, or a miner, whether it keeps the rules')
    .showHelpAfterError('(--help lists all options)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : CANNOT_BEGIN));
  reported(
    probe
      .command('pool')
      .description('ask a pool: conformance to its dialect, and known attacks')
      .addArgument(
        new Argument(
          '[address]',
          'host:port, stratum+tcp://host:port or stratum+tls://host:port; worker:password@ may come before the host',
        ),
      )
      .addOption(dialect())
      .option('--worker <name>', `worker to log in as (default: that of the address, or ${LOGIN.worker})`)
      .option('--password <text>', `its password (default: that of the address, or ${LOGIN.password})`)
      .option('--aggressive', 'also floods, and connections that are slow on purpose', false)
      .option('--i-operate-this-pool', 'needed for a pool that is not on this machine', false)
      .option('--answer-seconds <n>', 'how long to wait for an answer', '5')
      .option('--share-seconds <n>', 'how long to solve for one share', '60')
      .option('--job-seconds <n>', 'how long to wait for a new job', '65')
      .option('--ca <file>', 'PEM of the authorities to trust, for stratum+tls://')
      .option('--insecure', 'take any certificate', false),
  ).action(orTwo(whenRun(async () => (await import('./pool.ts')).runProbePool)));
  reported(
    probe
      .command('miner')
      .description('play a pool to a miner, and judge what it does')
      .option('--listen <address>', 'where the miner connects; port 0 takes a free one', '127.0.0.1:3344')
      .addOption(dialect())
      .option('--allow-remote', 'listen on an address that others can reach', false)
      .option('--wait <n>', 'seconds for the miner to connect at first', '120')
      .option('--rate <n>', 'solutions or hashes a second of the miner; measured by default')
      .option('--share-seconds <n>', 'how long to wait for a share of an easy job', '60')
      .option('--return-seconds <n>', 'how long to wait for a miner that left to come back', '90'),
  ).action(orTwo(whenRun(async () => (await import('./miner.ts')).runProbeMiner)));
  probe
    .command('tap')
    .description('stand between miners and a pool, and print what both say')
    .requiredOption('--listen <address>', 'where miners connect, such as 127.0.0.1:3334')
    .requiredOption(
      '--upstream <url>',
      'the pool: host:port, stratum+tcp://host:port or stratum+tls://host:port',
    )
    .option('--dialect <dialect>', `${DIALECTS.join(' or ')}; detected by default`)
    .option('--save <file>', 'keep the conversation as .jsonl, without passwords')
    .option('--note <text>', 'written into the file')
    .option('--raw', 'lines as they are, without passwords', false)
    .option('--allow-remote', 'listen on an address that others can reach', false)
    .option('--ca <file>', 'PEM of the authorities to trust, for stratum+tls://')
    .option('--insecure', 'take any certificate', false)
    .addHelpText('after', '\nExit status: 0 stopped (Ctrl-C), 2 could not begin.')
    .action(orTwo(whenRun(async () => (await import('./tap.ts')).runTap)));
  probe
    .command('replay')
    .description('play one part of a saved conversation')
    .argument('<file>', 'from adit probe tap --save')
    .option('--against <url>', "the miner's part, to this pool")
    .option('--listen <address>', "the pool's part, to whoever connects here")
    .option('--password <text>', 'password to send; the recording has none', 'x')
    .option('--fast', 'without the pauses of the recording', false)
    .option('--wait <n>', 'seconds to wait for an answer', '5')
    .option('--i-operate-this-pool', 'needed for a pool that is not on this machine', false)
    .option('--ca <file>', 'PEM of the authorities to trust, for stratum+tls://')
    .option('--insecure', 'take any certificate', false)
    .addHelpText(
      'after',
      '\nExit status: --against: 0 answered as recorded, 1 an answer differs, 130 stopped before the end (Ctrl-C);' +
        '\n--listen: 0 stopped; both: 2 could not begin.',
    )
    .action(orTwo(whenRun(async () => (await import('./replay.ts')).runReplay)));
  return probe;
}

/** Exit status of a run that could not begin. Status 1 means that a check failed. */
const CANNOT_BEGIN = 2;

function orTwo<A extends unknown[]>(run: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      await run(...args);
    } catch (error) {
      fail(error, CANNOT_BEGIN);
    }
  };
}

function dialect(): Option {
  return new Option('--dialect <dialect>', 'dialect of the pool or miner').choices(DIALECTS).default('zcash');
}

/** Options that reports of pools and of miners share. */
function reported(command: Command): Command {
  return command
    .option('--chain-params <n,k>', 'Equihash of the chain; 144,5,BgoldPoW with a personalization', '200,9')
    .option('--only <ids>', 'only these checks, with commas between them')
    .option('--list', 'list the checks (with --only: those that it names), and run none', false)
    .option('--markdown', 'with --list: the tables of the documents', false)
    .option('--json', 'report, or list, as JSON', false)
    .option('--junit', 'report as JUnit XML', false)
    .option('--output <file>', 'new file for the JSON or JUnit report; stdout then has text for people')
    .addHelpText(
      'after',
      '\nExit status: 0 no check failed, 1 a check failed, 2 could not begin, 3 nothing could be judged, 130 stopped (Ctrl-C).',
    );
}
