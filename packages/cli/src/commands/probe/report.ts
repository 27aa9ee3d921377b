import { existsSync, writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { AditError, messageOf } from '@adit/primitives';
import {
  exitStatus,
  type Finding,
  findingText,
  jsonReport,
  junitReport,
  type Paint,
  type ReportHead,
  summaryText,
} from '@adit/probe';

export interface ReportOptions {
  readonly json: boolean;
  readonly junit: boolean;
  /** Where the JSON or JUnit report goes, instead of stdout. */
  readonly output?: string;
}

const COLOURS = { pass: 'green', fail: 'red', not_applicable: 'gray', cannot_tell: 'yellow' } as const;
const paint: Paint = (text, outcome) => styleText(COLOURS[outcome], text, { stream: process.stdout });

/**
 * Tells the findings: for people as they come, for machines at the end. Sets the exit status of the process: 0 where
 * nothing failed, 1 where something did, 3 where nothing could be told.
 * @throws AditError `ADIT_BAD_OPTION` for options that contradict each other
 */
export class Report {
  readonly #head: ReportHead;
  readonly #options: ReportOptions;

  constructor(head: ReportHead, options: ReportOptions) {
    const { json, junit, output } = options;
    if (json && junit)
      throw new AditError('ADIT_BAD_OPTION', '--json and --junit are two reports: take one of them');
    if (output !== undefined && !json && !junit) {
      throw new AditError('ADIT_BAD_OPTION', '--output is for --json or --junit');
    }
    if (output !== undefined && existsSync(output)) {
      throw new AditError('ADIT_BAD_OPTION', `${output} exists and is not overwritten`);
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
    if (this.#speaks) process.stdout.write(`${findingText(finding, paint)}\n`);
  }

  end(findings: readonly Finding[]): void {
    const { json, output } = this.#options;
    if (this.#speaks) process.stdout.write(summaryText(findings, paint));
    if (!this.#speaks || output !== undefined) {
      this.#write((json ? jsonReport : junitReport)(this.#head, findings), output);
    }
    process.exitCode = exitStatus(findings);
  }

  #write(text: string, output: string | undefined): void {
    if (output === undefined) return void process.stdout.write(text);
    try {
      writeFileSync(output, text, { flag: 'wx' });
    } catch (error) {
      throw new AditError(
        'ADIT_BAD_OPTION',
        `the report cannot be written to ${output}: ${messageOf(error)}`,
      );
    }
  }
}
