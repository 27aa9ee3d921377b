// Measures the proofs of work on this machine. Each round measures every figure once, in turn (A B C, A B C), so that the
// load of other programs falls on all of them and ratios stay true. Progress goes to stderr.
import { readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '@adit/primitives';
import type { BenchCase } from './case.ts';
import { blockPaysCases } from './cases/block-pays.ts';
import { equihashCases } from './cases/equihash.ts';
import { truehashCases } from './cases/truehash.ts';
import { zcashCases } from './cases/zcash.ts';
import { compare, comparisonText } from './comparison.ts';
import { LEDGER_FIGURES, ledgerFigures } from './ledger/main.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { type Figure, parseReport, reportTable, thisMachine } from './report.ts';
import { summarise } from './statistics.ts';
import { compareBeside } from './stratum/beside.ts';
import { stratumFigures } from './stratum/main.ts';
import { STRATUM_FIGURES } from './stratum/report.ts';

/** Long enough for thousands of calls of the fast cases, and short enough for five rounds in a minute. */
const ROUND_MS = 400;

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}

async function main(options: BenchOptions): Promise<void> {
  const all = [...equihashCases(), ...truehashCases(), ...zcashCases(), ...blockPaysCases()];
  const { filters } = options;
  const isWanted = (name: string) => filters.some((part) => name.includes(part));
  const cases = all.filter(({ name }) => filters.length === 0 || isWanted(name));
  // Whole processes under load take minutes, so they run only on request.
  const load = STRATUM_FIGURES.filter(isWanted);
  const books = LEDGER_FIGURES.filter(isWanted);
  if (options.list) {
    const names = filters.length === 0 ? [...STRATUM_FIGURES, ...LEDGER_FIGURES] : [...load, ...books];
    process.stdout.write(`${[...cases.map(({ name }) => name), ...names].join('\n')}\n`);
    return;
  }
  if (cases.length + load.length + books.length === 0)
    throw new Error(`no figure has ${filters.join(' or ')} in its name`);
  if (options.beside !== undefined) {
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    process.stdout.write(await compareBeside(options.beside, options.loadRounds, say));
    return;
  }
  // Reads the earlier report first: a fault in it must not show up after minutes of measuring.
  const earlier =
    options.against === undefined ? undefined : parseReport(readFileSync(options.against, 'utf8'));
  const figures = cases.length === 0 ? {} : await measure(cases, options.rounds);
  if (load.length > 0) {
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    const found = await stratumFigures(options.loadRounds, say);
    for (const name of load) if (found[name] !== undefined) figures[name] = found[name];
  }
  if (books.length > 0) {
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    const found = await ledgerFigures(options.loadRounds, say);
    for (const name of books) if (found[name] !== undefined) figures[name] = found[name];
  }
  const report = { machine: thisMachine(), figures };
  if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
  const comparison = earlier === undefined ? undefined : compare(earlier, report);
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify(comparison === undefined ? report : { ...report, comparison })}\n`,
    );
  } else {
    process.stdout.write(reportTable(report));
    if (comparison !== undefined) process.stdout.write(comparisonText(comparison));
  }
  if (comparison?.changes.some(({ verdict }) => verdict === 'slower') === true) process.exitCode = 1;
}

async function measure(cases: readonly BenchCase[], rounds: number): Promise<Record<string, Figure>> {
  const running = [];
  for (const one of cases) running.push({ one, ...(await one.prepare()), found: [] as number[] });
  try {
    // Engines compile in stages, so the first calls run other machine code.
    for (const { measure } of running) await measure(ROUND_MS / 2);
    for (let round = 1; round <= rounds; round += 1) {
      process.stderr.write(`round ${round} of ${rounds}\n`);
      for (const { measure, found } of running) found.push(await measure(ROUND_MS));
    }
  } finally {
    for (const { close } of running) await close?.();
  }
  const summaries = new Map(running.map(({ one, found }) => [one.name, summarise(found)]));
  return Object.fromEntries(
    running.map(({ one: { name, unit, better, naive }, found }) => {
      const figure = { ...summarise(found), unit, better };
      const baseline = naive === undefined ? undefined : summaries.get(naive);
      if (baseline === undefined) return [name, figure];
      return [name, { ...figure, timesNaive: Number((figure.median / baseline.median).toPrecision(3)) }];
    }),
  );
}
