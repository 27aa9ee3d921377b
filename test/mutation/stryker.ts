import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Mutant } from './score.ts';
import type { WorkingCopy } from './working-copy.ts';

export interface StrykerRun {
  readonly copy: WorkingCopy;
  /** Files to mutate; Stryker's `file:line-line` ranges as well. */
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  readonly concurrency: number;
  /** Only the tests with no mutant active. */
  readonly dryRunOnly?: boolean;
  /** Gets what Stryker says. */
  readonly log: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** How Stryker's initial run ended: it can also end because something is missing, and then nothing is proved. */
export type DryRun = 'passed' | 'failed';

/**
 * A run that takes so much longer is endless. Most endless loops are found sooner, by counting how often a mutant is
 * passed; this is for the rest, and the machine may be busy with other things.
 */
const TIMEOUT_MS = 20_000;
const TIMEOUT_FACTOR = 4;
const CONFIG = 'stryker.config.json';
const REPORT = 'mutation-report.json';
/** Property tests draw the same cases in each run, so that a score can be repeated. */
const PRELOAD = 'test/mutation/fixed-seed.mjs';

/** Runs the tests in the copy once, through Stryker's runner and in its instrumented sources, with no mutant active. */
export async function dryRun(run: StrykerRun): Promise<DryRun> {
  const { status, output } = await start({ ...run, dryRunOnly: true });
  if (status === 0) return 'passed';
  if (output.includes('There were failed tests in the initial test run')) return 'failed';
  throw new Error(`Stryker ended with ${status} before the tests could be judged:\n${output}`);
}

/** Tests every mutant of the files. @throws when Stryker itself fails */
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
      // The runner starts `node`: that must be the one that runs this.
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`,
      // Thousands of short processes load the same files: mutants are switched by the environment, not by the text.
      NODE_COMPILE_CACHE: path.join(copy.scratch, 'compile-cache'),
      // Or a test runner above this one would make every test file report to it.
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
    // Node strips the types and never looks at them.
    disableTypeChecks: false,
    checkers: [],
    timeoutMS: TIMEOUT_MS,
    timeoutFactor: TIMEOUT_FACTOR,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: REPORT },
    tempDirName: '.stryker-tmp',
    allowConsoleColors: false,
    fileLogLevel: 'off',
    // The score is judged here, with its own words.
    thresholds: { high: 100, low: 0, break: null },
  };
}

/** What we read of Stryker's report; see the mutation testing report schema. */
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

/** Lines and columns count from one; the end is behind the last character. */
function textAt(source: string, start: Place, end: Place): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) =>
      line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
    )
    .join('\n');
}
