import type { Finding } from './finding.ts';
import type { ReportHead } from './json.ts';
import { summarise } from './summary.ts';

/** The report as JUnit XML for CI, with a test case for each check. `cannot_tell` and `not_applicable` are skipped tests. */
export function junitReport(head: ReportHead, findings: readonly Finding[]): string {
  const { pass, fail, not_applicable, cannot_tell, milliseconds } = summarise(findings);
  const attributes = attributesOf({
    name: `adit probe ${head.kind} ${head.target}`,
    tests: pass + fail + not_applicable + cannot_tell,
    failures: fail,
    skipped: not_applicable + cannot_tell,
    time: seconds(milliseconds),
    timestamp: new Date(head.startedAt).toISOString(),
  });
  const cases = findings.map((finding) => testCase(head, finding)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite${attributes}>\n${cases}</testsuite>\n</testsuites>\n`;
}

function testCase({ dialect }: ReportHead, finding: Finding): string {
  const { id, title, group, outcome, came, milliseconds } = finding;
  const attributes = attributesOf({
    classname: `${dialect}.${group}`,
    name: `${id}: ${title}`,
    time: seconds(milliseconds),
  });
  if (outcome === 'pass') return `<testcase${attributes}/>\n`;
  const message = attributesOf({ message: came });
  const inner =
    outcome === 'fail' ? `<failure${message}>${escaped(details(finding))}</failure>` : `<skipped${message}/>`;
  return `<testcase${attributes}>${inner}</testcase>\n`;
}

function details({ sent, expected, rules, came, wire }: Finding): string {
  const lines = wire.map(({ connection, from, at, text }) => `${at} ms ${connection} ${from}: ${text}`);
  return [
    `sent: ${sent}`,
    `expected: ${expected}`,
    `by: ${rules.join('; ')}`,
    `came: ${came}`,
    ...lines,
  ].join('\n');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function attributesOf(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

/** XML 1.0 allows neither control characters, not even escaped ones, nor lone surrogates. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
