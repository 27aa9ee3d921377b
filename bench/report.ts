import { cpus, totalmem } from 'node:os';
import { formatNumber, type Summary } from './statistics.ts';

/** One figure of a run, as printed with `--json`. */
export interface Figure extends Summary {
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** Its median divided by the median of the naive figure of the same run. */
  readonly timesNaive?: number;
}

export interface Machine {
  readonly cpu: string;
  readonly threads: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly v8: string;
  readonly date: string;
}

/** The results of a run. The names of figures are stable, since comparisons match by name. */
export interface Report {
  readonly machine: Machine;
  readonly figures: Readonly<Record<string, Figure>>;
}

export function thisMachine(): Machine {
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

/** @returns the report as a table for people */
export function reportTable({ machine, figures }: Report): string {
  const { cpu, threads, node, v8 } = machine;
  const lines = Object.entries(figures).map(
    ([name, { median, min, max, unit, timesNaive }]) =>
      `${name.padEnd(42)}${formatNumber(median).padStart(12)} ${unit.padEnd(12)} (${formatNumber(min)} to ${formatNumber(max)})` +
      (timesNaive === undefined ? '' : `, ${formatNumber(timesNaive)} times the naive one`),
  );
  return `${cpu}, ${threads} threads, Node ${node}, V8 ${v8}; median of the rounds (least to most), one thread unless it says two\n${lines.join('\n')}\n`;
}

/**
 * Reads the report of an earlier run.
 * @throws Error that names the part that is missing or of another type
 */
export function parseReport(text: string): Report {
  const { machine, figures } = record('the report', JSON.parse(text));
  const known = record('machine', machine);
  return {
    machine: {
      cpu: string('machine.cpu', known['cpu']),
      threads: number('machine.threads', known['threads']),
      memoryGb: number('machine.memoryGb', known['memoryGb']),
      platform: string('machine.platform', known['platform']),
      node: string('machine.node', known['node']),
      v8: string('machine.v8', known['v8']),
      date: string('machine.date', known['date']),
    },
    figures: Object.fromEntries(
      Object.entries(record('figures', figures)).map(([name, figure]) => [name, parseFigure(name, figure)]),
    ),
  };
}

function parseFigure(name: string, value: unknown): Figure {
  const { median, min, max, rounds, unit, better } = record(name, value);
  if (better !== 'higher' && better !== 'lower') throw new Error(`${name}.better must be higher or lower`);
  return {
    median: number(`${name}.median`, median),
    min: number(`${name}.min`, min),
    max: number(`${name}.max`, max),
    rounds: number(`${name}.rounds`, rounds),
    unit: string(`${name}.unit`, unit),
    better,
  };
}

function record(what: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${what} must be an object`);
}

function number(what: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new Error(`${what} must be a number from zero up`);
}

function string(what: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`${what} must be a string`);
}
