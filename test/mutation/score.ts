/** One change of one place, and its outcome in the tests. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The name in Stryker of the kind of change. */
  readonly mutator: string;
  readonly original: string;
  readonly mutated: string;
  readonly status:
    | 'Killed'
    | 'Survived'
    | 'Timeout'
    | 'NoCoverage'
    | 'RuntimeError'
    | 'CompileError'
    | 'Ignored'
    | 'Pending';
}

export interface Score {
  readonly killed: number;
  /** Mutants that ran without end, which count as killed. */
  readonly timeout: number;
  readonly survived: number;
  /** Mutants that no test runs. */
  readonly noCoverage: number;
  /** Mutants that did not load. They do not count, as usual with Stryker. */
  readonly broken: number;
  /** (killed + timeout) / all that count, in percent; 100 if none counts. */
  readonly percent: number;
}

export function scoreOf(mutants: readonly Mutant[]): Score {
  const count = (status: Mutant['status']) => mutants.filter((mutant) => mutant.status === status).length;
  const [killed, timeout, survived, noCoverage] = [
    count('Killed'),
    count('Timeout'),
    count('Survived'),
    count('NoCoverage'),
  ];
  const counted = killed + timeout + survived + noCoverage;
  return {
    killed,
    timeout,
    survived,
    noCoverage,
    broken: mutants.length - counted,
    percent: counted === 0 ? 100 : ((killed + timeout) / counted) * 100,
  };
}

/** @returns the mutants that no test noticed */
export function survivorsOf(mutants: readonly Mutant[]): Mutant[] {
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

export interface RoomResult {
  readonly room: string;
  readonly mutants: readonly Mutant[];
}

/** @returns a table with a line for each file, then the survivors */
export function describe({ room, mutants }: RoomResult): string {
  const byFile = Map.groupBy(mutants, ({ file }) => file);
  const rows = [...byFile].sort(([a], [b]) => a.localeCompare(b)).map(([file, own]) => rowOf(file, own));
  const table = [
    ['file', 'killed', 'timeout', 'survived', 'no coverage', 'broken', 'score'],
    ...rows,
    rowOf(`all of ${room}`, mutants),
  ];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  const survivors = survivorsOf(mutants).map(
    ({ file, line, column, mutator, original, mutated, status }) =>
      `${file}:${line}:${column} ${mutator}${status === 'NoCoverage' ? ' (no coverage)' : ''}: ` +
      `${oneLine(original)} -> ${oneLine(mutated)}`,
  );
  return [...lines, '', ...survivors].join('\n');
}

function rowOf(name: string, mutants: readonly Mutant[]): string[] {
  const { killed, timeout, survived, noCoverage, broken, percent } = scoreOf(mutants);
  return [name, ...[killed, timeout, survived, noCoverage, broken].map(String), `${percent.toFixed(1)} %`];
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}
