// Measures what the machine makes of the proofs of work. Each round measures every figure once, in turn (A B C, A B C),
// so that a neighbour's load falls on all of them and ratios stay true. Progress goes to stderr.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { messageOf } from '@adit/primitives';
import type { BenchCase } from './case.ts';
import { equihashCases } from './cases/equihash.ts';
import { truehashCases } from './cases/truehash.ts';
import { zcashCases } from './cases/zcash.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { type Summary, summarise } from './statistics.ts';

/** Long enough for thousands of calls of the fast ones, short enough for five rounds in a minute. */
const ROUND_MS = 400;

interface Figure extends Summary {
  readonly name: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
}

try {
  main(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${USAGE}\n`);
  process.exitCode = 1;
}

function main(options: BenchOptions & { readonly list: boolean }): void {
  const all = [...equihashCases(), ...truehashCases(), ...zcashCases()];
  const { filters } = options;
  const cases = all.filter(({ name }) => filters.length === 0 || filters.some((part) => name.includes(part)));
  if (cases.length === 0) throw new Error(`no figure has ${filters.join(' or ')} in its name`);
  if (options.list) {
    process.stdout.write(`${cases.map(({ name }) => name).join('\n')}\n`);
    return;
  }
  const figures = measure(cases, options.rounds);
  const report = { machine: machine(), figures };
  if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : table(report));
}

function measure(cases: readonly BenchCase[], rounds: number): Figure[] {
  const prepared = cases.map((one) => ({ one, measureOnce: one.prepare(), figures: [] as number[] }));
  // Engines compile in stages: the first calls are those of another program.
  for (const { measureOnce } of prepared) measureOnce(ROUND_MS / 2);
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    for (const { measureOnce, figures } of prepared) figures.push(measureOnce(ROUND_MS));
  }
  return prepared.map(({ one: { name, unit, better }, figures }) => ({
    name,
    unit,
    better,
    ...summarise(figures),
  }));
}

function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? 'unknown',
    threads: processors.length,
    memoryGb: Number((totalmem() / 1e9).toFixed(1)),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
    date: new Date().toISOString(),
  };
}

function table(report: {
  readonly machine: ReturnType<typeof machine>;
  readonly figures: readonly Figure[];
}): string {
  const { cpu, threads, node, v8 } = report.machine;
  const lines = report.figures.map(({ name, median, min, max, unit }) => {
    const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 2 });
    return `${name.padEnd(36)}${number(median).padStart(12)} ${unit.padEnd(12)} (${number(min)} to ${number(max)})`;
  });
  return `${cpu}, ${threads} threads, Node ${node}, V8 ${v8}; median of the rounds, one thread\n${lines.join('\n')}\n`;
}
