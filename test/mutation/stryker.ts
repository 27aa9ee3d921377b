import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Mutant } from './score.ts';
import type { WorkingCopy } from './working-copy.ts';

export interface StrykerRun {
  readonly copy: WorkingCopy;
  /** Files to mutate, or ranges in Stryker's form `file:line-line`. */
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  readonly concurrency: number;
  /** Runs only the tests, without an active mutant. */
  readonly dryRunOnly?: boolean;
  /** Gets the output of Stryker. */
  readonly log: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** The end of Stryker's initial run. It can also fail because a file is missing, which proves nothing. */
export type DryRun = 'passed' | 'failed';

/**
 * A run that takes this factor longer counts as endless. Stryker finds most endless loops sooner, by counting how often a
 * mutant is passed. The factor is large, since the machine may be busy.
 */
const TIMEOUT_MS = 20_000;
const TIMEOUT_FACTOR = 4;
const CONFIG = 'stryker.config.json';
const REPORT = 'mutation-report.json';
/** Makes property tests draw the same cases in each run, so that a score can be repeated. */
const PRELOAD = 'test/mutation/fixed-seed.mjs';

/** Runs the tests in the copy once, with Stryker's runner and its instrumented sources, without an active mutant. */
export async function dryRun(run: StrykerRun): Promise<DryRun> {
  const { status, output } = await start({ ...run, dryRunOnly: true });
  if (status === 0) return 'passed';
  if (output.includes('There were failed tests in the initial test run')) return 'failed';
  throw new Error(`Stryker ended with ${status} before the tests could be judged:\n${output}`);
}

/** Tests every mutant of the files. @throws if Stryker itself fails */
export async function mutate(run: StrykerRun): Promise<Mutant[]> {
  const { status, output } = await start(run);
  if (status !== 0) throw new Error(`Stryker ended with ${status}:\n${output}`);
  return mutantsOf(JSON.parse(run.copy.read(REPORT)) as Report);
}

async function start(run: StrykerRun): Promise<{ status: number | null; output: string }> {
  const { copy } = run;
  copy.write(CONFIG, JSON.stringify(configOf(run)));
  const core = createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json');
  const bin = path.join(path.dirname(core), 'bin', 'stryker.js');
  const child = spawn(process.execPath, [bin, 'run', CONFIG], {
    cwd: copy.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // The runner starts `node`, which must be the Node of this process.
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`,
      // Thousands of short processes load the same files: the environment selects the mutant, so the text is the same.
      NODE_COMPILE_CACHE: path.join(copy.scratch, 'compile-cache'),
      // Otherwise every test file would report to a test runner above this one.
      NODE_TEST_CONTEXT: undefined,
      NODE_OPTIONS: undefined,
    },
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output = (output + text).slice(-20_000);
      run.log(text);
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { status, output };
}

function configOf({ mutate, tests, concurrency, dryRunOnly }: StrykerRun): Record<string, unknown> {
  return {
    inPlace: true,
    mutate,
    testRunner: 'tap',
    plugins: ['@stryker-mutator/tap-runner'],
    tap: {
      testFiles: tests,
      nodeArgs: [
        '-r',
        '{{hookFile}}',
        '--import',
        `./${PRELOAD}`,
        '--conditions=adit-source',
        '--test-reporter=tap',
        '{{testFile}}',
      ],
      forceBail: true,
    },
    coverageAnalysis: 'perTest',
    concurrency,
    dryRunOnly: dryRunOnly === true,
    // Node strips the types without checking them.
    disableTypeChecks: false,
    checkers: [],
    timeoutMS: TIMEOUT_MS,
    timeoutFactor: TIMEOUT_FACTOR,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: REPORT },
    tempDirName: '.stryker-tmp',
    allowConsoleColors: false,
    fileLogLevel: 'off',
    // Adit judges the score itself, with its own messages.
    thresholds: { high: 100, low: 0, break: null },
  };
}

/** The parts of Stryker's report that we read; see the mutation testing report schema. */
interface Report {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly mutatorName: string;
          readonly replacement?: string;
          readonly status: Mutant['status'];
          readonly statusReason?: string;
          readonly location: { readonly start: Place; readonly end: Place };
        }[];
      }
    >
  >;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function mutantsOf(report: Report): Mutant[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants.map((mutant) => ({
      file,
      line: mutant.location.start.line,
      column: mutant.location.start.column,
      mutator: mutant.mutatorName,
      original: textAt(source, mutant.location.start, mutant.location.end),
      mutated: mutant.replacement ?? '',
      status: mutant.status,
    })),
  );
}

/** Lines and columns count from one; the end is after the last character. */
function textAt(source: string, start: Place, end: Place): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) =>
      line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
    )
    .join('\n');
}
