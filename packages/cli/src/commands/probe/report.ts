import { rmSync, writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import {
  exitStatus,
  type Finding,
  findingText,
  jsonReport,
  junitReport,
  OUTCOME_WORDS,
  type Paint,
  type ReportHead,
  summaryText,
} from '@adit/conformance';
import { AditError, messageOf } from '@adit/primitives';
import { STOPPED_STATUS } from './stop.ts';

export interface ReportOptions {
  readonly json: boolean;
  readonly junit: boolean;
  /** File for the JSON or JUnit report, instead of stdout. */
  readonly output?: string;
}

const COLOURS = { pass: 'green', fail: 'red', not_applicable: 'gray', cannot_tell: 'yellow' } as const;
const paint: Paint = (text, outcome) => styleText(COLOURS[outcome], text, { stream: process.stdout });

/**
 * Reports the findings: to people as they come, to machines at the end. It sets the exit status of the process: 0 if
 * nothing failed, 1 if a check failed, 3 if nothing could be judged, 130 if the run was stopped.
 * @throws AditError `ADIT_BAD_OPTION` if options contradict each other, or the file cannot be written
 */
export class Report {
  readonly #head: ReportHead;
  readonly #options: ReportOptions;
  /** Checks that were not run: many in a row may have the same reason. */
  readonly #unasked: Finding[] = [];

  constructor(head: ReportHead, options: ReportOptions) {
    const { json, junit, output } = options;
    if (json && junit)
      throw new AditError('ADIT_BAD_OPTION', '--json and --junit are two reports: take one of them');
    if (output !== undefined && !json && !junit) {
      throw new AditError('ADIT_BAD_OPTION', '--output is for --json or --junit');
    }
    if (output !== undefined) {
      // Test before the run that the file can be written. A run that does not finish leaves no file.
      write(output, '');
      rmSync(output);
    }
    this.#head = head;
    this.#options = options;
  }

  /** Whether stdout is for people. */
  get #speaks(): boolean {
    const { json, junit, output } = this.#options;
    return (!json && !junit) || output !== undefined;
  }

  begin(): void {
    const { kind, target, dialect } = this.#head;
    if (this.#speaks) process.stdout.write(`asking the ${kind} at ${target}, ${dialect}\n\n`);
  }

  finding(finding: Finding): void {
    if (!this.#speaks) return;
    const unasked = finding.outcome === 'cannot_tell' && finding.wire.length === 0;
    if (!unasked || finding.came !== this.#unasked[0]?.came) this.#tellUnasked();
    if (unasked) this.#unasked.push(finding);
    else process.stdout.write(`${findingText(finding, paint)}\n`);
  }

  /** @param stopped whether the run ended before everything was asked */
  end(findings: readonly Finding[], stopped: boolean): void {
    const { json, output } = this.#options;
    if (this.#speaks) {
      this.#tellUnasked();
      process.stdout.write(summaryText(findings, paint, Date.now() - this.#head.startedAt));
    }
    if (!this.#speaks || output !== undefined) {
      const text = (json ? jsonReport : junitReport)(this.#head, findings);
      if (output === undefined) process.stdout.write(text);
      else write(output, text);
    }
    process.exitCode = stopped ? STOPPED_STATUS : exitStatus(findings);
  }

  #tellUnasked(): void {
    const [first, ...more] = this.#unasked.splice(0);
    if (first === undefined) return;
    const { outcome, came } = first;
    const together = `${paint(OUTCOME_WORDS[outcome].padEnd(15), outcome)} ${more.length + 1} checks: ${came}\n`;
    process.stdout.write(`${more.length === 0 ? findingText(first, paint) : together}\n`);
  }
}

/**
 * Writes a new file.
 * @throws AditError `ADIT_BAD_OPTION`
 */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new AditError(
      'ADIT_BAD_OPTION',
      exists
        ? `${file} exists and is not overwritten`
        : `the report cannot be written to ${file}: ${messageOf(error)}`,
    );
  }
}
