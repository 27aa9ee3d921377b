/** The part of an issue of Zod that says what was wrong. */
export interface Issue {
  readonly code?: string;
  readonly input?: unknown;
  readonly expected?: unknown;
  readonly origin?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly values?: unknown;
  readonly items?: unknown;
  readonly path?: readonly PropertyKey[] | undefined;
}

/** Longest text of the file that a message repeats. */
const MOST_SHOWN = 40;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
  record: 'a table',
};

/**
 * What was found and what was expected, where Zod's own messages say only one of them or use words of JavaScript.
 * @returns undefined where Zod's message stays
 */
export function explain(issue: Issue): string | undefined {
  const { code, input, expected, path = [] } = issue;
  if (code === 'invalid_type' && input === undefined) return `is missing: expected ${kindName(expected)}`;
  // A list of tables, or a list of values: only the tables have headers.
  if (code === 'invalid_type' && expected === 'array' && isListOfTables(path) && isTable(input))
    return `found a table, expected double brackets, as in [[${path.filter((part) => typeof part === 'string').join('.')}]]`;
  if (code === 'invalid_type') return `found ${kindOf(input)}, expected ${kindName(expected)}`;
  if (code === 'invalid_value' && Array.isArray(issue.values))
    return input === undefined
      ? `is missing: expected one of ${issue.values.join(', ')}`
      : `found ${valueText(input)}, expected one of ${issue.values.join(', ')}`;
  return code === 'too_small' || code === 'too_big' ? outOfBounds(issue) : undefined;
}

/**
 * Completes a message of a schema, which says only what was expected.
 * @param message such as `expected host:port`
 * @param isSecret whether the value might be a secret in a wrong place, so that only its length is shown
 */
export function withFound(message: string, value: unknown, isSecret: boolean): string {
  if (value === undefined) return `is missing: ${message}`;
  const found = typeof value === 'string' && isSecret ? lengthOf(value) : valueText(value);
  return `found ${found}, ${message}`;
}

function outOfBounds({ code, input, minimum, maximum }: Issue): string {
  const bound = code === 'too_small' ? `at least ${String(minimum)}` : `at most ${String(maximum)}`;
  if (typeof input === 'string') return `found ${lengthOf(input)}, expected ${bound}`;
  if (Array.isArray(input)) return `found a list of ${input.length}, expected ${bound}`;
  return `found ${valueText(input)}, expected ${bound}`;
}

/** Headers such as `[[chain.nodes]]` stand for these lists; all other lists have values. */
function isListOfTables(path: readonly PropertyKey[]): boolean {
  const [first, , third, ...more] = path;
  return (
    first === 'chain' && more.length === 0 && (path.length === 1 || third === 'nodes' || third === 'ports')
  );
}

export function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function lengthOf(text: string): string {
  return `a text of ${text.length} characters`;
}

function kindName(expected: unknown): string {
  return KINDS[String(expected)] ?? String(expected);
}

/** A value as it stands in the file, or by its kind if it is longer. */
export function valueText(value: unknown): string {
  if (typeof value !== 'string') return kindOf(value);
  return value.length > MOST_SHOWN ? lengthOf(value) : JSON.stringify(value);
}

/** A value by its kind: a text is not shown, since it might be a secret in a wrong place. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'string')
    return /^-?\d+(\.\d+)?$|^(true|false)$/.test(value) ? `"${value}" in quotes` : 'a text';
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'object' ? 'a table' : String(value);
}

/** Keeps apart the messages that need no completion by `withFound`, unlike those of a schema. */
export function explainer(
  complete: Set<string>,
  say: (issue: Issue) => string | undefined = explain,
): (issue: Issue) => string | undefined {
  return (issue) => {
    const message = say(issue);
    if (message !== undefined) complete.add(message);
    return message;
  };
}
