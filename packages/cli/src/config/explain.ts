/** Zod's own messages do not say that a key is missing, nor what was found in place of a number. */
export function explain(issue: {
  readonly code?: string;
  readonly input?: unknown;
  readonly expected?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly path?: readonly PropertyKey[] | undefined;
}): string | undefined {
  const { code, input, expected, minimum, maximum, path = [] } = issue;
  if (code === 'invalid_type' && input === undefined) return `is missing: expected ${String(expected)}`;
  if (code === 'invalid_type' && expected === 'array' && typeof input === 'object')
    return `expected double brackets, as in [[${path.filter((part) => typeof part === 'string').join('.')}]]`;
  if (code === 'invalid_type') return `found ${kindOf(input)}, expected ${String(expected)}`;
  if (typeof input !== 'number') return undefined;
  if (code === 'too_small') return `found ${input}, expected at least ${String(minimum)}`;
  return code === 'too_big' ? `found ${input}, expected at most ${String(maximum)}` : undefined;
}

/** A value by its kind: a text is not shown, since it might be a secret in a wrong place. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'string')
    return /^-?\d+(\.\d+)?$|^(true|false)$/.test(value) ? `"${value}" in quotes` : 'a text';
  return typeof value === 'object' ? 'a table' : String(value);
}
