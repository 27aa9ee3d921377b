import type { Family } from './samples.ts';

/** `name{label="value",...}` in an expression. */
export interface Selector {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** Labels that Prometheus adds to the series that it scrapes. */
const SCRAPED = new Set(['instance', 'job']);

/** The series that Prometheus writes for each target that it scrapes. */
const OF_TARGETS = 'up';

/** The time series of a PromQL expression that are ours, those of the process, or of its scrape. */
export function selectorsOf(expression: string): readonly Selector[] {
  const pattern = /\b((?:adit|process|nodejs)_\w+|up)(?:\{([^}]*)\})?/g;
  return [...expression.matchAll(pattern)].map(([, name = '', inside = '']) => ({
    name,
    matchers: [...inside.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(
      ([, label = '', operator = '', value = '']) => ({ label, operator, value }),
    ),
  }));
}

/** Labels in `by (...)`. */
export function groupingsOf(expression: string): readonly string[] {
  return [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inside = '']) =>
    inside.split(',').map((label) => label.trim()),
  );
}

/** The faults of an expression, compared with the metrics that exist. */
export function faultsOf(expression: string, families: ReadonlyMap<string, Family>): readonly string[] {
  const faults: string[] = [];
  if (!isBalanced(expression)) faults.push('the brackets do not match');
  const selectors = selectorsOf(expression);
  if (selectors.length === 0) faults.push('it names no metric');
  const labels = new Set<string>(SCRAPED);
  for (const { name, matchers } of selectors) {
    const samples = samplesOf(name, families);
    if (samples.length === 0) {
      faults.push(`there is no ${name}`);
      continue;
    }
    for (const sample of samples) for (const label of Object.keys(sample)) labels.add(label);
    const wanted = matchers.filter(({ label, operator }) => operator === '=' && !SCRAPED.has(label));
    if (!samples.some((sample) => wanted.every(({ label, value }) => sample[label] === value)))
      faults.push(`nothing matches ${name}{${wanted.map(({ label, value }) => `${label}="${value}"`)}}`);
  }
  for (const label of groupingsOf(expression))
    if (!labels.has(label)) faults.push(`nothing has the label ${label}`);
  return faults;
}

/** The labels of each sample of this name. */
function samplesOf(name: string, families: ReadonlyMap<string, Family>): readonly Record<string, string>[] {
  if (name === OF_TARGETS) return [{}];
  const found: Record<string, string>[] = [];
  for (const { samples } of families.values()) {
    for (const key of samples.keys()) {
      if (key !== name && !key.startsWith(`${name}{`)) continue;
      const pairs = [...key.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value]);
      found.push(Object.fromEntries(pairs));
    }
  }
  return found;
}

function isBalanced(expression: string): boolean {
  const open: string[] = [];
  for (const character of expression.replace(/"[^"]*"/g, '""')) {
    if ('([{'.includes(character)) open.push(character);
    const at = ')]}'.indexOf(character);
    if (at >= 0 && open.pop() !== '([{'[at]) return false;
  }
  return open.length === 0;
}
