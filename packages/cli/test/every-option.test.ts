import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mock, type TestContext, test } from 'node:test';
import { AditError } from '@adit/primitives';
import { runAdit } from '@adit/test-kit/pool-process';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { type Command, CommanderError, type Option } from 'commander';
import { EXIT, exitStatusOf } from '../src/exit-status.ts';
import { program } from '../src/main.ts';

/** A command that refuses its options does so within a second, also on a busy machine. */
const BEGUN_MS = 20_000;

/** A command that does something, and the words that call it. */
interface Runnable {
  readonly words: readonly string[];
  readonly command: Command;
}

/** Values for required arguments and options, by what their placeholder says. */
const VALUES: Readonly<Record<string, string>> = {
  address: '127.0.0.1:1',
  url: 'stratum+tcp://a@127.0.0.1:1',
  folder: 'nowhere',
  file: 'nowhere',
  network: 'zcash',
  chain: 'zcash',
};

function runnables(command: Command, words: readonly string[] = []): Runnable[] {
  const below = command.commands.flatMap((inner) => runnables(inner, [...words, inner.name()]));
  const acts = (command as unknown as { readonly _actionHandler: unknown })._actionHandler !== null;
  return acts ? [{ words, command }, ...below] : below;
}

const COMMANDS = runnables(program());

/** The words that call a command with everything that it requires. @param left the long name of an option to leave out */
function call({ words, command }: Runnable, left?: string): string[] {
  const one = command.registeredArguments.filter(({ required }) => required);
  return [
    ...words,
    // The probe's address may be missing only with --list.
    ...(words.join(' ') === 'probe pool' ? ['127.0.0.1:1'] : []),
    ...one.map((argument) => argument.argChoices?.[0] ?? VALUES[argument.name()] ?? 'x'),
    // One of its two ways must be chosen.
    ...(words.join(' ') === 'probe replay' ? ['--against', '127.0.0.1:1'] : []),
    ...neededOptions(command, left),
  ];
}

/** The options that a command requires, with their values. */
function neededOptions(command: Runnable['command'], left?: string): string[] {
  return command.options
    .filter(({ mandatory, long }) => mandatory === true && long !== left)
    .flatMap(({ long, flags }) => [long ?? '', VALUES[placeholder(flags)] ?? 'x']);
}

function placeholder(flags: string): string {
  return /<([a-z]+)>/.exec(flags)?.[1] ?? '';
}

/** What the parser, or the command, says to these words; the command must not begin anything. */
async function refusal(
  words: readonly string[],
): Promise<{ readonly said: string; readonly isUsage: boolean }> {
  const adit = program();
  let written = '';
  const writeErr = (text: string): void => {
    written += text;
  };
  const visit = (command: Command): void => {
    command.configureOutput({ writeErr, writeOut: () => {} });
    command.exitOverride((error) => {
      throw error;
    });
    command.commands.forEach(visit);
  };
  visit(adit);
  // The probe has statuses of its own, and ends the process itself.
  const exit = mock.method(process, 'exit', (status: number) => {
    throw new CommanderError(status, 'exit', written);
  });
  const stderr = mock.method(process.stderr, 'write', (text: string) => {
    written += text;
    return true;
  });
  try {
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('it has begun something')), BEGUN_MS).unref();
    });
    await Promise.race([adit.parseAsync(words, { from: 'user' }), late]);
  } catch (error) {
    if (error instanceof CommanderError) return { said: written, isUsage: error.exitCode !== 0 };
    assert.ok(error instanceof AditError, `${words.join(' ')}: ${String(error)}`);
    return { said: error.message, isUsage: exitStatusOf(error) === EXIT.usage };
  } finally {
    exit.mock.restore();
    stderr.mock.restore();
  }
  return assert.fail(`${words.join(' ')}: it was accepted`);
}

async function assertRefused(words: readonly string[], names: RegExp): Promise<void> {
  const { said, isUsage } = await refusal(words);
  assert.ok(isUsage, `${words.join(' ')}: ${said}`);
  assert.match(said.split('\n')[0] ?? '', names, words.join(' '));
}

const takesValue = (option: Option) => option.required || option.optional;

test('every command of the program is tried', () => {
  const all = COMMANDS.map(({ words }) => words.join(' '));
  for (const name of ['pool', 'miners', 'bans add', 'shares export', 'probe pool', 'probe replay', 'devnet'])
    assert.ok(all.includes(name), name);
});

test('an option that does not exist is named, and a misspelled one is met by the right one', async () => {
  for (const runnable of COMMANDS) {
    await assertRefused([...call(runnable), '--frobnicate'], /unknown option '--frobnicate'/);
    for (const { long } of runnable.command.options) {
      if (long === undefined || long === null || long === '--version') continue;
      const wrong = `${long}s`;
      const { said } = await refusal([...call(runnable), wrong]);
      assert.match(
        said,
        new RegExp(`unknown option '${wrong}'\\s+\\(Did you mean .*${long}`),
        runnable.words.join(' '),
      );
    }
  }
});

test('an option without its value, a missing one, and a value outside its choices are named', async () => {
  for (const runnable of COMMANDS) {
    for (const option of runnable.command.options.filter(takesValue)) {
      await assertRefused([...call(runnable, option.long ?? ''), option.long ?? ''], /argument missing/);
      if (option.mandatory)
        await assertRefused(call(runnable, option.long ?? ''), /required option .*not specified/);
      if (option.argChoices === undefined) continue;
      await assertRefused([...call(runnable), option.long ?? '', 'strange'], /'strange' is invalid/);
    }
    const needed = runnable.command.registeredArguments.filter(({ required }) => required);
    for (const [at, argument] of needed.entries()) {
      const before = needed.slice(0, at).map(() => 'x');
      const words = new RegExp(`missing required argument '${argument.name()}'`);
      await assertRefused([...runnable.words, ...before, ...neededOptions(runnable.command)], words);
    }
    await assertRefused([...call(runnable), 'one', 'more'], /too many arguments|unknown command/);
  }
});

test('a value of the wrong kind is refused before anything begins, and its option is named', async (context) => {
  const folder = temporaryFolder(context);
  inFolder(context, folder);
  let tried = 0;
  for (const runnable of COMMANDS) {
    for (const option of runnable.command.options.filter(({ flags }) => /<(n|port)>/.test(flags))) {
      for (const value of ['many', '-1', 'NaN', 'Infinity', '1e99', '99999999999999999', '']) {
        const words = [...call(runnable, option.long ?? ''), `${option.long ?? ''}=${value}`];
        await assertRefused(words, new RegExp(option.long ?? ''));
        tried += 1;
      }
    }
  }
  assert.ok(tried > 60, String(tried));
  assert.deepEqual(readdirSync(folder), [], 'something was written');
});

/** Commands look for their files in the working folder. */
function inFolder(context: TestContext, folder: string): void {
  const before = process.cwd();
  process.chdir(folder);
  context.after(() => process.chdir(before));
}

test('the program itself ends with the status for a wrong command line, or for a wrong variable', async (context) => {
  const folder = temporaryFolder(context);
  for (const [words, status] of [
    [['pool', '--chek'], 64],
    [['frobnicate'], 64],
    [['miner', '--url'], 64],
    [['miners', '--limit', 'many'], 64],
    [['probe', 'pool', '--job-seconds', 'many', '127.0.0.1:1'], 2],
  ] as const) {
    const ended = await runAdit(words, folder);
    assert.deepEqual([ended.status, ended.out], [status, ''], words.join(' '));
  }
  assert.deepEqual(readdirSync(folder), []);
});
